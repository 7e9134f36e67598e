"""A Django project under test: its settings' URL configuration."""

from django.http import HttpResponse
from django.template import engines
from django.urls import path

from ringback import LoginRequired
from ringback.django import login_required, login_urls


def home(request):
    user = request.ringcentral_user
    return HttpResponse(f"hello {user.id if user else 'nobody'}")


@login_required
def me(request):
    return HttpResponse(request.ringcentral_user.extension().extension_number)


def raises(_):
    raise LoginRequired("1", "ended")


@login_required
def form(request):
    template = engines["django"].from_string("{{ ringback_csrf_token }} {{ ringcentral_user.id }}")
    return HttpResponse(template.render({}, request))


urlpatterns = [
    *login_urls(),
    path("", home),
    path("me", me),
    path("raises", raises),
    path("form", form),
]
