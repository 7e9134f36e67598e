"""What an answer says about the rate limit: `X-Rate-Limit-*` and `Retry-After` (contract 8)."""

from __future__ import annotations

from dataclasses import dataclass

from ringback.client.messages import Headers, HttpAnswer

LEAST_PENALTY = 30.0
"""Seconds to leave a group alone after a 429 that names no time (contract 8)."""
_MOST_CALLS = 1_000_000
_MOST_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class RateAnswer:
    """`limit` calls in any `window` seconds, `remaining` of them left; None where the answer says nothing.

    `penalty`: the seconds for which nothing more of the group may be sent; None unless it is a 429.
    """

    status: int
    group: str | None = None
    limit: int | None = None
    remaining: int | None = None
    window: float | None = None
    penalty: float | None = None


def rate_answer(answer: HttpAnswer) -> RateAnswer:
    """Read an answer's headers; figures that cannot be are left out."""
    headers = answer.headers
    limit = _whole(headers, "X-Rate-Limit-Limit", 1, _MOST_CALLS)
    window = _whole(headers, "X-Rate-Limit-Window", 1, _MOST_SECONDS)
    group = headers.get("X-Rate-Limit-Group", "").strip().lower()[:40]
    penalty = None
    if answer.status == 429:
        told = retry_after(headers)
        penalty = max(LEAST_PENALTY, float(window or 0)) if told is None else told
    return RateAnswer(
        status=answer.status,
        group=group or None,
        limit=limit,
        remaining=_whole(headers, "X-Rate-Limit-Remaining", 0, _MOST_CALLS),
        window=None if window is None else float(window),
        penalty=penalty,
    )


def retry_after(headers: Headers) -> float | None:
    """The seconds that `Retry-After` names; None without it, or where it is no such number."""
    told = _whole(headers, "Retry-After", 0, _MOST_SECONDS)
    return None if told is None else float(told)


def _whole(headers: Headers, name: str, least: int, most: int) -> int | None:
    text = headers.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return int(text) if least <= int(text) <= most else None
