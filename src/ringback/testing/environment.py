"""The environment variables that lead a program to a test's world, and this process's own set to them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import TracebackType

from .people import App


def variables(base_url: str, app: App) -> dict[str, str]:
    """RingCentral's variables under both their names, and Ringback's clock (design.md, "Environment")."""
    told = {
        ("RC_SERVER_URL", "RINGCENTRAL_SERVER_URL"): base_url,
        ("RC_APP_CLIENT_ID", "RINGCENTRAL_CLIENT_ID"): app.client_id,
        ("RC_APP_CLIENT_SECRET", "RINGCENTRAL_CLIENT_SECRET"): app.client_secret or "",
        ("RC_REDIRECT_URL", "RINGCENTRAL_REDIRECT_URL"): app.redirect_uri,
        ("RINGBACK_CLOCK_URL",): base_url,
    }
    return {name: value for names, value in told.items() for name in names}


class EnvironmentInUse:
    """os.environ with some variables set, until `restore` (or the end of a `with` block) puts them back."""

    def __init__(self, told: Mapping[str, str]) -> None:
        self._before = {name: os.environ.get(name) for name in told}
        os.environ.update(told)

    def restore(self) -> None:
        """Put back what was there before; harmless when done already."""
        before, self._before = self._before, {}
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

    def __enter__(self) -> EnvironmentInUse:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.restore()
