"""Requests under way as values: room for everybody, and a CSRF value for each user."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime

from ringback.platform.authorization import pending as pending_module
from ringback.platform.authorization.authorize import AuthorizationRequest
from ringback.platform.authorization.browsers import Browsers
from ringback.platform.authorization.pending import PendingRequests

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ASKED = AuthorizationRequest(
    client_id="app",
    redirect_uri="http://localhost:5000/cb",
    redirect_uri_was_sent=True,
    scope=frozenset({"ReadAccounts"}),
    prompt=frozenset({"login"}),
    display="page",
)


def numbered() -> Callable[[int], str]:
    """Texts that differ, without asking the machine for thousands of random ones."""
    counted = itertools.count()
    return lambda _: f"text-{next(counted)}"


def test_a_flood_of_strangers_ends_nothing_of_the_signed_in() -> None:
    browsers, requests = Browsers(numbered()), PendingRequests(numbered())
    signed_in, then_signed_in, waiting = browsers.new(), browsers.new(), browsers.new()
    browsers.sign_in(signed_in, 7, NOW)
    one = requests.begin(signed_in, ASKED, NOW)
    two = requests.begin(then_signed_in, ASKED, NOW)
    three = requests.begin(waiting, ASKED, NOW)
    browsers.sign_in(then_signed_in, 8, NOW)
    for _ in range(pending_module._KEPT):
        requests.begin(browsers.new(), ASKED, NOW)
    assert requests.find(one.id, signed_in, NOW) is one
    assert requests.find(two.id, then_signed_in, NOW) is two
    assert requests.find(three.id, waiting, NOW) is None
    assert waiting.requests == []


def test_the_signed_in_have_limited_room_too() -> None:
    browsers, requests = Browsers(numbered()), PendingRequests(numbered())
    ids = []
    for _ in range(pending_module._KEPT + 1):
        browser = browsers.new()
        browsers.sign_in(browser, 7, NOW)
        ids.append((requests.begin(browser, ASKED, NOW).id, browser))
    assert requests.find(*ids[0], NOW) is None
    assert requests.find(*ids[1], NOW) is not None


def test_a_browser_keeps_its_twenty_newest() -> None:
    browsers, requests = Browsers(numbered()), PendingRequests(numbered())
    browser, other = browsers.new(), browsers.new()
    of_other = requests.begin(other, ASKED, NOW)
    ids = [requests.begin(browser, ASKED, NOW).id for _ in range(25)]
    assert [requests.find(one, browser, NOW) is not None for one in ids] == [False] * 5 + [True] * 20
    assert requests.find(of_other.id, other, NOW) is of_other
    last = requests.find(ids[-1], browser, NOW)
    assert last is not None
    requests.finish(last)
    assert browser.requests == ids[5:-1]


def test_the_csrf_value_changes_with_the_user_only() -> None:
    requests = PendingRequests()
    pending = requests.begin(Browsers().new(), ASKED, NOW)
    seen = [pending.csrf]
    for user in (7, 7, 8, None):
        requests.set_user(pending, user)
        seen.append(pending.csrf)
    assert seen[1] == seen[2]
    assert len(set(seen)) == 4
    assert all(len(value) >= 43 for value in seen)
