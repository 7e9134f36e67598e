"""With every logger at DEBUG, the client's work says no secret."""

import logging

from ringback import InvalidGrant

EXTENSION = "/restapi/v1.0/account/~/extension/~"


class Everything(logging.Handler):
    def __init__(self):
        super().__init__(logging.DEBUG)
        self.told = []

    def emit(self, record):
        self.told.append(f"{record.name} {record.getMessage()} {record.exc_text or ''}")


def test_no_secret_of_a_whole_login_is_logged_at_any_level(place, rc, caplog):
    login, again = rc.begin_login(), rc.begin_login()
    callback = place.callback(login.url, place.users[0])
    replayed = place.callback(again.url, place.users[0])
    listener = Everything()
    root = logging.getLogger()
    for name in (None, "ringback"):
        caplog.set_level(logging.DEBUG, name)
    root.addHandler(listener)
    try:
        user = rc.finish_login(callback, login.transaction)
        tokens = [rc.vault.load(user.id).tokens]
        user.get(EXTENSION)
        user.refresh()
        tokens.append(rc.vault.load(user.id).tokens)
        user.get(EXTENSION)
        user.logout()
        try:
            rc.finish_login(replayed.replace("code=", "code=x"), again.transaction)
        except InvalidGrant as error:
            logging.getLogger("an app").exception("login failed: %r", error)
    finally:
        root.removeHandler(listener)
    told = "\n".join(listener.told)
    assert "login finished" in told
    assert "login failed" in told
    secrets = [
        place.app["clientSecret"],
        place.key,
        login.state,
        again.state,
        callback.partition("code=")[2][:43],
    ]
    for pair in tokens:
        secrets += [pair.access_token.reveal(), pair.refresh_token.reveal()]
    assert len(secrets) == 9
    assert [secret for secret in secrets if secret in told] == []
