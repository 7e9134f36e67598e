"""What a campaign stands on: a platform, a vault, a client over both, and users who are logged in."""

from __future__ import annotations

from typing import Any

from ringback import LoginRequired, RingbackError, RingCentral
from ringback.client.clock import Clock, PlatformClock
from ringback.vault import new_key

from .platform import Platform
from .stores import Place

EXTENSION = "/restapi/v1.0/account/~/extension/~"
HOUR = 3600.0


class Ground:
    """Clients of the platform's first app over one vault."""

    def __init__(self, platform: Platform, place: Place) -> None:
        self.platform = platform
        self.place = place
        self.key = new_key()

    def client(self, clock: Clock | None = None, **changes: Any) -> RingCentral:
        """A client as a process of its own would make it; by default it follows the platform's clock."""
        app = self.platform.app
        given = {
            "client_id": app["clientId"],
            "client_secret": app["clientSecret"],
            "server": self.platform.base_url,
            "redirect_uri": app["redirectUris"][0],
            "vault": self.place.url,
            "secret_keys": self.key,
            "clock": clock or PlatformClock(self.platform.base_url),
        }
        return RingCentral(**(given | changes))

    def log_in(self, rc: RingCentral, count: int) -> list[str]:
        """Log in so many different users; their ids."""
        found = []
        for username in self.platform.usernames[:count]:
            login = rc.begin_login()
            callback = self.platform.callback(login.url, username)
            found.append(rc.finish_login(callback, login.transaction).id)
        if len(set(found)) != count:
            raise RuntimeError(f"{count} users were to log in, {len(set(found))} did")
        return found


def still_logged_in(rc: RingCentral, user_ids: list[str]) -> dict[str, list[str]]:
    """Call the API as each user; the ids of those who must log in again, are mistaken, or cannot now."""
    wrong: dict[str, list[str]] = {"must log in": [], "another's answer": [], "failed": []}
    for user_id in user_ids:
        try:
            answered = str(rc.user(user_id).get(EXTENSION).json()["id"])
        except LoginRequired as error:
            wrong["must log in"].append(f"{user_id}: {error.reason}")
        except RingbackError as error:
            wrong["failed"].append(f"{user_id}: {error}")
        else:
            if answered != user_id:
                wrong["another's answer"].append(f"{user_id}: {answered}")
    return wrong
