"""Telephone numbers as people write them, as filters want them, and as call log records hold them."""

from __future__ import annotations

import re
import unicodedata

# What people put between digits: ASCII, and the blanks and dashes that typesetting knows.
_BETWEEN = re.compile(r"[\s().\-/\u2010-\u2015\u2212]+")
_NORTH_AMERICAN = re.compile(r"[2-9]\d{2}[2-9]\d{6}", re.ASCII)
_NUMBER = re.compile(r"\+?[0-9X]*[0-9][0-9X]*", re.ASCII)
_LEAST, _MOST = 7, 15
_LONGEST_EXTENSION = 6


def phone_filter(number: str) -> str:
    """A number as the phoneNumber filter wants it: E.164 without the plus (contract 11.1).

    `+1 (650) 555-0100` and `(650) 555-0100` are `16505550100`: ten digits without a plus that can be North
    American are taken as such. Raises ValueError for what is no telephone number.
    """
    plain = _plain(number)
    digits = plain.removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and _LEAST <= len(digits) <= _MOST):
        raise ValueError(
            f"{number!r} is not a telephone number such as '+1 650 555 0100'; "
            "to look for an extension, give extension_number"
        )
    if not plain.startswith("+") and _NORTH_AMERICAN.fullmatch(digits):
        return f"1{digits}"
    return digits


def normal_phone(held: str) -> str:
    """A number that a record holds, in one form: E.164 with a plus, so that equal numbers are equal text.

    Masked digits stay (`+1855201XXXX`), so do extension numbers (up to six digits) and what is no number.
    """
    plain = _plain(held).upper()
    digits = plain.removeprefix("+")
    if not _NUMBER.fullmatch(plain) or len(digits) > _MOST:
        return held
    if not plain.startswith("+"):
        if len(digits) <= _LONGEST_EXTENSION:
            return digits
        if re.fullmatch(r"[2-9][0-9X]{9}", digits):
            digits = f"1{digits}"
    return f"+{digits}"


def shown_phone(held: str) -> str:
    """A number that a record holds, for people to read: North American ones as `(650) 555-0100`.

    Others are E.164; masked numbers, extension numbers and what is no number stay readable as they are.
    """
    normal = normal_phone(held)
    if re.fullmatch(r"\+1[2-9X][0-9X]{9}", normal):
        return f"({normal[2:5]}) {normal[5:8]}-{normal[8:]}"
    return normal


def _plain(number: str) -> str:
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", number).strip())
