"""The outcomes of calls as sums and charts have them: five kinds."""

from __future__ import annotations

# In the order in which charts stack them.
KINDS = ("Answered", "Not answered", "Voicemail", "Fax", "Other")
_KIND = {
    "answered": "Answered",
    "missed": "Not answered",
    "abandoned": "Not answered",
    "rejected": "Not answered",
    "busy": "Not answered",
    "no_answer": "Not answered",
    "cancelled": "Not answered",
    "blocked": "Not answered",
    "failed": "Not answered",
    "voicemail": "Voicemail",
    "fax_received": "Fax",
    "fax_sent": "Fax",
    "fax_failed": "Fax",
}


def kind_of(outcome: str) -> str:
    """Which of KINDS an outcome counts as."""
    return _KIND.get(outcome, "Other")
