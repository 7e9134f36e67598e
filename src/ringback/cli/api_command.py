"""`ringback api GET …`: any endpoint's answer as it came, or all pages of a list as lines of JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from .breaking_off import breakable
from .failures import WRONG_OPTION, Failure
from .profile import cli_client, cli_profile, cli_user
from .progress import Progress, progress_of

if TYPE_CHECKING:
    from ringback.client import RingCentral, User
    from ringback.client.response import Response


def run_api(
    method: str,
    path: str,
    query: Sequence[str],
    *,
    all_pages: bool,
    as_json: bool,
    wait: bool,
    quiet: bool,
) -> None:
    """Print the answer. Raises Failure, and what the client does."""
    params = _params(query)
    profile = cli_profile()
    progress = progress_of(quiet)
    printed = 0
    with breakable(lambda: f"{printed} records were printed"):
        with progress, cli_client(profile, wait=wait) as client:
            client.add_hook(progress.hook)
            caller = _Caller(client, cli_user(client, profile), method, wait, progress)
            progress.begin(f"Reading {path.partition('?')[0]}")
            if all_pages:
                for printed, (record, whole) in enumerate(_records(caller, path, params), 1):
                    progress.advanced(printed, "records", share=printed / whole if whole else None)
                    progress.out(json.dumps(record))
                return
            answer = caller.call(path, params)
        _print(answer, as_json=as_json)


class _Caller:
    """Calls as one user, and waits for the rate limit as long as it takes where it may."""

    def __init__(self, client: RingCentral, user: User, method: str, wait: bool, progress: Progress) -> None:
        self._client, self._user, self._method, self._wait = client, user, method, wait
        self._progress = progress

    def call(self, path: str, params: dict[str, list[str]] | None = None) -> Response:
        from ringback.archive.limits import waiting

        def act() -> Response:
            return self._user.request(self._method, path, params=params)

        try:
            return waiting(self._client.clock, self._progress.note, act) if self._wait else act()
        except ValueError as error:
            raise Failure(str(error), WRONG_OPTION) from None


def _records(caller: _Caller, path: str, params: dict[str, list[str]]) -> Iterator[tuple[Any, int | None]]:
    """The records of all pages, each with how many there are in all, if that is told.

    The server's own link leads to each next page (contract 10).
    """
    page = _page(caller.call(path, params))
    seen = {path}
    while True:
        paging = page.get("paging")
        whole = paging.get("totalElements") if isinstance(paging, dict) else None
        yield from ((record, whole if isinstance(whole, int) else None) for record in page["records"])
        navigation = page.get("navigation")
        following = navigation.get("nextPage") if isinstance(navigation, dict) else None
        uri = following.get("uri") if isinstance(following, dict) else None
        if not isinstance(uri, str) or uri in seen:
            return
        seen.add(uri)
        page = _page(caller.call(uri))


def _page(answer: Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("records"), list):
        raise Failure("The answer is not a list of records; leave out --all")
    return told


def _print(answer: Response, *, as_json: bool) -> None:
    try:
        click.echo(json.dumps(answer.json(), indent=None if as_json else 2))
    except ValueError:
        if as_json:
            raise Failure("The answer is not JSON; leave out --json to have it as it came") from None
        sys.stdout.buffer.write(answer.content)
        sys.stdout.buffer.flush()


def _params(query: Sequence[str]) -> dict[str, list[str]]:
    params: dict[str, list[str]] = {}
    for one in query:
        name, equals, value = one.partition("=")
        if not name or not equals:
            raise Failure(f"--query must be NAME=VALUE, not {one!r}", WRONG_OPTION)
        params.setdefault(name, []).append(value)
    return params
