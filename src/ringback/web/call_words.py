"""The words of the call pages in the reader's language: outcomes, kinds, directions, types, roles."""

from __future__ import annotations

from .texts import gettext, marked

_OUTCOMES = {
    "answered": marked("Answered"),
    "missed": marked("Missed"),
    "voicemail": marked("Voicemail"),
    "abandoned": marked("Abandoned"),
    "rejected": marked("Rejected"),
    "blocked": marked("Blocked"),
    "busy": marked("Busy"),
    "no_answer": marked("No answer"),
    "cancelled": marked("Cancelled"),
    "failed": marked("Failed"),
    "fax_received": marked("Fax received"),
    "fax_sent": marked("Fax sent"),
    "fax_failed": marked("Fax failed"),
    "in_progress": marked("In progress"),
    "other": marked("Other"),
}
# The same inside a sentence: directions, types, outcomes, and the kinds of the charts.
_IN_SENTENCES = {
    "inbound": marked("inbound"),
    "outbound": marked("outbound"),
    "internal": marked("internal"),
    "voice": marked("voice"),
    "fax": marked("fax"),
    "answered": marked("answered"),
    "missed": marked("missed"),
    "voicemail": marked("voicemail"),
    "abandoned": marked("abandoned"),
    "rejected": marked("rejected"),
    "blocked": marked("blocked"),
    "busy": marked("busy"),
    "no_answer": marked("no answer"),
    "cancelled": marked("cancelled"),
    "failed": marked("failed"),
    "fax_received": marked("fax received"),
    "fax_sent": marked("fax sent"),
    "fax_failed": marked("fax failed"),
    "in_progress": marked("in progress"),
    "other": marked("other"),
    "not_answered": marked("not answered"),
}
_WORDS = {
    "Inbound": marked("Inbound"),
    "Outbound": marked("Outbound"),
    "Internal": marked("Internal"),
    "Answered": marked("Answered"),
    "Not answered": marked("Not answered"),
    "Voicemail": marked("Voicemail"),
    "Fax": marked("Fax"),
    "Other": marked("Other"),
}
_CALLS = {"Voice": marked("Voice call"), "Fax": marked("Fax call")}
_ROLES = {
    "administrator": marked("administrator"),
    "user": marked("user"),
    "unknown": marked("unknown"),
}


def in_words(outcome: str) -> str:
    """An outcome as people read it: `No answer`."""
    return _told(_OUTCOMES, outcome, outcome.replace("_", " ").capitalize())


def in_a_sentence(word: str) -> str:
    """An outcome, direction, type or kind inside a sentence: `no answer`."""
    plain = word.lower().replace(" ", "_")
    return _told(_IN_SENTENCES, plain, plain.replace("_", " "))


def word(text: str) -> str:
    """A direction or a kind of call by itself: `Inbound`, `Not answered`."""
    return _told(_WORDS, text, text)


def kind_of_call(type_: str) -> str:
    """`Voice call`, `Fax call`."""
    return _told(_CALLS, type_, gettext("%(type)s call", type=type_))


def role_in_words(role: str) -> str:
    """A role that RingCentral has no name for; every other as it is called there."""
    return _told(_ROLES, role, role)


def _told(known: dict[str, str], key: str, otherwise: str) -> str:
    return gettext(known[key]) if key in known else otherwise
