"""The forms and links of a page, and a visitor who walks the console's pages in a world of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx2

from headless import follow_pages

_ID = re.compile(r"[0-9]{6,}")
NEW_APP = (
    "/new-app?name=Quick+Start&desc=Reads+the+call+logs+of+users&public=false&type=ServerWeb"
    "&permissions=ReadAccounts&redirectUri=http://localhost:5000/oauth2callback"
)
_FIELDS = ("input", "select", "textarea")


@dataclass
class PageForm:
    """A form that is posted: where to, the names of its fields, and the values it comes with."""

    action: str
    names: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.links: list[str] = []
        self._in_post = self._in_text = False
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._in_post = values.get("method", "").lower() == "post"
            if self._in_post:
                self.forms.append(PageForm(values.get("action", "")))
        elif tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag in _FIELDS and self._in_post and "name" in values:
            self._name = values["name"]
            self.forms[-1].names.append(self._name)
            if values.get("type") not in ("checkbox", "radio") or "checked" in values:
                self.forms[-1].fields[self._name] = values.get("value", "")
            self._in_text = tag == "textarea"
        elif tag == "option" and self._in_post and "selected" in values:
            self.forms[-1].fields[self._name] = values.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._in_text:
            self.forms[-1].fields[self._name] += data

    def handle_endtag(self, tag: str) -> None:
        self._in_text = self._in_text and tag != "textarea"


class Visitor:
    """A developer in the console, of the home world or of another one."""

    def __init__(self, base_url: str, world: str | None) -> None:
        self.root = "" if world is None else f"/_w/{world}"
        self.http = httpx2.Client(base_url=base_url, timeout=10)
        seed = self.http.get(f"{self.root}/_local/seed").json()
        self._users = seed["users"]

    def sign_in(self) -> bool:
        """Sign in as the first user whose password is still the seed's; False when there is none."""
        for user in self._users:
            forms, _ = self.look("/console/sign-in")
            sign_in = next((form for form in forms if "password" in form.fields), None)
            if sign_in is None:
                return True
            self.post(sign_in, {"username": user["username"], "password": user["password"]})
            if self.http.get(f"{self.root}/console").status_code == 200:
                return True
        return False

    def look(self, path: str) -> tuple[list[PageForm], list[str]]:
        """The posted forms of a page, their actions as paths, and its links to pages of the console."""
        answer = follow_pages(self.http, self.http.get(self.root + path))
        page = _Page()
        if "html" in answer.headers.get("content-type", ""):
            page.feed(answer.text)
        for form in page.forms:
            form.action = urlsplit(urljoin(str(answer.url), form.action)).path
        links = [urljoin(str(answer.url), link) for link in page.links]
        within = [urlsplit(link).path.removeprefix(self.root) for link in links if self.root in link]
        return page.forms, [link for link in within if link.startswith(("/console", "/new-app"))]

    def post(self, form: PageForm, values: dict[str, str]) -> httpx2.Response:
        """Send a form with some values changed."""
        return self.http.post(form.action, data={**form.fields, **values})

    def pages(self, most: int) -> list[str]:
        """The pages that one comes to from the console's first, by links; of the users' two."""
        found = ["/console", NEW_APP]
        for path in found:
            for link in dict.fromkeys(self.look(path)[1]):
                alike = [one for one in found if _ID.sub("", one) == _ID.sub("", link)]
                if link not in found and len(alike) < 2 and len(found) < most:
                    found.append(link)
        return found

    def create_app(self) -> None:
        """Create an app, as the link of a quick start fills the form in."""
        form = next(form for form in self.look(NEW_APP)[0] if "redirectUris" in form.fields)
        answer = self.post(form, {"permission.ReadAccounts": "yes", "public": "false"})
        assert answer.is_redirect or answer.status_code < 400, answer.status_code
