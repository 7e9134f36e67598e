"""The whole examination, as steps for the drivers: everything is looked at, whatever the rest is like."""

from __future__ import annotations

from ringback.client.context import Context
from ringback.client.effects import Steps
from ringback.client.server_url import is_local

from .app import check_credentials, check_redirect_uri
from .findings import Finding, console_of
from .login import check_login
from .server import check_clock, check_server
from .vault import check_keys, check_vault


def examine(context: Context, redirect_uri: str | None, user_id: str | None) -> Steps[tuple[Finding, ...]]:
    """Every finding, in the order in which to mend them. Raises nothing for what it finds.

    Sends at most seven requests, one of them to the token endpoint; nothing is changed at the server.
    """
    console = console_of(context.server, local=is_local(context.server))
    found, answer = yield from check_server(context)
    findings = [found]
    if answer is not None:
        findings.append((yield from check_clock(context, answer)))
        findings.append((yield from check_credentials(context, console)))
        findings.append((yield from check_redirect_uri(context, console, redirect_uri)))
    findings.append((yield from check_vault(context)))
    findings.append(check_keys(context))
    if user_id is not None and answer is not None:
        findings += yield from check_login(context, console, user_id)
    return tuple(findings)
