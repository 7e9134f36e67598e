"""RingCentral logins for a Django project of yours.

    MIDDLEWARE = [..., "ringback.django.RingbackMiddleware"]
    urlpatterns = [*login_urls(), path("", home)]

    @login_required
    def home(request):
        return HttpResponse(request.ringcentral_user.extension().name)

Routes: `/login`, `/logout`, and the path of RC_REDIRECT_URL. The browser holds one opaque id; logins and
sessions are in the vault, not in Django's database. Needs Django.
"""

from .login import RingbackMiddleware, context, login_required
from .urls import login_urls

__all__ = ["RingbackMiddleware", "context", "login_required", "login_urls"]
