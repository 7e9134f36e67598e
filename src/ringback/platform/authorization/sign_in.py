"""Signing in with a password: the same for the authorization pages and the console."""

from __future__ import annotations

from dataclasses import dataclass

import anyio
import anyio.to_thread
from starlette.requests import Request

from ringback.platform.authorization import passwords
from ringback.platform.company import Extension
from ringback.platform.serving.context import is_loopback_peer, world_of
from ringback.platform.serving.local_guard import names_this_machine
from ringback.platform.serving.parameters import Parameters

WRONG = "The name, the extension or the password is not right."
TRIED_USERS = 6


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: who signed in, or what to say: status, message, seconds to wait.

    `kind` is what went wrong: wrong, throttled or too_long; `message` says it in English.
    """

    extension: Extension | None = None
    status: int = 200
    message: str = ""
    wait: int = 0
    kind: str = "wrong"

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.wait)} if self.wait else {}


async def try_sign_in(request: Request, form: Parameters) -> Attempt:
    """Check username, extension and password of a form; hashing runs in at most two threads at a time."""
    world = world_of(request)
    username = form.get("username") or ""
    number = form.get("extension") or ""
    password = form.get("password") or ""
    if passwords.too_long(password):
        return Attempt(
            status=400, message=f"A password has at most {passwords.MAX_BYTES} bytes.", kind="too_long"
        )
    if not username or not password or len(username) > 254 or len(number) > 20:
        return Attempt(status=401, message=WRONG)
    candidates = [extension.id for extension in world.company.candidates(username, number)]
    outcome = await anyio.to_thread.run_sync(
        lambda: world.passwords.check(candidates, f"{username}*{number}", password, world.clock.now),
        limiter=request.app.state.hashing,
    )
    if outcome.wait:
        message = f"Too many attempts for this account. Wait {outcome.wait} s, then try again."
        return Attempt(status=429, message=message, wait=outcome.wait, kind="throttled")
    extension = None if outcome.extension_id is None else world.company.extension(outcome.extension_id)
    return Attempt(extension=extension) if extension else Attempt(status=401, message=WRONG)


def users_to_try(request: Request) -> list[dict[str, str]]:
    """A few seeded users for the "Try as" list; none for visitors from another machine or by another name.

    A Host that is no loopback name may be another site's, made to point here (DNS rebinding), or a proxy's,
    whose visitors only seem to come from this machine.
    """
    if not is_loopback_peer(request) or not names_this_machine(request):
        return []
    return [
        {
            "name": extension.name,
            "username": extension.email,
            "password": password,
            "role": "admin" if extension.admin else "user",
            "number": extension.number,
        }
        for extension, password in world_of(request).users()[:TRIED_USERS]
    ]
