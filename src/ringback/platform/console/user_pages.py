"""Users and extensions: the list with search and pages, one user, adding, enabling, making administrator."""

from __future__ import annotations

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.authorization.form_origin import refuse_other_sites
from ringback.platform.company import Extension
from ringback.platform.console.doors import Visit, admins_only, posted, shown
from ringback.platform.console.person_form import Person, read_person
from ringback.platform.console.visitors import HOME, check_form, sign_in_page, visitor
from ringback.platform.serving.context import note_of, world_of
from ringback.platform.serving.parameters import Parameters
from ringback.platform.serving.request_body import read_form

PER_PAGE = 50
_MOST_TYPED = 100


@shown
def users(visit: Visit) -> Response:
    """GET /console/users?q=…&page=…: everybody and every line of the company, for its administrators."""
    admins_only(visit)
    typed = visit.query("q").strip()[:_MOST_TYPED]
    found = matching(visit.world.company.extensions, typed)
    pages = max(1, -(-len(found) // PER_PAGE))
    asked = visit.query("page")
    number = min(max(1, int(asked)), pages) if asked.isdecimal() and len(asked) < 7 else 1
    return visit.page(
        "console_users.html",
        q=typed,
        shown=found[(number - 1) * PER_PAGE : number * PER_PAGE],
        total=len(found),
        first=(number - 1) * PER_PAGE + 1,
        number=number,
        pages=pages,
    )


@shown
def me(visit: Visit) -> Response:
    """GET /console/me: one's own page."""
    return visit.go(f"/console/users/{visit.user.id}")


@shown
def one_user(visit: Visit) -> Response:
    """GET /console/users/{extension_id}: an administrator sees everybody, others themselves."""
    return user_page(visit, user_of(visit))


@shown
def new_user(visit: Visit) -> Response:
    """GET /console/users/new: the form of a new user."""
    admins_only(visit)
    return visit.page("console_user_new.html", person=Person(), admin=False)


async def add_user(request: Request) -> Response:
    """POST /console/users/new: somebody joins, with a password of the administrator's choice."""
    refuse_other_sites(request)
    form = await read_form(request)
    world = world_of(request)
    with world.lock:
        browser, user = visitor(request)
        check_form(browser, form)
        if user is None:
            return sign_in_page(request, browser, HOME)
        visit = Visit(request, world, browser, user)
        admins_only(visit)
        person = read_person(form)
        admin = form.get("admin") == "yes"
        joined: Extension | None = None
        if not person.errors:
            try:
                joined = world.company.add_user(
                    person.first_name, person.last_name, person.email, admin, visit.now
                )
            except ValueError:
                person.errors["email"] = "Somebody has this e-mail address already."
        if joined is None:
            note_of(request).why = "; ".join(person.errors.values())
            return visit.page("console_user_new.html", status=400, person=person, admin=admin)
    await anyio.to_thread.run_sync(
        world.passwords.put, joined.id, form.get("newPassword") or "", limiter=request.app.state.hashing
    )
    return visit.go(f"/console/users/{joined.id}")


@posted
def change_status(visit: Visit, form: Parameters) -> Response:
    """POST /console/users/{extension_id}/status: enable or disable; who is disabled is logged out at once."""
    user = _other_user(visit, "disable")
    status = form.get("status")
    if status not in {"Enabled", "Disabled"}:
        raise HTTPException(400, "the status is Enabled or Disabled")
    try:
        visit.world.company.set_status(user.id, status)
    except ValueError as fault:
        raise HTTPException(409, str(fault)) from None
    if status == "Disabled":
        end_user(visit, user, "an administrator disabled the user")
    return visit.go(f"/console/users/{user.id}")


@posted
def change_admin(visit: Visit, form: Parameters) -> Response:
    """POST /console/users/{extension_id}/admin: make somebody an administrator, or one no more."""
    user = _other_user(visit, "change the role of")
    try:
        visit.world.company.set_admin(user.id, form.get("admin") == "yes")
    except ValueError as fault:
        raise HTTPException(409, str(fault)) from None
    return visit.go(f"/console/users/{user.id}")


def user_page(
    visit: Visit, user: Extension, *, status: int = 200, errors: dict[str, str] | None = None, done: str = ""
) -> Response:
    """One user; `errors` are of the password form, `done` says what was just changed."""
    members = [visit.world.company.extension(member) for member in user.members]
    return visit.page(
        "console_user.html",
        status=status,
        person=user,
        members=[member for member in members if member is not None],
        own=user.id == visit.user.id,
        errors=errors or {},
        done=done,
        zone="UTC",
    )


def user_of(visit: Visit) -> Extension:
    """The user of the address: an administrator may mean anybody, others only themselves (else 403)."""
    text: str = visit.request.path_params["extension_id"]
    if text != str(visit.user.id):
        admins_only(visit)
    found = visit.world.company.extension(int(text)) if text.isdecimal() and len(text) < 20 else None
    if found is None:
        raise HTTPException(404, "the company has no such user")
    return found


def end_user(visit: Visit, user: Extension, why: str) -> None:
    """Log a user out everywhere but in the visitor's own browser."""
    visit.world.sessions.end_user(user.id, why)
    visit.world.browsers.end_user(user.id, but=visit.browser)


def matching(extensions: list[Extension], typed: str) -> list[Extension]:
    """The extensions that have all the words typed in their names, numbers, addresses, titles or types."""
    words = typed.casefold().split()
    if not words:
        return extensions
    return [one for one in extensions if all(word in _searched(one) for word in words)]


def _searched(one: Extension) -> str:
    texts = (
        one.name,
        one.number,
        one.email,
        one.direct_number or "",
        one.job_title,
        one.department,
        one.type,
    )
    return " ".join((*texts, "admin" if one.admin else "")).casefold()


def _other_user(visit: Visit, what: str) -> Extension:
    """The user of the address, who is not the visitor: nobody locks themselves out."""
    admins_only(visit)
    user = user_of(visit)
    if user.id == visit.user.id:
        raise HTTPException(409, f"you cannot {what} yourself; another administrator can")
    if user.type != "User":
        raise HTTPException(409, "this extension is a line, not a person")
    return user
