"""Servers that refuse `stream_options` are asked without it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from .conftest import ClientMaker
from .helpers import REQUEST, run, text_of
from .upstream import SSE_HEAD, answer, delta, events, sends, upstream

WELL = sends(SSE_HEAD + events(delta(content="Hello"), delta(finish="stop")))
EXTRA = {"type": "extra_forbidden", "loc": ["body", "stream_options", "include_usage"], "msg": "Extra inputs"}
REFUSALS: dict[str, tuple[int, dict[str, Any]]] = {
    "Mistral": (422, {"object": "error", "message": {"detail": [EXTRA]}, "type": "invalid_request_error"}),
    "Azure": (
        400,
        {"error": {"message": "Validation error at #/stream_options: Extra inputs", "code": None}},
    ),
    "Azure, older": (400, {"error": {"message": "Unrecognized request argument supplied: stream_options"}}),
    "by its words": (400, {"message": "this model does not support stream_options.include_usage"}),
    "by its field": (400, {"error": {"message": "no", "param": "stream_options"}}),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal_is_answered_by_asking_without_and_remembered(
    make_client: ClientMaker, name: str
) -> None:
    async with upstream(answer(*REFUSALS[name]), WELL) as server:
        client = make_client(server.url)
        for _ in range(2):
            found, error = await run(client)
            assert error is None and text_of(found) == "Hello"
        other = replace(REQUEST, model="other")
        await run(client, other)
    sent = [request.json() for request in server.requests]
    assert ["stream_options" in body for body in sent] == [True, False, False, True]
    assert [body["messages"] for body in sent] == [sent[0]["messages"]] * 4


async def test_a_server_that_refuses_it_all_the_same_is_asked_twice(make_client: ClientMaker) -> None:
    async with upstream(answer(*REFUSALS["Mistral"])) as server:
        _, error = await run(make_client(server.url))
    assert error is not None and error.kind == "bad_request" and len(server.requests) == 2


async def test_another_refusal_is_told(make_client: ClientMaker) -> None:
    body = {"error": {"message": "no", "param": "seed"}}
    async with upstream(answer(400, body), WELL) as server:
        _, error = await run(make_client(server.url))
    assert error is not None and "“seed”" in error.user_message and len(server.requests) == 1
