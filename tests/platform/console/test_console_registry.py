"""The registry of apps: limits, and what may not be done to an app."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ringback.platform.apps import MAX_PER_OWNER, AppRegistry, NewApp
from ringback.platform.state import State

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


def asked(kind: str = "ServerWeb") -> NewApp:
    return NewApp(
        "A name", "What it does, in a sentence.", kind, False, ("https://a.example/",), frozenset(), True
    )


def test_production_apps_do_not_count_against_the_limit() -> None:
    registry = AppRegistry()
    made = [registry.create(asked(), owner=1, account_id=1)[0] for _ in range(MAX_PER_OWNER - 1)]
    registry.graduate(made[0].client_id, NOW)
    last, _ = registry.create(asked(), owner=1, account_id=1)
    with pytest.raises(ValueError, match="100 apps"):
        registry.create(asked(), owner=1, account_id=1)
    assert len(registry.owned_by(1)) == MAX_PER_OWNER
    registry.create(asked(), owner=2, account_id=1)
    registry.delete(last.client_id)
    registry.create(asked(), owner=1, account_id=1)


def test_an_app_graduates_once_and_is_frozen_then() -> None:
    registry = AppRegistry()
    app, secret = registry.create(asked(), owner=1, account_id=1, now=NOW)
    production = registry.graduate(app.client_id, NOW)
    assert production.secret not in {None, secret}
    assert production.client_id != app.client_id
    for client_id in (app.client_id, production.client_id):
        with pytest.raises(ValueError, match="graduated"):
            registry.change(client_id, asked())
        with pytest.raises(ValueError, match="graduated"):
            registry.graduate(client_id, NOW)
    developed = registry.find(app.client_id)
    assert developed is not None
    assert (developed.production, developed.graduated) == (production.client_id, NOW)
    assert secret is not None
    assert developed.has_secret(secret)
    assert registry.delete(app.client_id) == [app.client_id, production.client_id]


def test_a_public_client_has_no_secret() -> None:
    registry = AppRegistry()
    app, secret = registry.create(asked("BrowserBased"), owner=1, account_id=1)
    assert secret is None
    with pytest.raises(ValueError, match="no secret"):
        registry.rotate_secret(app.client_id)
    assert registry.graduate(app.client_id, NOW).secret is None


def test_an_app_that_is_not_there() -> None:
    registry = AppRegistry()
    for change in (registry.rotate_secret, registry.note_shown, registry.delete):
        with pytest.raises(KeyError):
            change("nobody")
    with pytest.raises(KeyError):
        registry.change("nobody", asked())


def test_everything_about_an_app_is_in_its_row() -> None:
    """What a snapshot takes along: keys, partners, production, what was shown."""
    state = State()
    registry = AppRegistry(state=state)
    app, _ = registry.create(asked(), owner=1, account_id=1, now=NOW)
    registry.put_keys(app.client_id, "a key")
    registry.note_shown(app.client_id)
    production = registry.graduate(app.client_id, NOW)
    dumped = state.dump()
    registry.delete(app.client_id)
    state.load(dumped)
    found = registry.find(app.client_id)
    assert found is not None
    assert (found.jwks, found.secret_shown, found.production) == ("a key", True, production.client_id)
    assert registry.find(production.client_id) == production


def test_no_client_id_looks_like_an_option() -> None:
    texts = iter(["the secret", "-an-id", "-another", "_an-id", "the other secret", "-again", "id"])
    registry = AppRegistry(random_text=lambda _: next(texts))
    ids = [registry.create(asked(), owner=1, account_id=1)[0].client_id for _ in range(2)]
    assert ids == ["_an-id", "id"]
