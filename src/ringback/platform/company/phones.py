"""Telephone numbers: the fictional ones of the company and its callers, and how people write them."""

from __future__ import annotations

import unicodedata
from random import Random

# North American area codes and the town each one's calls come from. With the exchange 555 and a last part
# from 0100 to 0199 the numbers are reserved for fiction.
AREAS: tuple[tuple[str, str], ...] = (
    ("415", "San Francisco, CA"),
    ("650", "Palo Alto, CA"),
    ("408", "San Jose, CA"),
    ("510", "Oakland, CA"),
    ("925", "Concord, CA"),
    ("916", "Sacramento, CA"),
    ("213", "Los Angeles, CA"),
    ("619", "San Diego, CA"),
    ("503", "Portland, OR"),
    ("206", "Seattle, WA"),
    ("702", "Las Vegas, NV"),
    ("602", "Phoenix, AZ"),
    ("303", "Denver, CO"),
    ("512", "Austin, TX"),
    ("312", "Chicago, IL"),
    ("617", "Boston, MA"),
    ("212", "New York, NY"),
    ("305", "Miami, FL"),
    ("604", "Vancouver, BC"),
    ("416", "Toronto, ON"),
)
# The first ones, where the company itself may sit.
HOME_AREAS = AREAS[:5]

# Area codes whose numbers for fiction a large company gives to its own people; nobody outside has one.
_OWN_AREAS = """
201 202 203 205 207 208 209 210 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251
252 253 254 256 260 262 267 269 270 276 281 301 302 304 307 308 309 310 313 314 315 316 317 318
319 320 321 323 325 330 331 334 336 337 339 346 347 351 352 360 361 385 386 401 402 404 405 406
407 409 410 412 413 414 417 419 423 424 425 430 432 434 435 440 442 443 458 463 464 469 470 475
478 479 480 484 501 502 504 505
"""
OWN_AREAS: tuple[str, ...] = tuple(_OWN_AREAS.split())

# Ranges other countries keep for fiction: prefix, how many digits follow, where.
ABROAD: tuple[tuple[str, int, str], ...] = (
    ("+44207946", 4, "London, United Kingdom"),
    ("+612555", 5, "Sydney, Australia"),
    ("+3319900", 4, "Paris, France"),
)

_JOINERS = frozenset(" ().-/") | frozenset(
    "\u00a0\u2007\u2009\u200a\u202f\u2010\u2011\u2012\u2013\u2014\u2212"
)


def home_number(area: str, last: int) -> str:
    """A fictional North American number in E.164; `last` is 0 to 99."""
    return f"+1{area}55501{last:02d}"


def abroad_number(rng: Random) -> tuple[str, str]:
    """A fictional number outside North America and its location."""
    prefix, length, place = rng.choice(ABROAD)
    return prefix + "".join(rng.choice("0123456789") for _ in range(length)), place


def as_e164(text: str) -> str | None:
    """A number in any usual writing as E.164 (`(650) 555-0100`, `1650…`, `+1650…`), or None where it is none.

    Ten digits without a plus are taken as North American.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if not text or len(text) > 40:
        return None
    plus = text.startswith("+")
    digits = "".join(c for c in text[plus:] if c not in _JOINERS)
    if not (digits.isascii() and digits.isdigit()):
        return None
    if not plus and len(digits) == 10:
        digits = "1" + digits
    return f"+{digits}" if 8 <= len(digits) <= 15 else None
