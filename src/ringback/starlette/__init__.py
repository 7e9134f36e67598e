"""RingCentral logins for a Starlette or FastAPI app of yours.

    ringback = RingbackLogin()             # settings from the environment and .env
    ringback.install(app)

    @app.get("/")
    async def home(user: AsyncUser = Depends(ringback.required)):
        return (await user.extension()).name

Routes: `/login`, `/logout`, and the path of RC_REDIRECT_URL. The browser holds one opaque id; logins and
sessions are in the vault. Needs Starlette.
"""

from .login import NotLoggedIn, RingbackLogin

__all__ = ["NotLoggedIn", "RingbackLogin"]
