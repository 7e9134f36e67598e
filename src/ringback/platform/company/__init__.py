"""A believable company and its calls: people, numbers, and a log that grows with the clock, from one seed."""

from .call import Call, Entry, Part, Party
from .company import Company, build_company
from .log import CallLog
from .model import Account, Address, Extension
from .overlay import Overlay
from .size import CompanySize

__all__ = [
    "Account",
    "Address",
    "Call",
    "CallLog",
    "Company",
    "CompanySize",
    "Entry",
    "Extension",
    "Overlay",
    "Part",
    "Party",
    "build_company",
]
