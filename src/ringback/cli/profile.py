"""The command line's own place: its vault, its key, and who is logged in (no secret is in that file)."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .failures import LOGIN_REQUIRED, Failure
from .key_file import kept_key

if TYPE_CHECKING:
    from ringback.client import RingCentral, User

_PROFILE, _VAULT, _KEY = "profile.json", "vault.db", "vault.key"
_ADVICE = "it must be in a folder that this user may write to"


def data_folder(environment: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Where this user's programs keep their data: XDG's folder, or the system's own; `ringback` in it."""
    home = Path(environment.get("HOME") or Path.home())
    if platform == "win32":
        base = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif environment.get("XDG_DATA_HOME", "").startswith("/"):
        base = Path(environment["XDG_DATA_HOME"])
    elif platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = home / ".local" / "share"
    return base / "ringback"


@dataclass(frozen=True, slots=True)
class Profile:
    """Who is logged in here: a user for each app at each server, and this profile's name as a holder."""

    folder: Path

    def holder(self) -> str:
        """This profile among the holders of a login (`cli:…`); made up once."""
        told = self._read()
        holder = told.get("holder")
        if not isinstance(holder, str) or not holder.startswith("cli:"):
            holder = f"cli:{secrets.token_hex(6)}"
            self._write(told | {"holder": holder})
        return holder

    def user_id(self, app: str) -> str | None:
        """Who is logged in to `app`; None for nobody."""
        users = self._read().get("users")
        user_id = users.get(app) if isinstance(users, dict) else None
        return user_id if isinstance(user_id, str) else None

    def user_ids(self) -> list[str]:
        """Everybody who is logged in here, to any app."""
        users = self._read().get("users")
        ids = users.values() if isinstance(users, dict) else ()
        return sorted({one for one in ids if isinstance(one, str)})

    def remember(self, app: str, user_id: str | None) -> None:
        """From now on `user_id` is logged in to `app`; None for nobody."""
        told = self._read()
        users = told.get("users")
        kept = {
            name: user for name, user in (users if isinstance(users, dict) else {}).items() if name != app
        }
        self._write(told | {"users": kept | ({app: user_id} if user_id else {})})

    def _read(self) -> dict[str, Any]:
        try:
            told = json.loads((self.folder / _PROFILE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise self._unusable(error) from None
        return told if isinstance(told, dict) else {}

    def _write(self, told: dict[str, Any]) -> None:
        path = self.folder / _PROFILE
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.write_text(json.dumps(told, indent=1), encoding="utf-8")
            draft.chmod(0o600)
            draft.replace(path)
        except OSError as error:
            raise self._unusable(error) from None

    def _unusable(self, error: Exception) -> Failure:
        path = self.folder / _PROFILE
        return Failure(f"The profile {path} cannot be used ({type(error).__name__}); {_ADVICE}")


def cli_profile() -> Profile:
    """The profile of the user who runs this command."""
    return Profile(data_folder(os.environ))


def cli_client(profile: Profile, *, wait: bool = True) -> RingCentral:
    """The client that the environment and `.env` describe, with the command line's own vault.

    Without `wait` a call that would have to wait for the rate limit raises RateLimited.

    RINGBACK_VAULT_URL names another vault, which is sealed under RINGBACK_SECRET_KEYS. Raises Failure or
    ConfigurationError, in one line that names what is missing.
    """
    from ringback.client import RingCentral
    from ringback.client.settings import environment_with_dotenv, settings_from
    from ringback.oauth.secret import Secret

    settings = settings_from(environment_with_dotenv())
    if settings.vault is None:
        key = kept_key(profile.folder / _KEY, "The command line's", _ADVICE)
        vault = f"sqlite:///{profile.folder / _VAULT}"
        settings = replace(settings, vault=vault, secret_keys=Secret(key))
    return RingCentral.from_settings(settings, on_limit="wait" if wait else "raise")


def app_name(client: RingCentral) -> str:
    """What an app's user is remembered under."""
    return f"{client.server} {client.client_id}"


def cli_user(client: RingCentral, profile: Profile) -> User:
    """Who is logged in on the command line. Raises Failure with exit code 3 when nobody is."""
    user_id = profile.user_id(app_name(client))
    if user_id is None:
        raise Failure("nobody is logged in here; log in with `ringback login`", LOGIN_REQUIRED)
    return client.user(user_id, holder=profile.holder())
