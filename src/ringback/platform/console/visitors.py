"""Who visits the console: signed in or not, signing in, signing up, signing out, and where to return to."""

from __future__ import annotations

import re

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.authorization.browsers import Browser
from ringback.platform.authorization.form_origin import refuse_other_sites
from ringback.platform.authorization.sign_in import Attempt, try_sign_in, users_to_try
from ringback.platform.company import Extension
from ringback.platform.console.person_form import Person, read_person
from ringback.platform.errors import ApiError
from ringback.platform.serving.context import known_browser, note_of, world_of
from ringback.platform.serving.parameters import Parameters
from ringback.platform.serving.render import page, see_other
from ringback.platform.serving.request_body import read_form

HOME = "/console"
MAX_SIGN_UPS = 100
_OUR_PATHS = re.compile(r"/(?:new-app|console)(?:[/?][!-\[\]-~]*)?")


def visitor(request: Request) -> tuple[Browser, Extension | None]:
    """The browser (a new one for strangers) and who is signed in there. Call it under the world's lock."""
    world = world_of(request)
    browser = known_browser(request) or world.browsers.new()
    user = None if browser.extension_id is None else world.company.extension(browser.extension_id)
    note_of(request).extension_id = None if user is None else user.id
    return browser, user


def check_form(browser: Browser, form: Parameters) -> None:
    """Raise 403 unless the form is one of ours, made for this browser."""
    if not browser.is_form_of_ours(form.get("csrf")):
        raise ApiError(403, "RBK-403", "The form is out of date", why="its CSRF value is not this browser's")


def our_path(wanted: str | None) -> str:
    """Where to go after signing in: a page of the console, never anywhere else."""
    return wanted if wanted and len(wanted) <= 8192 and _OUR_PATHS.fullmatch(wanted) else HOME


def sign_in_page(
    request: Request,
    browser: Browser,
    next_path: str,
    *,
    form: Parameters | None = None,
    attempt: Attempt | None = None,
    sign_up: Person | None = None,
) -> Response:
    """Sign in or sign up; both return to `next_path`."""
    return page(
        request,
        "console_sign_in.html",
        status=attempt.status if attempt else (400 if sign_up else 200),
        browser=browser,
        headers=attempt.headers() if attempt else None,
        csrf=browser.csrf,
        next_path=next_path,
        for_new_app=next_path.startswith("/new-app"),
        username=((form.get("username") if form else None) or "")[:254],
        extension=((form.get("extension") if form else None) or "")[:20],
        message=attempt.message if attempt else None,
        sign_up=sign_up or Person(),
        users=users_to_try(request),
    )


async def show_sign_in(request: Request) -> Response:
    """GET the sign-in page by its own address."""
    with world_of(request).lock:
        browser, user = visitor(request)
        return see_other(request, HOME, browser) if user else sign_in_page(request, browser, HOME)


async def sign_in(request: Request) -> Response:
    """POST name and password."""
    refuse_other_sites(request)
    form = await read_form(request)
    world = world_of(request)
    with world.lock:
        check_form(visitor(request)[0], form)
    attempt = await try_sign_in(request, form)
    next_path = our_path(form.get("next"))
    with world.lock:
        browser = visitor(request)[0]
        check_form(browser, form)
        if attempt.extension is None:
            note_of(request).why = attempt.message
            return sign_in_page(request, browser, next_path, form=form, attempt=attempt)
        world.browsers.sign_in(browser, attempt.extension.id, world.clock.now())
        return see_other(request, next_path, browser)


async def sign_up(request: Request) -> Response:
    """POST a new developer: joins the company as an administrator and is signed in."""
    refuse_other_sites(request)
    form = await read_form(request)
    world = world_of(request)
    next_path = our_path(form.get("next"))
    with world.lock:
        browser = visitor(request)[0]
        check_form(browser, form)
        asked = read_person(form)
        if not asked.errors and world.sign_ups >= MAX_SIGN_UPS:
            asked.errors["email"] = f"{MAX_SIGN_UPS} developers have signed up; sign in as one of them."
        if not asked.errors:
            try:
                newcomer = world.company.add_admin(
                    asked.first_name, asked.last_name, asked.email, now=world.clock.now()
                )
                world.count_sign_up()
            except ValueError:
                asked.errors["email"] = "Somebody has signed up with this e-mail address already. Sign in."
    if asked.errors:
        note_of(request).why = "; ".join(asked.errors.values())
        return sign_in_page(request, browser, next_path, sign_up=asked)
    await anyio.to_thread.run_sync(
        world.passwords.put, newcomer.id, form.get("newPassword") or "", limiter=request.app.state.hashing
    )
    with world.lock:
        world.browsers.sign_in(browser, newcomer.id, world.clock.now())
        return see_other(request, next_path, browser)


async def sign_out(request: Request) -> Response:
    """POST: nobody is signed in here any more."""
    refuse_other_sites(request)
    form = await read_form(request)
    world = world_of(request)
    with world.lock:
        browser = visitor(request)[0]
        check_form(browser, form)
        world.browsers.sign_out(browser)
        return see_other(request, HOME, browser)
