"""A first run in a folder, and what a person does at it, over HTTP."""

from __future__ import annotations

import html
from pathlib import Path

from flask.testing import FlaskClient
from web_helpers import Platform

from headless import first_post_form
from ringback.client.settings import Settings
from ringback.oauth.errors import ConfigurationError
from ringback.vault import new_key
from ringback.web.first_run import FirstRun, create_first_run

HERE = "http://localhost:5000"
REDIRECT_URI = f"{HERE}/oauth2callback"


class Desk:
    """A first run in a folder, and a browser at it."""

    def __init__(self, folder: Path, platform: Platform, port: int = 5000, **others: object) -> None:
        self.here = f"http://localhost:{port}"
        self.folder, self.platform = folder, platform
        self.opened: list[Settings] = []
        self.failure: ConfigurationError | None = None
        self.key = new_key()
        self.first_run = FirstRun(
            port,
            folder,
            Settings(vault="memory://", **others),  # type: ignore[arg-type]
            key_file=folder / "web.key",
            make_key=lambda: self.key,
            open_app=self.open_app,
        )
        self.app = create_first_run(self.first_run)
        self.client = self.app.test_client()

    def open_app(self, settings: Settings) -> None:
        if self.failure:
            raise self.failure
        self.opened.append(settings)

    def page(self, path: str = "/", client: FlaskClient | None = None, **options):
        return (client or self.client).get(path, base_url=self.here, **options)

    def post(self, path: str, client: FlaskClient | None = None, *, headers=None, **fields: str):
        token = first_post_form(self.page(client=client).text).fields["csrf_token"]
        data = {"csrf_token": token, **fields}
        return (client or self.client).post(path, base_url=self.here, data=data, headers=headers)

    def right(self, **changes: str) -> dict[str, str]:
        """What the console gave."""
        return {
            "server": self.platform.base_url,
            "client_id": self.platform.app["clientId"],
            "client_secret": self.platform.app["clientSecret"],
            "redirect_uri": REDIRECT_URI,
            **changes,
        }

    def check(self, **changes: str) -> str:
        assert self.post("/first-run/check", **self.right(**changes)).status_code == 303
        return html.unescape(self.page().text)

    @property
    def env(self) -> Path:
        return self.folder / ".env"
