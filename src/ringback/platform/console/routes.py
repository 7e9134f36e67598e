"""All addresses of the console, and what serves them."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from ringback.platform.console import (
    analytics_pages,
    app_pages,
    app_settings,
    call_pages,
    clock_pages,
    jwt_pages,
    password_pages,
    readiness_pages,
    request_pages,
    user_pages,
    visitors,
)
from ringback.platform.console.doors import Endpoint

APP = "/console/apps/{client_id}"
USER = "/console/users/{extension_id}"


def console_routes() -> list[BaseRoute]:
    """The console's pages and forms, and the readiness report for programs."""
    return [
        *_pair("/new-app", app_pages.new_app, app_pages.create_app),
        Route("/console", app_pages.my_apps),
        Route("/console/check-redirect-uris", app_pages.check_redirect_uris, methods=["POST"]),
        Route(APP, app_pages.one_app),
        *_pair(f"{APP}/settings", app_settings.settings, app_settings.change_settings),
        *_pair(f"{APP}/keys", app_settings.keys, app_settings.change_keys),
        *_pair(f"{APP}/delete", app_settings.confirm_delete, app_settings.delete),
        Route(f"{APP}/secret", app_settings.show_secret, methods=["POST"]),
        Route(f"{APP}/rotate", app_settings.rotate_secret, methods=["POST"]),
        Route(f"{APP}/analytics", analytics_pages.one_app),
        Route(f"{APP}/readiness", readiness_pages.one_app),
        Route("/console/live/apps/{client_id}/readiness", readiness_pages.one_app),
        Route(f"{APP}/readiness.json", readiness_pages.json_report),
        Route(f"{APP}/readiness.xml", readiness_pages.junit_report),
        Route(f"{APP}/apply", readiness_pages.apply, methods=["POST"]),
        Route("/console/readiness", readiness_pages.overview),
        Route("/_local/readiness", readiness_pages.for_programs),
        Route("/console/users", user_pages.users),
        *_pair("/console/users/new", user_pages.new_user, user_pages.add_user),
        Route("/console/me", user_pages.me),
        Route(USER, user_pages.one_user),
        Route(f"{USER}/status", user_pages.change_status, methods=["POST"]),
        Route(f"{USER}/admin", user_pages.change_admin, methods=["POST"]),
        Route(f"{USER}/password", password_pages.change_password, methods=["POST"]),
        Route(jwt_pages.LIST, jwt_pages.credentials),
        *_pair(f"{jwt_pages.LIST}/create", jwt_pages.new_credential, jwt_pages.create_credential),
        Route(f"{jwt_pages.LIST}/delete", jwt_pages.delete_credential, methods=["POST"]),
        *_pair("/console/calls", call_pages.calls, call_pages.play_scenario),
        Route("/console/requests", request_pages.requests),
        Route("/console/live/requests", request_pages.newer),
        *_pair(clock_pages.CLOCK, clock_pages.show, clock_pages.move),
        Route("/console/live/clock", clock_pages.show),
        *_pair(f"{clock_pages.CLOCK}/faults", clock_pages.show, clock_pages.order_fault),
        Route(f"{clock_pages.CLOCK}/faults/delete", clock_pages.delete_fault, methods=["POST"]),
        *_pair(f"{clock_pages.CLOCK}/switches", clock_pages.show, clock_pages.switch),
        *_pair("/console/sign-in", visitors.show_sign_in, visitors.sign_in),
        *_pair("/console/sign-up", visitors.show_sign_in, visitors.sign_up),
        Route("/console/sign-out", visitors.sign_out, methods=["POST"]),
    ]


def _pair(path: str, show: Endpoint, take: Endpoint) -> list[BaseRoute]:
    """A form: the page that shows it, and what takes it."""
    return [Route(path, show, methods=["GET"]), Route(path, take, methods=["POST"])]
