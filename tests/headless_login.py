"""A user who logs in over HTTP forms, without a browser: from an authorization URL to the callback URL."""

from __future__ import annotations

import ssl
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2

from headless import first_post_form

_PAGES_AT_MOST = 10


def log_in(
    authorize_url: str,
    username: str,
    password: str,
    *,
    decision: str = "authorize",
    tls: ssl.SSLContext | bool = True,
) -> str:
    """Log in with an empty extension and decide; the callback URL, with its code or error, as sent.

    A browser of its own each time: no cookies are kept. `decision`: authorize or cancel; `tls`: what httpx2
    takes as `verify`. Redirects are followed on the platform only; the one to the redirect URI is not
    requested. RuntimeError when the pages lead elsewhere.
    """
    back_to = parse_qs(urlsplit(authorize_url).query)["redirect_uri"][0]
    with httpx2.Client(trust_env=False, verify=tls, headers={"Accept": "text/html"}) as http:
        answer = http.get(authorize_url)
        for _ in range(_PAGES_AT_MOST):
            if answer.is_redirect:
                target = urljoin(str(answer.url), answer.headers["Location"])
                if target.startswith(f"{back_to}?"):
                    return target
                if urlsplit(target)[:2] != urlsplit(authorize_url)[:2]:
                    raise RuntimeError("the platform sent the browser to another site")
                answer = http.get(target)
                continue
            if answer.status_code != 200:
                raise RuntimeError(f"{answer.url.path} answered {answer.status_code}")
            form = first_post_form(answer.text)
            if "password" in form.fields:
                form.fields |= {"username": username, "extension": "", "password": password}
            else:
                form.fields["decision"] = decision
            answer = http.post(urljoin(str(answer.url), form.action), data=form.fields)
    raise RuntimeError(f"no redirect to the app after {_PAGES_AT_MOST} pages")
