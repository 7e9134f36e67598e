"""Who visits the console: signed in or not, signing in, signing up, signing out, and where to return to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.authorization import passwords
from ringback.platform.authorization.browsers import Browser
from ringback.platform.authorization.sign_in import Attempt, try_sign_in, users_to_try
from ringback.platform.company import Extension
from ringback.platform.errors import ApiError
from ringback.platform.serving.context import known_browser, note_of, world_of
from ringback.platform.serving.parameters import Parameters
from ringback.platform.serving.render import page, see_other
from ringback.platform.serving.request_body import read_form

HOME = "/console"
MAX_SIGN_UPS = 100
_OUR_PATHS = re.compile(r"/(?:new-app|console)(?:[/?][!-\[\]-~]*)?")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class SignUp:
    """The sign-up form as typed, without its password, and its errors by field."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    errors: dict[str, str] = field(default_factory=dict)


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
    sign_up: SignUp | None = None,
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
        sign_up=sign_up or SignUp(),
        users=users_to_try(request),
    )


async def show_sign_in(request: Request) -> Response:
    """GET the sign-in page by its own address."""
    with world_of(request).lock:
        browser, user = visitor(request)
        return see_other(request, HOME, browser) if user else sign_in_page(request, browser, HOME)


async def sign_in(request: Request) -> Response:
    """POST name and password."""
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
    form = await read_form(request)
    world = world_of(request)
    next_path = our_path(form.get("next"))
    with world.lock:
        browser = visitor(request)[0]
        check_form(browser, form)
        asked = _read_sign_up(form)
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
    form = await read_form(request)
    world = world_of(request)
    with world.lock:
        browser = visitor(request)[0]
        check_form(browser, form)
        world.browsers.sign_out(browser)
        return see_other(request, HOME, browser)


def _read_sign_up(form: Parameters) -> SignUp:
    first, last = (form.get("firstName") or "").strip(), (form.get("lastName") or "").strip()
    email, password = (form.get("email") or "").strip(), form.get("newPassword") or ""
    errors = {
        "firstName": _name_error("first name", first),
        "lastName": _name_error("last name", last),
        "email": "" if len(email) <= 254 and _EMAIL.fullmatch(email) else "Give an e-mail address.",
        "newPassword": _password_error(password),
    }
    return SignUp(
        first[:64], last[:64], email[:254], {name: error for name, error in errors.items() if error}
    )


def _name_error(what: str, text: str) -> str:
    if not text:
        return f"Give your {what}."
    if len(text) > 64 or _CONTROLS.search(text):
        return f"A {what} has at most 64 characters, all of them visible."
    return ""


def _password_error(password: str) -> str:
    if len(password) < passwords.MIN_LENGTH:
        return f"A password has at least {passwords.MIN_LENGTH} characters."
    if passwords.too_long(password):
        return f"A password has at most {passwords.MAX_BYTES} bytes."
    return ""
