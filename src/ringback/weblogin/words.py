"""The small pages that the login shows itself: plain, escaped, with nothing from another host."""

from __future__ import annotations

import html

from ringback.oauth.errors import RingbackError

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title></head>
<body><main><h1>{title}</h1>
{body}
</main></body></html>
"""


def message(title: str, *texts: str, link: tuple[str, str] | None = None) -> str:
    """A page with a heading, paragraphs, and a link (path, words)."""
    body = [f"<p>{html.escape(text)}</p>" for text in texts if text]
    if link is not None:
        body.append(f'<p><a href="{html.escape(link[0])}">{html.escape(link[1])}</a></p>')
    return _PAGE.format(title=html.escape(title), body="\n".join(body))


def ask_to_log_out(path: str, csrf: str) -> str:
    """The page that asks before it logs out, for a link that any site may have."""
    form = (
        f'<form method="post" action="{html.escape(path)}">'
        f'<input type="hidden" name="csrf_token" value="{html.escape(csrf)}">'
        '<button type="submit">Log out</button></form>'
    )
    return _PAGE.format(title="Log out?", body=form)


def told(error: RingbackError) -> tuple[str, ...]:
    """An error's own words: what happened, what to do, RingCentral's code and request id."""
    code = f"Code {error.code}" if error.code else ""
    request = f"RCRequestId {error.request_id}" if error.request_id else ""
    return (f"{error.message}.", error.remedy, ", ".join(filter(None, (code, request))))
