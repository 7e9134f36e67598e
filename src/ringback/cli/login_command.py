"""`ringback login`, `logout`, `whoami`: the login of the person at the command line."""

from __future__ import annotations

import json
import webbrowser
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from ringback.client.server_url import LOOPBACK_HOSTS
from ringback.oauth.errors import RingbackError

from .failures import Failure
from .listening import Listening, listen, listen_on
from .one_login import OneLogin
from .profile import Profile, app_name, cli_client, cli_profile, cli_user

if TYPE_CHECKING:
    from ringback.client import RingCentral, User
    from ringback.client.records import Extension

SUGGESTED = "http://127.0.0.1:8787/oauth2callback"
_WHERE = "the app's settings in the developer console (https://developers.ringcentral.com/console)"


def run_login(*, browser: bool, seconds: float, jwt: bool, as_json: bool) -> None:
    """Log in, with a browser or with RC_USER_JWT. Raises Failure with one line that says why not.

    With `as_json` standard output has the outcome alone.
    """
    profile = cli_profile()
    with cli_client(profile) as client:
        user = (
            client.login_with_jwt(holder=profile.holder())
            if jwt
            else _in_a_browser(client, profile, browser, seconds, to_stderr=as_json)
        )
        before = profile.user_id(app_name(client))
        profile.remember(app_name(client), user.id)
        if before not in (None, user.id):
            client.user(before or "", holder=profile.holder()).logout()
        extension = _extension_of(user)
        if as_json:
            told = {
                "userId": user.id,
                "name": extension and extension.name,
                "extensionNumber": extension and extension.extension_number,
                "server": client.server,
            }
            click.echo(json.dumps(told))
            return
        name = f"user {user.id}" if extension is None else _plain(_called(extension))
        click.echo(f"Logged in as {name}.")


def run_logout(*, everywhere: bool, as_json: bool) -> None:
    """Log out here, or with `everywhere` all holders of the login."""

    def tell(line: str, user_id: str | None, ended: bool) -> None:
        click.echo(json.dumps({"userId": user_id, "ended": ended}) if as_json else line)

    profile = cli_profile()
    with cli_client(profile) as client:
        user_id = profile.user_id(app_name(client))
        if user_id is None:
            return tell("Nobody is logged in here.", None, False)
        user = client.user(user_id, holder=profile.holder())
        ended = user.logout(everywhere=everywhere)
        profile.remember(app_name(client), None)
        line = "Logged out." if ended else "Logged out here; other programs still hold the login."
        return tell(line, user_id, ended)


def run_whoami(*, as_json: bool) -> str:
    """Who is logged in here, with permissions and expiry. Raises Failure (code 3), LoginRequired."""
    profile = cli_profile()
    with cli_client(profile) as client:
        user = cli_user(client, profile)
        extension = user.extension()
        state = user.session()
        told: dict[str, Any] = {
            "userId": user.id,
            "name": extension.name,
            "extensionNumber": extension.extension_number,
            "server": client.server,
            "permissions": list(state.scope),
            "accessTokenExpiresAt": _utc(state.expires_at),
            "refreshTokenExpiresAt": _utc(state.refresh_expires_at),
            "holders": state.holders,
        }
    if as_json:
        return json.dumps(told, indent=2)
    until = told["refreshTokenExpiresAt"] or told["accessTokenExpiresAt"]
    lines = [
        f"{_called(extension)} (id {user.id})",
        f"at {client.server}",
        f"permissions: {', '.join(state.scope) or 'not told'}",
        f"logged in until {until} unless used before; the access token until {told['accessTokenExpiresAt']}",
    ]
    return "\n".join(_plain(line) for line in lines)


def _in_a_browser(
    client: RingCentral, profile: Profile, browser: bool, seconds: float, *, to_stderr: bool
) -> User:
    redirect_uri = client.redirect_uri or ""
    listening = _listen(redirect_uri)
    begun = client.begin_login(redirect_uri)
    users: list[User] = []

    def finish(callback_url: str) -> str | None:
        try:
            users.append(client.finish_login(callback_url, begun.transaction, holder=profile.holder()))
        except RingbackError as error:
            return str(error)
        return None

    server = OneLogin(listening.sockets, redirect_uri, begun.state, finish)
    try:
        if browser and webbrowser.open(begun.url):
            click.echo("Log in in the browser window that was opened.", err=True)
        else:
            click.echo("Open this address in a browser on this machine:", err=True)
            click.echo(begun.url, err=to_stderr)
        trouble = server.wait(seconds)
    except TimeoutError:
        raise Failure(f"nobody logged in within {seconds:.0f} seconds; start again") from None
    finally:
        server.close()
    if trouble is not None:
        raise Failure(trouble)
    return users[0]


def _listen(redirect_uri: str) -> Listening:
    """Sockets for the redirect URI. Raises Failure that says what to register when it is none for this."""
    if not redirect_uri:
        raise Failure(
            f"RC_REDIRECT_URL is not set; register {SUGGESTED} in {_WHERE}, and set RC_REDIRECT_URL to it"
        )
    try:
        parts = urlsplit(redirect_uri)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme != "http" or host not in LOOPBACK_HOSTS or not port:
        raise Failure(
            "`ringback login` waits on this machine, and RC_REDIRECT_URL does not lead to a port of it; "
            f"register {SUGGESTED} in {_WHERE}, and set RC_REDIRECT_URL to it"
        )
    try:
        return listen("localhost", port, "RC_REDIRECT_URL") if host == "localhost" else listen_on(host, port)
    except Failure as failure:
        text = f"{str(failure).partition(';')[0]}; stop it, or register and set another RC_REDIRECT_URL"
        raise Failure(text) from None


def _extension_of(user: User) -> Extension | None:
    """The user's extension; one that cannot be had does not fail a login."""
    try:
        return user.extension()
    except RingbackError:
        return None


def _called(extension: Extension) -> str:
    return f"{extension.name or 'no name'}, extension {extension.extension_number or 'without number'}"


def _utc(moment: float | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")


def _plain(text: str) -> str:
    """Without characters that would steer a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)
