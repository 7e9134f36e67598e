"""Logins in a FastAPI app of your own: `uvicorn --app-dir examples fastapi_login:app --port 5000`."""

from html import escape
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse

from ringback import AsyncUser
from ringback.starlette import RingbackLogin

app = FastAPI()
ringback = RingbackLogin()
ringback.install(app)

PAGE = """
<h1>Hello {name}</h1>
<p>Extension {number}</p>
<form method="post" action="/logout">
  <input type="hidden" name="csrf_token" value="{token}"><button>Log out</button>
</form>
"""


@app.get("/", response_class=HTMLResponse)
async def home(
    user: Annotated[AsyncUser, Depends(ringback.required)],
    token: Annotated[str, Depends(ringback.csrf_token)],
) -> str:
    """Who is logged in."""
    who = await user.extension()
    return PAGE.format(name=escape(who.name or ""), number=escape(who.extension_number or ""), token=token)
