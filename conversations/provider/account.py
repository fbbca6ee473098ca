"""Everything besides completions: the catalogue, the account, and the counters and scenarios for testers."""

from aiohttp import web

from . import catalogue
from .listings import unusual
from .scenarios import SCENARIOS, describe
from .state import STATE
from .wire import encode


def _json(body: object, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(body=encode(body), content_type="application/json", headers=headers)


def _listed(request: web.Request, name: str) -> set[str]:
    """The values of a query parameter that may be repeated or separated by commas."""
    return {part for value in request.query.getall(name, []) for part in value.split(",") if part}


async def models(request: web.Request) -> web.Response:
    """`GET /v1/models`: the catalogue with an ETag; 304 when the client has it already."""
    form = request.app[STATE].settings.catalogue
    if form != "normal":
        return unusual(form)
    include = _listed(request, "include")
    if request.query.get("details") in ("true", "1"):
        include = {"all"}
    body = catalogue.listing(include=include, ids=_listed(request, "id"), kind=request.query.get("type"))
    tag = catalogue.etag(body)
    known = [part.strip() for part in request.headers.get("If-None-Match", "").split(",")]
    if tag in known or f"W/{tag}" in known or "*" in known:
        return web.Response(status=304, headers={"ETag": tag})
    return _json(body, {"ETag": tag})


async def billing(request: web.Request) -> web.Response:
    """`GET /v2/billing`."""
    return _json({"current_balance": round(request.app[STATE].ledger.balance, 6), "currency": "USD"})


async def transactions(request: web.Request) -> web.Response:
    """`GET /v2/billing/transactions?limit=&cursor=`."""
    return _json(request.app[STATE].ledger.transactions(request.query))


async def logs(request: web.Request) -> web.Response:
    """`GET /v2/logs?model=&status=&limit=&offset=`. The time window is not needed, and not looked at."""
    models, statuses = request.query.getall("model", []), request.query.getall("status", [])
    return _json(request.app[STATE].ledger.logs(request.query, models=models, statuses=statuses))


async def stats(request: web.Request) -> web.Response:
    """`GET /stats`: how many completion requests started, run, finished and were aborted."""
    return _json(request.app[STATE].stats.snapshot())


async def requests(request: web.Request) -> web.Response:
    """`GET /requests`: the bodies of the last completion requests, oldest first."""
    return _json({"data": list(request.app[STATE].stats.last)})


async def scenarios(request: web.Request) -> web.Response:
    """`GET /scenarios`: the table of scenarios as text."""
    return web.Response(text=describe(SCENARIOS.values()))
