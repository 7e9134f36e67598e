"""The application that plain `flask run` finds (`.flaskenv` names it)."""

from __future__ import annotations

import click
from flask import Flask

from ringback import RingbackError

from . import create_app


def app() -> Flask:
    """The web app of the environment; what is missing is said in one line, not in a traceback."""
    try:
        return create_app()
    except RingbackError as error:
        raise click.ClickException(str(error)) from None
