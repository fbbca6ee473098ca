"""How long somebody stays signed in: a time without a visit, and a time in all; both shorter in the admin.

The end that is nearer is also the expiry of the session's row, which is what the websockets look at.
"""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout, user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

SIGNED_IN = "signed_in_at"
LAST_SEEN = "last_seen_at"
# A visit is written down at most this often: not every page view should write a row.
SEEN_STEP_SECONDS = 60


@receiver(user_logged_in)
def start_the_clocks(sender: object, request: HttpRequest | None = None, **kwargs: object) -> None:
    """Note when this session was signed in (seconds since 1970)."""
    if request is not None:
        request.session[SIGNED_IN] = request.session[LAST_SEEN] = int(time.time())


class SessionLimits:
    """Middleware that ends a session which is too old, and notes the visit of one which is not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Sign the person out first when their time is over; the view then treats them as a stranger."""
        if request.user.is_authenticated:
            now = int(time.time())
            if self._is_over(request, now):
                logout(request)
            elif now - request.session.get(LAST_SEEN, 0) >= SEEN_STEP_SECONDS:
                request.session[LAST_SEEN] = now
                left = settings.SESSION_TOTAL_SECONDS - (now - request.session[SIGNED_IN])
                request.session.set_expiry(min(settings.SESSION_IDLE_SECONDS, left))
        return self._get_response(request)

    def _is_over(self, request: HttpRequest, now: int) -> bool:
        in_admin = request.path.startswith(reverse("admin:index"))
        idle = settings.ADMIN_IDLE_SECONDS if in_admin else settings.SESSION_IDLE_SECONDS
        total = settings.ADMIN_TOTAL_SECONDS if in_admin else settings.SESSION_TOTAL_SECONDS
        # A session without clocks was not made by signing in here (but by a test): its time starts now.
        signed_in = request.session.setdefault(SIGNED_IN, now)
        last_seen = request.session.get(LAST_SEEN, now)
        return bool(now - signed_in > total or now - last_seen > idle)
