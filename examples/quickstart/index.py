"""The login quick start: log a RingCentral user in, make three API calls, log out."""

import logging
import os
import re
import secrets
import sys

from flask import Flask, Response, abort, redirect, render_template, request, session
from flask.typing import ResponseReturnValue as Answer

from ringback import LoginRequired, ResponseError, RingbackError, RingCentral

API = {
    "extension": "/restapi/v1.0/account/~/extension",
    "extension-call-log": "/restapi/v1.0/account/~/extension/~/call-log",
    "account-call-log": "/restapi/v1.0/account/~/call-log",
}


def without_query(record: logging.LogRecord) -> bool:
    """Flask's own server logs whole addresses; a callback's holds the code and the state."""
    record.args = tuple(re.sub(r"\?\S*", "?...", str(arg)) for arg in record.args or ())
    return True


logging.getLogger("werkzeug").addFilter(without_query)
rc = RingCentral.from_env()  # reads .env too
if not os.environ.get("FLASK_SECRET_KEY"):
    sys.exit("FLASK_SECRET_KEY is not set: put a random string of your own into .env (see README.md)")
app = Flask(__name__)
app.secret_key = os.environ["FLASK_SECRET_KEY"]  # signs the cookie, which never holds a token
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"


@app.get("/")
def index() -> Answer:
    login = rc.begin_login()
    session["login"] = login.transaction  # sealed; it says which login this browser started
    return render_template("index.html", login_url=login.url)


@app.get("/oauth2callback")
def oauth2callback() -> Answer:
    holder = secrets.token_urlsafe(16)  # this browser, among those the user is logged in with
    user = rc.finish_login(request.url, session.pop("login", ""), holder=holder)
    session["user"], session["holder"] = user.id, holder
    return redirect("/test", 303)


@app.get("/test")
def test() -> Answer:
    if "user" not in session:
        return redirect("/", 303)
    if "api" not in request.args:
        return render_template("test.html")
    path = API.get(request.args["api"]) or abort(404)
    try:
        answer = rc.user(session["user"]).get(path)  # refreshes the token when it must
    except ResponseError as error:
        answer = error.response
    return Response(answer.content, answer.status, mimetype="application/json")


@app.get("/logout")
def logout() -> Answer:
    # Other sites can link here too; only our own page may log the user out.
    if "user" in session and request.headers.get("Sec-Fetch-Site") != "cross-site":
        rc.user(session["user"], holder=session["holder"]).logout()
        session.clear()
    return redirect("/", 303)


@app.errorhandler(LoginRequired)
def log_in_again(error: LoginRequired) -> Answer:
    session.clear()
    return redirect("/", 303)


@app.errorhandler(RingbackError)
def explain(error: RingbackError) -> Answer:
    return Response(f"{error}\n", 400, mimetype="text/plain")
