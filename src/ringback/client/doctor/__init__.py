"""The doctor: looks at everything a login needs, and says what to change and where. It changes nothing."""

from .examination import examine
from .findings import Finding

__all__ = ["Finding", "examine"]
