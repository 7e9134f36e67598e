"""What a world remembers: tables of rows that can be dumped, restored, and kept in a file."""

from .state import HOME, State
from .state_file import StateFile, StateFileError
from .table import Table

__all__ = ["HOME", "State", "StateFile", "StateFileError", "Table"]
