"""Every address of the site: the admin, the few account pages it has, and the product."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path

# The admin has no sign-in of its own: its door is the site's, with the site's rate limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Chatsite admin"


@login_not_required
def favicon(request: HttpRequest) -> HttpResponse:
    """The icon where browsers look for it on pages that name none, as those of the admin."""
    return redirect(static("icons/site.svg"))


# Only the pages of allauth this site really has, under the names allauth itself looks up.
account_pages = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
]

urlpatterns = [
    path("favicon.ico", favicon),
    path("accounts/", include(account_pages)),
    path("admin/", admin.site.urls),
    path("", include("conversations.urls")),
]
