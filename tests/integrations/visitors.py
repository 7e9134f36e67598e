"""Browsers of an app under test, whatever its framework: cookies of their own, redirects followed by hand."""

import re
from urllib.parse import urlsplit

import httpx2


class Visitor:
    """One browser. `send(method, url, **)` is how the framework's test client answers."""

    def __init__(self, transport, origin="http://localhost:5000"):
        self.http = httpx2.Client(transport=transport, base_url=origin)

    def get(self, path, **options):
        return self.http.get(path, headers={"Accept": "text/html", **options.pop("headers", {})}, **options)

    def post(self, path, **form):
        return self.http.post(path, data=form)

    def log_in(self, local, user, path="/login", decision="authorize"):
        """Begin at `path`, log in at the platform, come back; the answer after the callback."""
        answer = self.get(path)
        while answer.status_code == 303 and not answer.headers["Location"].startswith(local.server_url):
            answer = self.get(answer.headers["Location"])
        assert answer.status_code == 303, answer.text
        callback = local.authorize(answer.headers["Location"], user, decision)
        return self.get(callback)

    def cookies(self):
        return dict(self.http.cookies)


def csrf_in(page):
    return re.search(r'name="csrf_token" value="([0-9a-f]+)"', page.text).group(1)


def query_of(url):
    return urlsplit(url).query
