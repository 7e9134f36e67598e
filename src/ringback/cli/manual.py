"""What each command's manual has beside summary and options: examples, exit codes, environment, files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .failures import EXIT_CODES

ENVIRONMENT = {
    "RC_SERVER_URL": "The server: RingCentral's, or a local platform's.",
    "RC_APP_CLIENT_ID": "The app's client ID.",
    "RC_APP_CLIENT_SECRET": "The app's client secret, if it has one.",
    "RC_REDIRECT_URL": "The app's redirect URI; for `login` on a port of this machine.",
    "RC_USER_JWT": "The JWT that `login --jwt-env` logs in with.",
    "RINGBACK_VAULT_URL": "Where logins are kept: sqlite:///FILE, postgresql://…, redis://…, memory://.",
    "RINGBACK_SECRET_KEYS": "The keys that seal that vault, comma-separated; the first one seals.",
    "RINGBACK_CLOCK_URL": "The local platform whose clock is followed (this machine only).",
    "XDG_DATA_HOME": "The folder with the command line's own place, `ringback`; ~/.local/share.",
    "TZ": "The time zone of dates without --zone.",
    "NO_COLOR": "No colour, if it is set.",
    "COLUMNS": "How wide the terminal is.",
}
_APP = ("RC_SERVER_URL", "RC_APP_CLIENT_ID", "RC_APP_CLIENT_SECRET")
_VAULT = ("RINGBACK_VAULT_URL", "RINGBACK_SECRET_KEYS")
_CLIENT = (*_APP, *_VAULT, "RINGBACK_CLOCK_URL", "XDG_DATA_HOME")
_READS = (0, 1, 2, 3, 4, 130)
_PLACE = {
    "~/.local/share/ringback/": "profile.json (who is logged in), vault.db and vault.key, usual archives.",
    ".env": "Settings, in the working directory; the environment wins.",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One command's part of the manual. `codes` mean what EXIT_CODES says, or `meant` where it differs."""

    examples: tuple[tuple[str, str], ...] = ()
    codes: tuple[int, ...] = (0, 1, 2)
    meant: Mapping[int, str] = field(default_factory=dict)
    environment: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    def exit_codes(self) -> list[tuple[str, str]]:
        """Each exit code, and what it means here."""
        return [(str(code), self.meant.get(code, EXIT_CODES[code])) for code in self.codes]

    def variables(self) -> list[tuple[str, str]]:
        """Each environment variable that it reads, and what it is for."""
        return [(name, ENVIRONMENT[name]) for name in self.environment]


def entry_of(command_path: str) -> Entry:
    """The entry of a command, by its whole name: `ringback calls list`."""
    return ENTRIES.get(command_path, Entry())


ENTRIES = {
    "ringback": Entry(
        examples=(
            ("ringback demo", "See it work, without a RingCentral account."),
            ("ringback login", "Log in, for the commands that call the API."),
            ("ringback calls list --from 2026-11-02", "The calls since then."),
        ),
        codes=_READS,
        environment=_CLIENT,
        files=_PLACE,
    ),
    "ringback demo": Entry(
        examples=(
            ("ringback demo", "Everything on this machine; opens the browser."),
            ("ringback demo --no-browser --employees 200 --days 365", "A larger company, a year of calls."),
            ("ringback demo --state demo.state", "A restart goes on where this one ends."),
        ),
        codes=(0, 1, 2, 130),
        meant={0: "stopped with Ctrl-C", 130: "broken off before it was ready"},
        files={".ringback/demo.key": "The key of the demo's own logins."},
    ),
    "ringback web": Entry(
        examples=(
            ("RC_REDIRECT_URL=http://localhost:5000/oauth2callback ringback web", "On its usual port."),
        ),
        codes=(0, 1, 2, 130),
        meant={0: "stopped with Ctrl-C", 130: "broken off before it was ready"},
        environment=(*_APP, "RC_REDIRECT_URL", *_VAULT, "RINGBACK_CLOCK_URL"),
        files={".env": _PLACE[".env"], "ringback.db": "The vault, unless RINGBACK_VAULT_URL names another."},
    ),
    "ringback platform": Entry(
        examples=(
            ("ringback platform", "On port 8000; the ready line says where."),
            (
                "ringback platform --rate-limits off --start 2026-11-02T09:00:00Z",
                "Fast, at a fixed time.",
            ),
        ),
        codes=(0, 1, 2, 130),
        meant={0: "stopped with Ctrl-C", 130: "broken off before it was ready"},
    ),
    "ringback platform readiness": Entry(
        examples=(("ringback platform readiness --client-id ID --format junit", "For a CI job."),),
        meant={0: "all rules are met", 1: "not all rules are met", 2: "wrong options, or it cannot be told"},
        environment=("RC_SERVER_URL",),
    ),
    "ringback login": Entry(
        examples=(
            ("ringback login", "In the browser."),
            ("ringback login --no-browser", "Prints the address to open."),
            ("RC_USER_JWT=… ringback login --jwt-env", "Without a browser."),
        ),
        codes=(0, 1, 2, 4, 130),
        environment=(*_APP, "RC_REDIRECT_URL", "RC_USER_JWT", *_VAULT, "XDG_DATA_HOME"),
        files=_PLACE,
    ),
    "ringback logout": Entry(
        examples=(
            ("ringback logout", "Here; other programs keep their login."),
            ("ringback logout --everywhere", "For everybody who holds it."),
        ),
        codes=(0, 1, 2, 130),
        environment=_CLIENT,
        files=_PLACE,
    ),
    "ringback whoami": Entry(
        examples=(("ringback whoami --json", "For scripts."),),
        codes=_READS,
        environment=_CLIENT,
        files=_PLACE,
    ),
    "ringback doctor": Entry(
        examples=(
            ("ringback doctor", "Looks at everything, changes nothing."),
            ("ringback doctor --user 62264425008 --json", "Another user's login, for scripts."),
        ),
        codes=(0, 1, 2, 130),
        meant={0: "no problem", 1: "at least one problem"},
        environment=(*_CLIENT, "RC_REDIRECT_URL"),
        files=_PLACE,
    ),
    "ringback calls list": Entry(
        examples=(
            ("ringback calls list", "The last 24 hours."),
            (
                "ringback calls list --scope account --from 2026-11-02 --to 2026-11-06 --direction Inbound",
                "A week of the company's.",
            ),
            ("ringback calls list --number '(650) 555-0100' --json | jq .duration", "For other programs."),
        ),
        codes=_READS,
        environment=(*_CLIENT, "TZ", "NO_COLOR"),
        files=_PLACE,
    ),
    "ringback calls show": Entry(
        examples=(("ringback calls show IR8UWUe3HABSC4A --json", "One record, as RingCentral gave it."),),
        codes=_READS,
        meant={1: "there is no such record, or it failed; standard error says why in one line"},
        environment=(*_CLIENT, "TZ"),
        files=_PLACE,
    ),
    "ringback calls export": Entry(
        examples=(
            (
                "ringback calls export --scope account --from 2026-10-01 --to 2026-10-31 --output oct.xlsx",
                "A month as a spreadsheet. Broken off, the same line goes on.",
            ),
            ("ringback calls export --output - --format csv | head", "To standard output."),
            (
                "ringback calls export --archive calls.duckdb --by-month --output lake",
                "A whole archive as Parquet, a folder a month.",
            ),
        ),
        codes=_READS,
        environment=(*_CLIENT, "TZ"),
        files={
            ".ringback-NAME.part": "Beside the target: what was read of a broken-off export.",
            ".ringback-NAME.draft": "Beside the target: the file while it is written.",
            **_PLACE,
        },
    ),
    "ringback calls report": Entry(
        examples=(
            ("ringback calls report", "The last seven days."),
            (
                "ringback calls report --scope account --from 2026-10-01 --to 2026-10-31",
                "The company's month.",
            ),
            ("ringback calls report --archive calls.duckdb --json | jq .totals", "The numbers alone."),
        ),
        codes=_READS,
        environment=(*_CLIENT, "TZ", "NO_COLOR", "COLUMNS"),
        files=_PLACE,
    ),
    "ringback calls sync": Entry(
        examples=(
            ("ringback calls sync --scope account", "Bring the usual archive to now."),
            (
                "ringback calls sync --scope account --archive calls.duckdb --history 2024-01-01",
                "In a file of one's own, from then on.",
            ),
            (
                "ringback calls sync --scope account --no-wait --quiet --status-file calls.prom",
                "From cron: what a limit leaves is read by the next one.",
            ),
        ),
        codes=_READS,
        environment=(*_CLIENT, "TZ"),
        files=_PLACE,
    ),
    "ringback calls verify": Entry(
        examples=(
            ("ringback calls verify --scope account", "Is the usual archive right?"),
            ("ringback calls verify --scope account --repair", "And make it right."),
        ),
        codes=(0, 1, 2, 3, 130),
        meant={
            0: "the archive is right and complete",
            1: "something is missing, extra, different or not read yet, or it failed",
        },
        environment=_CLIENT,
        files=_PLACE,
    ),
    "ringback api": Entry(
        examples=(
            ("ringback api GET /restapi/v1.0/account/~/extension/~", "Your own extension."),
            (
                "ringback api GET /restapi/v1.0/account/~/extension --query status=Enabled --all | wc -l",
                "All pages, a line a record.",
            ),
        ),
        codes=_READS,
        environment=_CLIENT,
        files=_PLACE,
    ),
    "ringback recordings download": Entry(
        examples=(
            (
                "ringback recordings download --scope account --from 2026-11-02 --folder recordings",
                "What is there already is not fetched again.",
            ),
        ),
        codes=_READS,
        environment=(*_CLIENT, "TZ"),
        files={"ID.part, ID.part.json": "In the folder: a recording that is not whole yet.", **_PLACE},
    ),
    "ringback vault list": Entry(
        examples=(
            ("ringback vault list --json", "A line of JSON a login."),
            ("ringback vault list --sort expiry --expires-within 2 --limit 20", "What ends first?"),
        ),
        codes=(0, 1, 2, 130),
        meant={1: "some of those listed do not open with the keys in RINGBACK_SECRET_KEYS, or it failed"},
        environment=(*_APP, *_VAULT, "XDG_DATA_HOME"),
    ),
    "ringback vault keep-alive": Entry(
        examples=(("ringback vault keep-alive --once --json >> keep-alive.log", "From cron, once an hour."),),
        codes=_READS,
        meant={
            0: "with --once: all logins are alive",
            1: "some could not be refreshed, or it failed",
            3: "some users must log in again",
        },
        environment=(*_APP, *_VAULT, "RINGBACK_CLOCK_URL", "XDG_DATA_HOME"),
    ),
    "ringback vault rotate-key": Entry(
        examples=(
            ("ringback vault rotate-key --new-key new.key", "Make a key, and read what to do with it."),
            ("ringback vault rotate-key --dry-run", "How many records are under which key?"),
        ),
        codes=(0, 1, 2, 130),
        meant={0: "nothing in the vault needs another key", 1: "something does, or it failed"},
        environment=(*_APP, *_VAULT),
    ),
    "ringback vault export": Entry(
        examples=(("ringback vault export --output logins.backup", "All logins of the app, sealed."),),
        codes=(0, 1, 2, 130),
        meant={1: "some logins do not open and are not in it, or it failed"},
        environment=(*_APP, *_VAULT),
    ),
    "ringback vault import": Entry(
        examples=(("ringback vault import logins.backup --dry-run", "What would be done?"),),
        codes=(0, 1, 2, 130),
        meant={1: "some records in the vault do not open and stay, or it failed"},
        environment=(*_APP, *_VAULT),
    ),
    "ringback completion": Entry(
        examples=(
            ('eval "$(ringback completion bash)"', "In ~/.bashrc; bash 4.4 or newer."),
            ('eval "$(ringback completion zsh)"', "In ~/.zshrc."),
            ("ringback completion fish > ~/.config/fish/completions/ringback.fish", "Once, for fish."),
        ),
    ),
    "ringback man": Entry(
        examples=(
            ("ringback man calls export | man -l -", "Read one page."),
            ("ringback man --folder ~/.local/share/man/man1", "Then `man ringback-calls-export` has them."),
        ),
    ),
}
