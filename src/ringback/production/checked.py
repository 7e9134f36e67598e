"""Are the settings right? Found out in a process of its own: gunicorn's master stays as it is."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass, field

SECONDS = 60.0
_OURS = ("RC_", "RINGCENTRAL_", "RINGBACK_")


@dataclass(frozen=True, slots=True)
class Checked:
    """What gunicorn must know of settings that are right: `origin` is where browsers find the app.

    `settings`: those that were checked, by name, for workers that start when `.env` has become another.
    """

    origin: str
    log_format: str
    memory_vault: bool
    settings: dict[str, str] = field(repr=False)


class Refused(SystemExit):
    """Settings that are wrong, in one line; uncaught, it ends the start with that line and exit code 1."""


def checked() -> Checked:
    """Make the app of the environment and `.env` once, and let it go. Raises Refused."""
    command = [sys.executable, "-m", "ringback.production.checked"]
    try:
        done = subprocess.run(  # noqa: S603 - our own
            command, check=False, capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        raise Refused(f"ringback: the settings could not be checked within {SECONDS:.0f} s") from None
    told = done.stdout.splitlines()
    if done.returncode == 0 and told:
        return Checked(**json.loads(told[-1]))
    lines = done.stderr.strip().splitlines()
    raise Refused(lines[-1] if lines else f"ringback: the check ended with code {done.returncode}")


def main() -> int:
    """Print what Checked has, or one line on standard error; the exit code."""
    from urllib.parse import urlsplit

    from ringback.client.settings import environment_with_dotenv, hold, settings_from
    from ringback.oauth.errors import RingbackError
    from ringback.vault.urls import is_memory

    try:
        from ringback.web import create_app

        environment = environment_with_dotenv()
        hold(environment)
        app = create_app()
        web = app.extensions["ringback"]
        vault = settings_from(environment).vault
        web.client.close()
    except ModuleNotFoundError as missing:
        text = f"packages are missing (no {missing.name}): pip install 'ringback[web,production]'"
        print(f"ringback: {text}", file=sys.stderr)  # noqa: T201
        return 1
    except RingbackError as error:
        print(f"ringback: {error}".replace("\n", " "), file=sys.stderr)  # noqa: T201
        return 1
    parts = urlsplit(web.settings.redirect_uri)
    told = Checked(
        origin=f"{parts.scheme}://{parts.netloc}",
        log_format=web.settings.deployment.log_format,
        memory_vault=is_memory(vault or "memory://"),
        settings={name: value for name, value in environment.items() if name.startswith(_OURS)},
    )
    print(json.dumps(asdict(told)))  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
