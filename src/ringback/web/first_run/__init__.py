"""The first-run page: what `ringback web` serves on this machine when there is no setting at all.

It leads to "create app", takes what the developer console gave, has it checked by the doctor, writes `.env`
if asked to, and makes room for the real web app. It is served on loopback addresses only.
"""

from __future__ import annotations

from flask import Flask

from ringback.web import logs, look

from . import guard, pages
from .first_run import FirstRun

__all__ = ["FirstRun", "create_first_run"]


def create_first_run(first_run: FirstRun) -> Flask:
    """The page as a WSGI application, until `first_run` has opened the real one."""
    app = Flask("ringback.web")
    app.extensions["ringback.first_run"] = first_run
    look.install(app, "first_run.page")
    for part in (logs, guard):
        part.install(app)
    app.register_blueprint(pages.pages)
    return app
