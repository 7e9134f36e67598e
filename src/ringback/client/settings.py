"""Settings from the environment: the names RingCentral's samples use, and Ringback's own (design.md)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ringback.oauth.errors import ConfigurationError
from ringback.oauth.secret import Secret

# Setting -> the names it goes by; the first that is set and not empty wins.
NAMES = {
    "server": ("RC_SERVER_URL", "RINGCENTRAL_SERVER_URL"),
    "client_id": ("RC_APP_CLIENT_ID", "RINGCENTRAL_CLIENT_ID"),
    "client_secret": ("RC_APP_CLIENT_SECRET", "RINGCENTRAL_CLIENT_SECRET"),
    "redirect_uri": ("RC_REDIRECT_URL", "RINGCENTRAL_REDIRECT_URL"),
    "user_jwt": ("RC_USER_JWT", "RINGCENTRAL_JWT_TOKEN", "RINGCENTRAL_JWT"),
    "vault": ("RINGBACK_VAULT_URL",),
    "secret_keys": ("RINGBACK_SECRET_KEYS",),
    "clock": ("RINGBACK_CLOCK_URL",),
}

_held: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says; None where it says nothing."""

    server: str | None = None
    client_id: str | None = None
    client_secret: Secret | None = None
    redirect_uri: str | None = None
    vault: str | None = None
    secret_keys: Secret | None = None
    clock: str | None = None
    user_jwt: Secret | None = None


def settings_from(environment: Mapping[str, str]) -> Settings:
    """The settings in a mapping of names to values; an empty value counts as absent."""

    def find(setting: str) -> str | None:
        values = (environment.get(name, "").strip() for name in NAMES[setting])
        return next((value for value in values if value), None)

    def secret(setting: str) -> Secret | None:
        value = find(setting)
        return Secret(value) if value else None

    return Settings(
        server=find("server"),
        client_id=find("client_id"),
        client_secret=secret("client_secret"),
        redirect_uri=find("redirect_uri"),
        vault=find("vault"),
        secret_keys=secret("secret_keys"),
        clock=find("clock"),
        user_jwt=secret("user_jwt"),
    )


def hold(environment: Mapping[str, str]) -> None:
    """From now on this process takes its settings from here, whatever `.env` comes to say."""
    global _held  # noqa: PLW0603 - one environment a process, as os.environ
    _held = dict(environment)


def environment_with_dotenv(folder: Path | None = None) -> dict[str, str]:
    """The process environment over the `.env` file of the working directory, which need not exist.

    Or what the process was told to `hold`. Raises ConfigurationError when the file cannot be read.
    """
    if _held is not None and folder is None:
        return dict(_held)
    from dotenv import dotenv_values

    path = (folder or Path.cwd()) / ".env"
    told: dict[str, str] = {}
    if path.is_file():
        try:
            told = {name: value for name, value in dotenv_values(path).items() if value is not None}
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"{path} cannot be read ({type(error).__name__})", remedy="It must be a UTF-8 text file."
            ) from None
    # A name that is set but empty in the process does not hide the file's value.
    return told | {name: value for name, value in os.environ.items() if value or name not in told}


def required(value: str | None, setting: str) -> str:
    """`value`, or ConfigurationError naming the environment variable to set."""
    if value:
        return value
    raise ConfigurationError(
        f"{NAMES[setting][0]} is not set",
        remedy="Set it in the environment or in a .env file; the app's page in the developer console has it.",
    )


def visible(value: str, setting: str) -> str:
    """`value`, or ConfigurationError when it holds anything but visible ASCII, as a placeholder does."""
    if value.isascii() and value.isprintable() and " " not in value:
        return value
    raise ConfigurationError(
        f"{NAMES[setting][0]} holds a character that no such value has (a placeholder, perhaps, or a blank)",
        remedy="Copy it again from the app's page in the developer console.",
    )
