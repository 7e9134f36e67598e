"""Logins in a Flask app of your own: `flask --app examples/flask_login.py run`, with RC_* in `.env`."""

from flask import Flask, render_template_string

from ringback.flask import RingbackFlask, current_user, login_required

app = Flask(__name__)
RingbackFlask(app)

PAGE = """
<h1>Hello {{ who.name }}</h1>
<p>Extension {{ who.extension_number }}</p>
<form method="post" action="{{ url_for('ringback.logout') }}">
  <input type="hidden" name="csrf_token" value="{{ ringback_csrf_token() }}"><button>Log out</button>
</form>
"""


@app.get("/")
@login_required
def home() -> str:
    """Who is logged in."""
    return render_template_string(PAGE, who=current_user.extension())
