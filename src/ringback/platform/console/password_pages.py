"""Changing one's own password, and resetting somebody else's; either ends all sessions of the user."""

from __future__ import annotations

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.authorization import passwords
from ringback.platform.authorization.form_origin import refuse_other_sites
from ringback.platform.console.doors import Visit
from ringback.platform.console.person_form import password_error
from ringback.platform.console.user_pages import end_user, user_of, user_page
from ringback.platform.console.visitors import HOME, check_form, sign_in_page, visitor
from ringback.platform.serving.context import note_of, world_of
from ringback.platform.serving.parameters import Parameters
from ringback.platform.serving.request_body import read_form


async def change_password(request: Request) -> Response:
    """POST /console/users/{extension_id}/password: the current one (one's own) and a new one.

    All tokens of the user end, and so does every sign-in but the visitor's own (contract 6.1).
    """
    refuse_other_sites(request)
    form = await read_form(request)
    world = world_of(request)
    with world.lock:
        browser, user = visitor(request)
        check_form(browser, form)
        if user is None:
            return sign_in_page(request, browser, HOME)
        visit = Visit(request, world, browser, user)
        person = user_of(visit)
        if not person.can_log_in:
            raise HTTPException(409, "nobody logs in to this extension")
        own = person.id == user.id
        errors = _errors(form)
    if own and not errors:
        errors = await _wrong_current(visit, form)
    if errors:
        note_of(request).why = "; ".join(errors.values())
        with world.lock:
            return user_page(visit, person, status=400, errors=errors)
    await anyio.to_thread.run_sync(
        world.passwords.put, person.id, form.get("newPassword") or "", limiter=request.app.state.hashing
    )
    with world.lock:
        end_user(visit, person, "the password was changed")
        if own and browser.extension_id == user.id:
            world.browsers.sign_in(browser, user.id, visit.now, remembered=browser.remembered)
        return user_page(visit, person, done="The password was changed; all sessions have ended.")


def _errors(form: Parameters) -> dict[str, str]:
    new = form.get("newPassword") or ""
    found = {
        "newPassword": password_error(new),
        "repeated": "" if new == (form.get("repeated") or "") else "The two new passwords differ.",
    }
    return {name: error for name, error in found.items() if error}


async def _wrong_current(visit: Visit, form: Parameters) -> dict[str, str]:
    """Is the current password right? Checked under the same throttle as sign-ins."""
    current = form.get("password") or ""
    if passwords.too_long(current):
        return {"password": "The current password is not right."}
    user, world = visit.user, visit.world
    outcome = await anyio.to_thread.run_sync(
        lambda: world.passwords.check([user.id], user.email, current, world.clock.now),
        limiter=visit.request.app.state.hashing,
    )
    if outcome.wait:
        return {"password": f"Too many attempts. Wait {outcome.wait} s, then try again."}
    return {} if outcome.extension_id == user.id else {"password": "The current password is not right."}
