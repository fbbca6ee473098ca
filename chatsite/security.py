"""What every response tells the browser: the content security policy, no-store, and the permissions policy.

The policy names what a page may load and connect to. Nothing is allowed that is not listed, nothing inline,
and no host but our own: text written by a model can never make a reader's browser call somebody else.
Django's own middleware adds nosniff, the referrer policy, X-Frame-Options and the opener policy.
"""

from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from chatsite.origins import LOOPBACK_HOSTS

STATIC_PREFIX = "/static/"
NOT_STORED = "private, no-store"
REVALIDATED = "private, no-cache"  # kept by the person's own browser, and asked for again at each use
PERMISSIONS = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), fullscreen=(self), geolocation=(), "
    "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=(), clipboard-write=(self)"
)

SyncResponse = Callable[[HttpRequest], HttpResponseBase]
AsyncResponse = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


def content_security_policy(site_url: str, port: int) -> dict[str, list[str]]:
    """Return the directives (CSP level 3) in the form django-csp takes.

    The websocket's address is spelt out beside 'self': Safari before 15.4 does not count ws: as 'self'.
    """
    if site_url:
        sockets = [site_url.replace("http", "ws", 1)]
    else:
        # A literal IPv6 address is no valid source expression; there 'self' has to do.
        sockets = [f"ws://{host}:{port}" for host in LOOPBACK_HOSTS if not host.startswith("[") and port]
    return {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *sockets],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }


def add_headers(request: HttpRequest, response: HttpResponseBase) -> None:
    """Put our headers on one response.

    Only a static file that was found may be kept by a cache, and what says REVALIDATED by one's own browser.
    """
    response.headers["Permissions-Policy"] = PERMISSIONS
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    kept = request.path.startswith(STATIC_PREFIX) or response.headers.get("Cache-Control") == REVALIDATED
    if not kept or response.status_code >= 400:
        response.headers["Cache-Control"] = NOT_STORED


@sync_and_async_middleware
def headers_middleware(get_response: SyncResponse | AsyncResponse) -> SyncResponse | AsyncResponse:
    """Run `add_headers` on every response, errors and static files included."""
    if iscoroutinefunction(get_response):
        respond_later = cast(AsyncResponse, get_response)

        async def respond_async(request: HttpRequest) -> HttpResponseBase:
            response = await respond_later(request)
            add_headers(request, response)
            return response

        return respond_async
    respond_now = cast(SyncResponse, get_response)

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = respond_now(request)
        add_headers(request, response)
        return response

    return respond
