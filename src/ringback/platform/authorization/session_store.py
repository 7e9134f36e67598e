"""The token sessions of one world: opened, refreshed, used and ended, each in one step (contract 6)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import RLock

from ringback.platform.authorization import sessions
from ringback.platform.authorization.gone_tokens import GoneTokens
from ringback.platform.authorization.session_values import Grant, Issued, Session, Ttl, Use, issued
from ringback.platform.authorization.sessions import Access, Pair, Refresh, RefreshRules, Tokens
from ringback.platform.authorization.token_digests import access_digests, digest_of, digests
from ringback.platform.errors import OAuthError
from ringback.platform.state import State, Table

MOST_AT_ONCE = 5


class SessionStore:
    """All token sessions, by token digest. Every method is one step under the given lock."""

    def __init__(
        self,
        lock: RLock,
        random_text: Callable[[int], str] = secrets.token_urlsafe,
        state: State | None = None,
    ) -> None:
        self._lock = lock
        self._random_text = random_text
        state = state or State()
        self._sessions: Table[Session] = state.table("sessions", Session)
        self._gone = GoneTokens(state)
        self._by_token: dict[bytes, str] = {}
        self._by_user: dict[tuple[int, str], list[str]] = {}
        state.on_load(self._index)

    def _index(self) -> None:
        self._by_token.clear()
        self._by_user.clear()
        for session in self._sessions.values():
            self._by_user.setdefault((session.grant.extension_id, session.grant.client_id), []).append(
                session.id
            )
            pairs = [session.tokens.current]
            if session.tokens.before is not None:
                pairs.append(session.tokens.before.pair)
            for pair in pairs:
                for digest in digests(pair):
                    self._by_token[digest] = session.id

    def open(self, grant: Grant, ttl: Ttl, now: datetime) -> Issued:
        """A new session. The oldest of the same user and app is ended when there are five (contract 6.1)."""
        with self._lock:
            key = (grant.extension_id, grant.client_id)
            for session_id in tuple(self._by_user.get(key, ())):
                if sessions.over(self._sessions[session_id].tokens, now):
                    self._end(session_id, "the session ran out", ran_out=True)
            while len(self._by_user.get(key, ())) >= MOST_AT_ONCE:
                self._end(self._by_user[key][0], "the user logged in to this app a sixth time")
            pair, access_token, refresh_token = self._new_pair(grant.scope, ttl, now)
            session = Session(self._random_text(16), grant, Tokens(pair))
            self._by_user.setdefault(key, []).append(session.id)
            self._keep(session)
            return issued(session, access_token, refresh_token, now)

    def refresh(
        self,
        client_id: str,
        token: str,
        ttl: Ttl,
        narrow: Callable[[frozenset[str]], frozenset[str]],
        now: datetime,
        rules: RefreshRules = sessions.BY_THE_BOOK,
    ) -> Issued:
        """New tokens for a refresh token, or the same answer again (contract 6.2).

        `narrow` makes the new scope from the session's. Raises OAuthError invalid_grant (OAU-210, OAU-213).
        """
        digest = digest_of(token)
        with self._lock:
            session = self._session_of(digest)
            if session is None or session.grant.client_id != client_id:
                raise self._no_refresh(digest, client_id)
            verdict = sessions.judge_refresh(session.tokens, digest, now, rules)
            before = session.tokens.before
            if verdict is Refresh.REPEAT and before is not None:
                return issued(session, before.access_token, before.refresh_token, now)
            if verdict is not Refresh.ROTATE:
                raise _refused(verdict, "replaced by a refresh, and the new access token is in use")
            pair, access_token, refresh_token = self._new_pair(narrow(session.grant.scope), ttl, now)
            self._drop_before(session)
            tokens = sessions.rotated(session.tokens, pair, access_token, refresh_token, now)
            session = Session(session.id, session.grant, tokens)
            self._keep(session)
            return issued(session, access_token, refresh_token, now)

    def holder(self, token: str) -> Session | None:
        """The session of an access or refresh token, as it is; nothing is noted or used up."""
        with self._lock:
            return self._session_of(digest_of(token))

    def use(self, token: str, now: datetime) -> Use:
        """Present an access token; the first use of a live one is noted."""
        digest = digest_of(token)
        with self._lock:
            session = self._session_of(digest)
            if session is None:
                gone = self._gone.find(digest)
                if gone is None or not gone.is_access:
                    return Use(Access.NOT_FOUND, None, ours=False, why="not an access token of this platform")
                return Use(gone.access_at(now), None, ours=True, why=gone.why)
            if digest not in access_digests(session.tokens):
                return Use(Access.NOT_FOUND, None, ours=False, why="a refresh token was sent as access token")
            verdict = sessions.judge_access(session.tokens, digest, now)
            if verdict is not Access.LIVE:
                why = "the access token ran out" if verdict is Access.EXPIRED else "replaced by a refresh"
                return Use(verdict, session, ours=True, why=why)
            tokens = sessions.used(session.tokens, now)
            if tokens.before is not None and not sessions.may_repeat(tokens, now):
                self._drop_before(session)
                tokens = replace(tokens, before=None)
            if tokens is not session.tokens:
                session = replace(session, tokens=tokens)
                self._sessions[session.id] = session
            return Use(verdict, session, ours=True, why="")

    def revoke(self, client_id: str, token: str, now: datetime) -> Session | None:
        """End the whole session of a token (contract 6.3). None when there is nothing to end.

        Raises OAuthError OAU-164 when the token is another app's. A token that a refresh has put out of use
        ends nothing.
        """
        digest = digest_of(token)
        with self._lock:
            session = self._session_of(digest)
            if session is None:
                gone = self._gone.find(digest)
                if gone is not None and gone.client_id != client_id:
                    raise _not_yours()
                return None
            if session.grant.client_id != client_id:
                raise _not_yours()
            if not _can_end(session.tokens, digest, now):
                return None
            self._end(session.id, "the session was revoked")
            return session

    def end(self, session_id: str, why: str) -> None:
        """End a session, if it is still there."""
        with self._lock:
            if session_id in self._sessions:
                self._end(session_id, why)

    def end_user(self, extension_id: int, why: str) -> int:
        """End all sessions of a user, as a changed password does (contract 6.1); how many there were."""
        with self._lock:
            return self._end_all(why, lambda grant: grant.extension_id == extension_id)

    def end_app(self, client_id: str, why: str) -> int:
        """End all sessions of an app that is no more (contract 13.1); how many there were."""
        with self._lock:
            return self._end_all(why, lambda grant: grant.client_id == client_id)

    def _end_all(self, why: str, which: Callable[[Grant], bool]) -> int:
        ended = [session.id for session in self._sessions.values() if which(session.grant)]
        for session_id in ended:
            self._end(session_id, why)
        return len(ended)

    def _new_pair(self, scope: frozenset[str], ttl: Ttl, now: datetime) -> tuple[Pair, str, str | None]:
        access_token = self._random_text(48)
        refresh_token = self._random_text(48) if ttl.refresh > 0 else None
        pair = Pair(
            access=digest_of(access_token),
            access_until=now + timedelta(seconds=ttl.access),
            refresh=None if refresh_token is None else digest_of(refresh_token),
            refresh_until=None if refresh_token is None else now + timedelta(seconds=ttl.refresh),
            scope=scope,
        )
        return pair, access_token, refresh_token

    def _session_of(self, digest: bytes) -> Session | None:
        session_id = self._by_token.get(digest)
        return None if session_id is None else self._sessions[session_id]

    def _keep(self, session: Session) -> None:
        self._sessions[session.id] = session
        for digest in digests(session.tokens.current):
            self._by_token[digest] = session.id

    def _end(self, session_id: str, why: str, *, ran_out: bool = False) -> None:
        session = self._sessions.pop(session_id)
        key = (session.grant.extension_id, session.grant.client_id)
        self._by_user[key].remove(session_id)
        if not self._by_user[key]:
            del self._by_user[key]
        self._drop_before(session)
        self._bury(session.tokens.current, session, why, ran_out=ran_out)

    def _drop_before(self, session: Session) -> None:
        before = session.tokens.before
        if before is not None:
            until = before.at + sessions.CORRUPTED_FOR
            self._bury(before.pair, session, "replaced by a refresh", corrupted_until=until)

    def _bury(
        self,
        pair: Pair,
        session: Session,
        why: str,
        *,
        ran_out: bool = False,
        corrupted_until: datetime | None = None,
    ) -> None:
        for digest in digests(pair):
            self._by_token.pop(digest, None)
        self._gone.bury(pair, session.grant.client_id, why, ran_out=ran_out, corrupted_until=corrupted_until)

    def _no_refresh(self, digest: bytes, client_id: str) -> OAuthError:
        gone = self._gone.find(digest)
        if gone is not None and not gone.is_access and gone.client_id == client_id:
            return _refused(gone.refresh, gone.why)
        return _refused(Refresh.NOT_FOUND, "not a refresh token of this app")


def _can_end(tokens: Tokens, digest: bytes, now: datetime) -> bool:
    if digest in digests(tokens.current):
        return True
    before = tokens.before
    return before is not None and digest == before.pair.refresh and sessions.may_repeat(tokens, now)


def _refused(verdict: Refresh, why: str) -> OAuthError:
    if verdict is Refresh.EXPIRED:
        return OAuthError(400, "invalid_grant", "Token expired", "OAU-210", why="the refresh token ran out")
    return OAuthError(400, "invalid_grant", "Token not found", "OAU-213", why=why)


def _not_yours() -> OAuthError:
    return OAuthError(
        400, "invalid_client", "Invalid client application", "OAU-164", why="the token is another app's"
    )
