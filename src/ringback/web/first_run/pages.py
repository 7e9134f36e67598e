"""The first-run page's routes: show, check, write `.env`, go on."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ringback.client.doctor import Finding
from ringback.client.server_url import is_local, server_base_url
from ringback.oauth.errors import ConfigurationError, RingbackError
from ringback.web.login import CONSOLE, new_app_url
from ringback.web.texts import gettext, marked

from .entered import Entered, entered, told
from .first_run import Visit
from .guard import browser, first_run, require_own_form

pages = Blueprint("first_run", __name__)

_NOTICES = {
    "written": marked("The settings are in .env now, which only you can read."),
    "exists": marked("There is a .env file already, and it was left as it is. Copy the lines below into it."),
    "not-written": marked("The .env file could not be written. Copy the lines below into one of your own."),
}


@pages.get("/")
def page() -> str:
    """What to set, how to get it, and what was found of it."""
    here, visit = first_run(), first_run().visit(browser())
    found = _other_server(visit)
    local = is_local(found.server)
    return render_template(
        "first_run.html",
        csrf_token=here.csrf(browser()),
        entered=found,
        has_secret=found.client_secret is not None,
        findings=visit.findings if found is visit.entered else (),
        passed=visit.passed and found is visit.entered,
        leads_here=here.leads_here(visit.entered.redirect_uri),
        lines=here.env_lines(visit, secrets=False) if visit.passed else "",
        env_file=str(here.env_file),
        env_exists=here.env_file.exists(),
        local=local,
        new_app_url=new_app_url(found.server if local else CONSOLE, _wanted_uri(found)),
        redirect_uri=here.redirect_uri,
        notice=gettext(_NOTICES[visit.notice]) if visit.notice in _NOTICES else "",
    )


@pages.post("/first-run/check")
def check() -> Response:
    """Check what was entered; the page says what was found."""
    require_own_form()
    found = entered(request.form, first_run().visit(browser()).entered)
    first_run().keep(browser(), first_run().check(found))
    return redirect(url_for(".page", _anchor="step-enter" if found.errors else "findings"), 303)


@pages.post("/first-run/write")
def write() -> Response:
    """Write `.env`, unless there is one."""
    require_own_form()
    visit = first_run().visit(browser())
    if visit.passed:
        try:
            first_run().write(visit)
            notice = "written"
        except FileExistsError:
            notice = "exists"
        except OSError:
            notice = "not-written"
        first_run().keep(browser(), replace(visit, notice=notice))
    return redirect(url_for(".page", _anchor="keep"), 303)


@pages.post("/first-run/open")
def open_app() -> Response:
    """Go on as the real web app."""
    require_own_form()
    visit = first_run().visit(browser())
    if not (visit.passed and first_run().leads_here(visit.entered.redirect_uri)):
        return redirect(url_for(".page"), 303)
    try:
        return redirect(first_run().open(visit), 303)
    except RingbackError as error:
        stop = Finding("web app", "problem", error.message, change=error.remedy or "")
        first_run().keep(browser(), replace(visit, findings=(stop,), notice=""))
        return redirect(url_for(".page", _anchor="findings"), 303)


def _other_server(visit: Visit) -> Entered:
    """What to show: as entered, or with the server that the little form above has asked for."""
    asked = request.args.get("server", "").strip()
    if not asked or len(asked) > 500:
        return visit.entered
    try:
        server = server_base_url(asked)
    except ConfigurationError as error:
        return replace(visit.entered, server=asked, errors={"asked": told(error)})
    if server == visit.entered.server:
        return visit.entered
    return replace(visit.entered, server=server, client_secret=None, errors={})


def _wanted_uri(found: Entered) -> str:
    wrong = "redirect_uri" in found.errors or not found.redirect_uri
    return first_run().redirect_uri if wrong else found.redirect_uri
