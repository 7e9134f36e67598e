"""The forms, and the CSRF check: a token per browser session, kept in the vault, not in Flask's cookie."""

from __future__ import annotations

import hmac
from typing import Any, TypeVar

from flask import abort, request
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.csrf.core import CSRF
from wtforms.validators import ValidationError

from . import browser
from .texts import gettext, marked

_REFUSED = marked(
    "This form was not sent from a page of your own session, so nothing was changed. "
    "Open the page again and repeat it there."
)


class SessionCSRF(CSRF):
    """Hands out and checks the browser session's own token, in constant time."""

    def generate_csrf_token(self, csrf_token_field: Any) -> str:
        """The token of this browser; '' for one without a session, which is never accepted."""
        session = browser.current()
        return session.csrf if session else ""

    def validate_csrf_token(self, form: Any, field: Any) -> None:
        """Raises ValidationError unless the form carries this browser's token."""
        expected = self.generate_csrf_token(field)
        given = field.data if isinstance(field.data, str) else ""
        if not expected or not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
            raise ValidationError("wrong token")


class SafeForm(FlaskForm):  # type: ignore[misc]
    """A POST form with the session's CSRF token."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Our check in place of Flask-WTF's, which needs Flask's signed session."""

        csrf = True
        csrf_class = SessionCSRF
        csrf_field_name = "csrf_token"

    def require_own_browser(self) -> None:
        """End the request with 400 unless it was sent from this browser's own page."""
        if not self.validate():
            abort(400, description=gettext(_REFUSED))


class LogoutForm(SafeForm):
    """Log this browser out, or with `everywhere` all browsers of the user."""

    everywhere = StringField()


class BrowsersForm(SafeForm):
    """Log out the user's browser with this handle, or with `others` all but this one."""

    browser = StringField()
    others = StringField()


class FileForm(SafeForm):
    """Begin a file of calls, call it off, or throw it away."""


class RefreshForm(SafeForm):
    """Get new tokens now."""


_Form = TypeVar("_Form", bound=SafeForm)


def posted(form: type[_Form]) -> _Form:
    """The POST form of this request, its CSRF token checked."""
    sent = form(formdata=request.form)
    sent.require_own_browser()
    return sent
