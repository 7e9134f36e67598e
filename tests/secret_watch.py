"""Searches everything the test run says for every secret issued in it (security.md, "secrets").

Secrets are noted where they come into being: tokens, codes, verifiers, states, client secrets, vault keys,
browser session ids, on the client's and on the platform's side. What is searched: every log record of every
logger at every level, the text and repr of every Ringback error and its traceback, the repr of every login,
token set and request, every page of the web app and every refusal of the platform, the output of the commands
that tests start, and what pytest itself reports.
"""

import functools
import logging
import re
import traceback

_WORD = re.compile(r"[A-Za-z0-9_-]{16,}")
_LEAST = 16
# HTTP libraries that the tests drive as a user's browser; the client's own use of them is searched in
# tests/client/test_logs.py, where nothing else is going on.
_BROWSERS = ("httpx2", "httpcore2", "asyncio", "urllib3", "playwright")
_BROWSER_LINE = re.compile(rf"[A-Z]+\s+({'|'.join(_BROWSERS)})")


class SecretWatch:
    """Secrets and texts of one run."""

    def __init__(self):
        self.secrets = {}
        self.words = {}
        self.characters = 0
        self.errors = []

    def secret(self, kind, value):
        """Note a secret."""
        if value and len(value) >= _LEAST:
            self.secrets[value] = kind

    def text(self, where, text):
        """Note a text that was said somewhere."""
        self.characters += len(text)
        for word in _WORD.findall(text):
            self.words.setdefault(word, where)

    def captured_log(self, where, text):
        """Note what pytest captured of the log, less the lines of the tests' own browsers."""
        self.text(where, "\n".join(line for line in text.splitlines() if not _BROWSER_LINE.match(line)))

    def error(self, error):
        """Note an error; it is read at the end of its test, when it is complete."""
        self.errors.append(error)

    def read_errors(self):
        """Read what the errors of the last test say."""
        errors, self.errors = self.errors, []
        for error in errors:
            told = "".join(traceback.format_exception(error))
            self.text(f"error {type(error).__name__}", f"{error!s} {error!r} {vars(error)!r} {told}")

    def hits(self):
        """(kind of secret, where it was said) for every secret that was said."""
        exact = [(kind, self.words[value]) for value, kind in self.secrets.items() if value in self.words]
        longer = [word for word in self.words if len(word) > 43 and word not in self.secrets]
        inside = [
            (kind, self.words[word])
            for word in longer
            for value, kind in self.secrets.items()
            if value in word
        ]
        return exact + inside

    def told(self):
        """What this process has seen, for the tally of all."""
        return len(self.secrets), self.characters, self.hits()


class Tally:
    """What the watches of all processes of a run have seen."""

    def __init__(self):
        self.secrets, self.characters, self.hits = 0, 0, []

    def add(self, told):
        """Count what one process has seen; None: it died and told nothing."""
        if told is None:
            return
        secrets, characters, hits = told
        self.secrets += secrets
        self.characters += characters
        self.hits += [tuple(hit) for hit in hits]

    def __str__(self):
        return f"secret watch: {self.secrets} secrets, {self.characters:,} characters, {len(self.hits)} hits"


WATCH = SecretWatch()


class _Listener(logging.Handler):
    def emit(self, record):
        if not record.name.startswith(_BROWSERS):
            told = logging.Formatter("%(name)s %(levelname)s %(message)s").format(record)
            WATCH.text(f"log {record.name}", told + repr(record.args))


def start():
    """Begin to watch: before any module of Ringback is used."""
    logging.getLogger().addHandler(_Listener(logging.DEBUG))
    for name in ("ringback", "ringback.client", "ringback.web", "ringback.platform", "waitress", "werkzeug"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    _watch_client()
    _watch_platform()
    _watch_web()


def _after(owner, name, note):
    """Have `note(result, self, *args)` called after every call of a method or function."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def wrapper(*args, **kwargs):
        result = original(*args, **kwargs)
        note(result, *args)
        return result

    setattr(owner, name, wrapper)


def _watch_client():
    from ringback.client import base_client, client_steps, logins, messages
    from ringback.oauth.errors import RingbackError
    from ringback.oauth.token_requests import ClientCredentials
    from ringback.oauth.token_set import TokenSet
    from ringback.vault import browser_sessions
    from ringback.vault.keyring import KeyRing

    def tokens(_, one, *__):
        WATCH.secret("access token", one.access_token.reveal())
        WATCH.secret("refresh token", one.refresh_token.reveal() if one.refresh_token else None)
        WATCH.text("repr of a token set", repr(one))

    def transaction(one, *_):
        WATCH.secret("code verifier", one.code_verifier.reveal())
        WATCH.secret("state", one.state.reveal())
        WATCH.text("repr of a transaction", repr(one))

    def credentials(_, one, *__):
        WATCH.secret("client secret", one.client_secret.reveal() if one.client_secret else None)
        WATCH.text("repr of credentials", repr(one))

    _after(TokenSet, "__init__", tokens)
    _after(client_steps, "begin", transaction)
    _after(ClientCredentials, "__init__", credentials)
    _after(logins, "check_callback", lambda code, *_: WATCH.secret("code", code.reveal()))
    _after(KeyRing, "from_setting", lambda ring, *_: WATCH.text("repr of a key ring", repr(ring)))
    _after(base_client, "_keyring", lambda ring, setting, *_: setting and _keys(setting.reveal()))
    _after(RingbackError, "__init__", lambda _, one, *__: WATCH.error(one))
    _after(messages.HttpRequest, "__init__", lambda _, one, *__: WATCH.text("repr of a request", repr(one)))
    _after(
        browser_sessions.BrowserSession,
        "__init__",
        lambda _, one, *__: (
            WATCH.secret("browser session id", one.id),
            WATCH.text("repr of a session", repr(one)),
        ),
    )


def _keys(setting):
    for key in setting.split(","):
        WATCH.secret("vault key", key.strip().rstrip("="))


def _watch_platform():
    from starlette.responses import Response

    from ringback.platform import errors
    from ringback.platform.apps import AppRegistry
    from ringback.platform.authorization.browsers import Browser
    from ringback.platform.authorization.codes import Codes
    from ringback.platform.authorization.keys import PlatformKeys
    from ringback.platform.authorization.session_store import SessionStore

    def pair(result, *_):
        WATCH.secret("access token", result[1])
        WATCH.secret("refresh token", result[2])

    def answer(_, response, *__):
        if response.status_code >= 400:
            WATCH.text("refusal of the platform", bytes(response.body).decode("utf-8", "replace"))

    _after(SessionStore, "_new_pair", pair)
    _after(PlatformKeys, "jwt", lambda text, *_: WATCH.secret("JWT signature", text.rpartition(".")[2]))
    _after(Codes, "issue", lambda code, *_: WATCH.secret("code", code))
    _after(AppRegistry, "create", lambda made, *_: WATCH.secret("client secret", made[1]))
    _after(
        AppRegistry,
        "seeded",
        lambda apps, *_: [WATCH.secret("client secret", secret) for _app, secret in apps],
    )
    _after(Browser, "__init__", lambda _, one, *__: WATCH.secret("browser session id", one.id))
    _after(Response, "__init__", answer)
    for kind in (errors.ApiError, errors.OAuthError):
        _after(kind, "__init__", lambda _, one, *__: WATCH.error(one))


def _watch_web():
    from flask import Flask

    def look(body):
        # The login link carries the state: that is what it is for.
        text = re.sub(r"state=[^&\"]*", "state=", body.decode("utf-8", "replace"))
        WATCH.text("page of the web app", text)
        return body

    def page(response, app, *_):
        if response.is_streamed:
            response.response = map(look, response.response)
        elif not response.direct_passthrough:  # that is a file, which a real server sends by itself
            look(response.get_data())

    _after(Flask, "process_response", page)
