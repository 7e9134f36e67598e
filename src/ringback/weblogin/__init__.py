"""The login of browsers in somebody else's web app, without a framework: what to answer, as steps.

`ringback.flask`, `ringback.starlette` and `ringback.django` turn their requests into `Asked`, run the steps
of `Pages` with the client, and turn the `Reply` into an answer of theirs. Every decision about cookies,
states, CSRF and redirects is here.
"""

from .messages import Asked, Cookie, Reply
from .pages import Pages
from .settings import LoginSettings

__all__ = ["Asked", "Cookie", "LoginSettings", "Pages", "Reply"]
