"""Two addresses for machines: /healthz (this process answers) and /readyz (it can serve people).

They are answered before the check of the Host header, because load balancers ask by address. Both are JSON:
{"status": "ok"}, or with status 503 {"status": "unready", "reason": "…"}.
"""

from collections.abc import Callable
from typing import cast

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.decorators import sync_and_async_middleware

from chatsite.security import AsyncResponse, SyncResponse


def live() -> HttpResponse:
    """The process runs and its event loop turns: it could answer this."""
    return JsonResponse({"status": "ok"})


def ready() -> HttpResponse:
    """The database answers and has every migration of this version."""
    try:
        connection = connections[DEFAULT_DB_ALIAS]
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return _unready("the database does not answer")
    if pending:
        return _unready(f"{len(pending)} migrations are pending: run manage.py migrate")
    return JsonResponse({"status": "ok"})


def _unready(reason: str) -> HttpResponse:
    return JsonResponse({"status": "unready", "reason": reason}, status=503)


PROBES: dict[str, Callable[[], HttpResponse]] = {"/healthz": live, "/readyz": ready}


@sync_and_async_middleware
def health_middleware(get_response: SyncResponse | AsyncResponse) -> SyncResponse | AsyncResponse:
    """Answer GET and HEAD of the two addresses, and pass everything else on."""
    if iscoroutinefunction(get_response):
        respond_later = cast(AsyncResponse, get_response)

        async def respond_async(request: HttpRequest) -> HttpResponseBase:
            probe = PROBES.get(request.path) if request.method in ("GET", "HEAD") else None
            if probe is None:
                return await respond_later(request)
            return live() if probe is live else await sync_to_async(probe)()

        return respond_async
    respond_now = cast(SyncResponse, get_response)

    def respond(request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path) if request.method in ("GET", "HEAD") else None
        return probe() if probe else respond_now(request)

    return respond
