"""RingCentral logins for a Flask app of yours.

    ringback = RingbackFlask(app)          # settings from the environment and .env

    @app.get("/")
    @login_required
    def home():
        return current_user.extension().name

Routes: `/login`, `/logout`, and the path of RC_REDIRECT_URL. The browser holds one opaque id; logins and
sessions are in the vault. Needs Flask.
"""

from .extension import RingbackFlask, csrf_token, current_user, login_required

__all__ = ["RingbackFlask", "csrf_token", "current_user", "login_required"]
