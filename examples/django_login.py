"""Logins in a Django project of your own, in one file: `python examples/django_login.py runserver 5000`."""

import os
import sys
from typing import Any

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse
from django.template import engines
from django.urls import path

if not settings.configured:
    settings.configure(
        DEBUG=True,
        SECRET_KEY=os.urandom(32).hex(),
        ROOT_URLCONF=__name__,
        MIDDLEWARE=["ringback.django.RingbackMiddleware"],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"context_processors": ["ringback.django.context"]},
            }
        ],
    )
    django.setup()

from ringback.django import login_required, login_urls

PAGE = """
<h1>Hello {{ who.name }}</h1>
<p>Extension {{ who.extension_number }}</p>
<form method="post" action="{% url 'ringback-logout' %}">
  <input type="hidden" name="csrf_token" value="{{ ringback_csrf_token }}"><button>Log out</button>
</form>
"""


@login_required
def home(request: Any) -> Any:
    """Who is logged in."""
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.render({"who": request.ringcentral_user.extension()}, request))


urlpatterns = [*login_urls(), path("", home)]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
