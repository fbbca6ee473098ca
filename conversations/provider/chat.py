"""`POST /v1/chat/completions`: read, check, answer by a scenario or a canned reply, count and charge."""

import json
from typing import Any

from aiohttp import web

from .compose import compose
from .errors import Refusal
from .exchange import Exchange
from .scenarios import dispatch
from .serve import serve
from .state import STATE, State
from .validation import check


async def completions(request: web.Request) -> web.StreamResponse:
    """Answer one request. Raises `Refusal`."""
    state = request.app[STATE]
    with state.stats.request(request["client_request_id"]):
        body = await _read(request, state)
        state.stats.keep(request["client_request_id"], body, size=request.content_length or 0)
        exchange = Exchange(request, check(body), state.settings)
        try:
            return await _answer(exchange, state)
        finally:
            _charge(exchange, state)


async def _answer(exchange: Exchange, state: State) -> web.StreamResponse:
    response = await dispatch(exchange, state.attempts)
    if response is not None:
        return response
    return await serve(exchange, [compose(exchange, index) for index in range(exchange.choice_count)])


async def _read(request: web.Request, state: State) -> Any:
    if (request.content_length or 0) > state.settings.max_body_bytes:
        # Answered without reading the rest, as a gateway does: the client may still be sending.
        raise Refusal(
            413,
            f"The request body is too large: expected at most {state.settings.max_body_bytes} bytes, "
            f"received {request.content_length}.",
            headers={"Connection": "close"},
        )
    try:
        return json.loads(await request.read())
    except (ValueError, RecursionError) as error:
        raise Refusal(400, f"Invalid body: expected JSON, received something else ({error}).") from error


def _charge(exchange: Exchange, state: State) -> None:
    """Book the call: what was sent is paid for, even if the client left; nothing sent is a failure."""
    answered = exchange.completed or exchange.sent_tokens > 0
    state.ledger.record(
        inference_id=exchange.inference_id,
        client_request_id=exchange.client_request_id,
        model=exchange.envelope.model,
        status="succeeded" if answered else "failed",
        prompt_tokens=exchange.prompt_tokens,
        completion_tokens=exchange.sent_tokens,
    )
