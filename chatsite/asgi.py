"""The site as one ASGI application: pages by Django, and one websocket route.

A websocket passes three doors in this order: the origin gate, the session and its person, the route.
"""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
pages = get_asgi_application()  # first: it loads the apps, which the imports below need

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from chatsite.failures import CleanFailure, refuse_websocket  # noqa: E402
from chatsite.origins import OriginGate  # noqa: E402
from chatsite.proxy import TrustedProxies  # noqa: E402
from conversations.consumers import ChatConsumer  # noqa: E402

sockets = OriginGate(
    AuthMiddlewareStack(
        URLRouter([path("ws", ChatConsumer.as_asgi()), re_path("", refuse_websocket)])  # type: ignore[arg-type]
    ),
    site_url=settings.SITE_URL,
    host=settings.HOST,
)
application = TrustedProxies(
    CleanFailure(ProtocolTypeRouter({"http": pages, "websocket": sockets})),
    count=settings.TRUSTED_PROXY_COUNT,
)
