"""The application: routes, who may call them, and the headers and error bodies every answer has."""

import hmac
import re
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web

from . import account
from .chat import completions
from .errors import Refusal
from .settings import Settings
from .state import STATE, State
from .wire import encode

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

CLIENT_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
OPEN_PATHS = frozenset({"/v1/models", "/models", "/stats", "/scenarios"})


def application(settings: Settings) -> web.Application:
    """The whole server as an aiohttp application."""
    app = web.Application(
        middlewares=[_identified, _refusals, _authorised], client_max_size=settings.max_body_bytes
    )
    app[STATE] = State(settings)
    app.on_response_prepare.append(_trace)
    app.router.add_post("/v1/chat/completions", completions)
    app.router.add_post("/chat/completions", completions)
    app.router.add_get("/v1/models", account.models)
    app.router.add_get("/models", account.models)
    app.router.add_get("/v2/billing", account.billing)
    app.router.add_get("/v2/billing/transactions", account.transactions)
    app.router.add_get("/v2/logs", account.logs)
    app.router.add_get("/stats", account.stats)
    app.router.add_get("/requests", account.requests)
    app.router.add_get("/scenarios", account.scenarios)
    return app


@web.middleware
async def _identified(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give each request its inference id, and keep the client's id when it is as documented."""
    given = request.headers.get("X-Client-Request-Id", "")
    request["inference_id"] = secrets.token_hex(16)
    request["client_request_id"] = given if CLIENT_REQUEST_ID.fullmatch(given) else None
    return await handler(request)


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn refusals, and the web server's own errors, into JSON bodies."""
    try:
        return await handler(request)
    except Refusal as error:
        refusal = error
    except web.HTTPException as error:
        refusal = Refusal(error.status, f"{error.reason}: {request.method} {request.path}")
    body = refusal.body(path=request.path, request_id=request["inference_id"])
    response = web.Response(
        body=encode(body), status=refusal.status, content_type="application/json", headers=refusal.headers
    )
    if refusal.headers.get("Connection") == "close":
        response.force_close()
    return response


@web.middleware
async def _authorised(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse with 401 when a key is set and the request does not carry it."""
    key = request.app[STATE].settings.key
    if key and request.path not in OPEN_PATHS:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {key}".encode()):
            raise Refusal(401, "Incorrect API key provided.", code="invalid_api_key", style="openai")
    return await handler(request)


async def _trace(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.setdefault("x-inference-id", request["inference_id"])
    if request["client_request_id"] is not None:
        response.headers.setdefault("X-Client-Request-Id", request["client_request_id"])
