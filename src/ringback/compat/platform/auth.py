"""`Auth`: the tokens of the one login of an SDK object, kept in a vault in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ringback.client import RingCentral
from ringback.oauth.secret import Secret
from ringback.oauth.token_set import TokenSet
from ringback.vault import Login

_HOLDER = "compat"
# Stands for the user of tokens that came without an owner_id.
_UNKNOWN = "unknown"
_LIVES = (("expires_in", "expire_time"), ("refresh_token_expires_in", "refresh_token_expire_time"))


class Auth:
    """Takes tokens in and gives them out, in the clear, as programs store them. Times: seconds since 1970."""

    def __init__(self, rc: RingCentral) -> None:
        self._rc = rc
        self._owner_id: str | None = None
        self._remember: Any = False

    def __repr__(self) -> str:
        return f"Auth(owner_id={self._owner_id!r})"

    @property
    def owner_id(self) -> str | None:
        """Whose login it is; None when there is none."""
        return None if self.login() is None else self._owner_id

    def login(self) -> Login | None:
        """The login, as the vault has it: refreshed by whichever call had to."""
        return None if self._owner_id is None else self._rc.vault.load(self._owner_id)

    def set_data(self, auth_data: Mapping[str, Any] | None = None) -> Auth:
        """Use these tokens from now on: what `data()` gave, or a token answer; what is left out stays.

        Without an `owner_id` they are used until they expire, and not refreshed: nothing would tell whether
        the answer is the same user's.
        """
        if auth_data is None:
            return self
        told = {**self.data(), **{key: value for key, value in auth_data.items() if value is not None}}
        now = self._rc.clock.now()
        for life, end in _LIVES:
            if life in auth_data and end not in auth_data:
                told[end] = now + float(told[life])
        self.reset()
        self._remember = told["remember"]
        access, refresh, owner_id = (
            str(told[name]) for name in ("access_token", "refresh_token", "owner_id")
        )
        if not access and not refresh:
            return self
        self._owner_id = owner_id or _UNKNOWN
        tokens = TokenSet(
            access_token=Secret(access or "none"),
            refresh_token=Secret(refresh) if refresh and owner_id else None,
            issued_at=float(told["expire_time"]) - float(told["expires_in"]),
            expires_at=float(told["expire_time"]) if access else 0.0,
            refresh_expires_at=float(told["refresh_token_expire_time"]) or None,
            scope=tuple(str(told["scope"]).split()),
            owner_id=self._owner_id,
            token_type=str(told["token_type"] or "bearer").lower(),
        )
        self._rc.vault.put_login(tokens, _HOLDER, now=now)
        return self

    def data(self) -> dict[str, Any]:
        """Everything, as one dictionary that JSON can hold. It holds the tokens."""
        login = self.login()
        if login is None:
            return {
                **{"remember": self._remember, "token_type": "", "access_token": "", "expires_in": 0},
                **{"expire_time": 0, "refresh_token": "", "refresh_token_expires_in": 0},
                **{"refresh_token_expire_time": 0, "scope": "", "owner_id": ""},
            }
        tokens = login.tokens
        refresh_end = tokens.refresh_expires_at or 0
        return {
            "remember": self._remember,
            "token_type": tokens.token_type,
            "access_token": tokens.access_token.reveal(),
            "expires_in": round(tokens.expires_at - tokens.issued_at),
            "expire_time": tokens.expires_at,
            "refresh_token": tokens.refresh_token.reveal() if tokens.refresh_token else "",
            "refresh_token_expires_in": round(refresh_end - tokens.issued_at) if refresh_end else 0,
            "refresh_token_expire_time": refresh_end,
            "scope": " ".join(tokens.scope),
            "owner_id": "" if tokens.owner_id == _UNKNOWN else tokens.owner_id,
        }

    def reset(self) -> None:
        """Forget the tokens; they are not revoked."""
        login = self.login()
        if login is not None:
            self._rc.vault.delete(login)
        self._owner_id, self._remember = None, False

    def access_token(self) -> str:
        """The access token; empty when there is none."""
        return str(self.data()["access_token"])

    def refresh_token(self) -> str:
        """The refresh token; empty when there is none."""
        return str(self.data()["refresh_token"])

    def token_type(self) -> str:
        """`bearer`; empty when there is no login."""
        return str(self.data()["token_type"])

    def access_token_valid(self) -> bool:
        """Has the access token some of its life left?"""
        return bool(self.data()["expire_time"] > self._rc.clock.now())

    def refresh_token_valid(self) -> bool:
        """Is there a refresh token with some of its life left?"""
        return bool(self.data()["refresh_token_expire_time"] > self._rc.clock.now())
