"""The form of a new person, for signing up and for adding a user: read, checked, errors by field."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ringback.platform.authorization import passwords
from ringback.platform.serving.parameters import Parameters

MAX_NAME = 64
MAX_EMAIL = 254
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Person:
    """The form as typed, without its password, and its errors by field."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    errors: dict[str, str] = field(default_factory=dict)


def read_person(form: Parameters) -> Person:
    """Names, e-mail address and first password of a form; no errors: the person may join."""
    first, last = (form.get("firstName") or "").strip(), (form.get("lastName") or "").strip()
    email, password = (form.get("email") or "").strip(), form.get("newPassword") or ""
    errors = {
        "firstName": _name_error("first name", first),
        "lastName": _name_error("last name", last),
        "email": "" if len(email) <= MAX_EMAIL and _EMAIL.fullmatch(email) else "Give an e-mail address.",
        "newPassword": password_error(password),
    }
    return Person(
        first[:MAX_NAME],
        last[:MAX_NAME],
        email[:MAX_EMAIL],
        {name: error for name, error in errors.items() if error},
    )


def password_error(password: str) -> str:
    """Why this cannot be a password; "" when it can."""
    if len(password) < passwords.MIN_LENGTH:
        return f"A password has at least {passwords.MIN_LENGTH} characters."
    if passwords.too_long(password):
        return f"A password has at most {passwords.MAX_BYTES} bytes."
    return ""


def _name_error(what: str, text: str) -> str:
    if not text:
        return f"Give a {what}."
    if len(text) > MAX_NAME or _CONTROLS.search(text):
        return f"A {what} has at most {MAX_NAME} characters, all of them visible."
    return ""
