"""Tool calls in odd pieces, with bad arguments, or without end. Once results are there, the words follow."""

import json

from aiohttp import web

from ..exchange import Exchange
from ..functions import arguments_for, names
from ..reply import Reply, ToolCall, words
from ..serve import serve
from ..wire import Json, choice
from .registry import Options, scenario
from .sending import started

HUGE = 1_000_000

ARGUMENTS = {
    "bad-json": '{"city": "Par',
    "array": '["Paris"]',
    "wrong-schema": '{"unexpected": {"nested": [1, 2]}}',
    "proto": '{"__proto__": {"admin": true}, "constructor": {"prototype": {"admin": true}}}',
    "huge": json.dumps({"text": "x" * HUGE}),
    "empty": "",
}
PIECES = ("interleaved", "late-id", "split-name", "no-index", "same-id", "bytes", "whole")


@scenario(
    "tool-pieces",
    f"Two calls `one` and `two` of the first tools offered, their deltas by `kind`: {', '.join(PIECES)}.",
    kind="interleaved",
)
async def tool_pieces(exchange: Exchange, options: Options) -> web.StreamResponse:
    kind = options.one_of("kind", *PIECES)
    if exchange.prompt.results:
        return await serve(exchange, [Reply(tokens=words(options.integer("count")))])
    stream = await started(exchange)
    for delta in _pieces(kind, _tool(exchange, 0), _tool(exchange, 1)):
        await stream.choice(choice({"tool_calls": [delta]}))
    return await stream.finish(["tool_calls"], exchange.sent_tokens)


@scenario(
    "tool-arguments",
    f"One call whose arguments are bad by `kind`: {', '.join(ARGUMENTS)}.",
    stream_only=False,
    kind="bad-json",
)
async def tool_arguments(exchange: Exchange, options: Options) -> web.StreamResponse:
    kind = options.one_of("kind", *ARGUMENTS)
    call = ToolCall("call_bad", _tool(exchange, 0), ARGUMENTS[kind])
    return await _call_once(exchange, options, call)


@scenario(
    "tool-unknown",
    "A call of a function that was not offered, `called`.",
    stream_only=False,
    called="no_such_tool",
)
async def tool_unknown(exchange: Exchange, options: Options) -> web.StreamResponse:
    return await _call_once(exchange, options, ToolCall("call_unknown", options.text("called"), "{}"))


@scenario(
    "tool-loop",
    "`calls` calls of the first tool, again after every result, for ever.",
    stream_only=False,
    calls="1",
)
async def tool_loop(exchange: Exchange, options: Options) -> web.StreamResponse:
    salt = exchange.inference_id[:8]
    calls = tuple(
        ToolCall(f"call_{salt}{number}", _tool(exchange, 0), json.dumps({"number": number}))
        for number in range(options.integer("calls"))
    )
    return await serve(exchange, [Reply(tool_calls=calls, finish_reason="tool_calls")])


@scenario(
    "tool-varied",
    "One call of the first tool, about a number that is another each time unless a seed is sent.",
    stream_only=False,
)
async def tool_varied(exchange: Exchange, options: Options) -> web.StreamResponse:
    offered = exchange.body.get("tools")
    function = offered[0]["function"] if offered else {}
    arguments = arguments_for(function, f'"{exchange.variant(0) % 1000} * 7"')
    return await _call_once(exchange, options, ToolCall("call_varied", _tool(exchange, 0), arguments))


async def _call_once(exchange: Exchange, options: Options, call: ToolCall) -> web.StreamResponse:
    if exchange.prompt.results:
        return await serve(exchange, [Reply(tokens=words(options.integer("count")))])
    return await serve(exchange, [Reply(tool_calls=(call,), finish_reason="tool_calls")])


def _tool(exchange: Exchange, position: int) -> str:
    """The name of an offered tool: the last one when there are fewer, `get_weather` when there are none."""
    offered = names(exchange.body.get("tools")) or ["get_weather"]
    return offered[min(position, len(offered) - 1)]


def _head(index: int, name: str, call_id: str | None) -> Json:
    entry: Json = {"index": index, "type": "function", "function": {"name": name, "arguments": ""}}
    return entry if call_id is None else {**entry, "id": call_id}


def _part(index: int, text: str) -> Json:
    return {"index": index, "function": {"arguments": text}}


def _pieces(kind: str, one: str, two: str) -> list[Json]:
    """The deltas of calls `{"n": 1}` of `one` and `{"n": 2}` of `two`."""
    first, second = _head(0, one, "call_one"), _head(1, two, "call_two")
    apart = [first, _part(0, '{"n"'), _part(0, ": 1}"), second, _part(1, '{"n"'), _part(1, ": 2}")]
    if kind == "interleaved":
        return [first, second, _part(0, '{"n"'), _part(1, '{"n"'), _part(1, ": 2}"), _part(0, ": 1}")]
    if kind == "late-id":
        late: list[Json] = [{**_part(0, ""), "id": "call_one"}, {**_part(1, ""), "id": "call_two"}]
        return [_head(0, one, None), *apart[1:3], late[0], _head(1, two, None), *apart[4:], late[1]]
    if kind == "split-name":
        middle = len(one) // 2
        rest: Json = {"index": 0, "function": {"name": one[middle:]}}
        return [_head(0, one[:middle], "call_one"), rest, *apart[1:]]
    if kind == "no-index":
        return [{key: value for key, value in delta.items() if key != "index"} for delta in apart]
    if kind == "same-id":
        return [first, *apart[1:3], _head(1, two, "call_one"), *apart[4:]]
    if kind == "bytes":
        return [first, *(_part(0, c) for c in '{"n": 1}'), second, *(_part(1, c) for c in '{"n": 2}')]
    whole = [(0, one, "call_one", '{"n": 1}'), (1, two, "call_two", '{"n": 2}')]
    return [
        {**_head(index, name, call_id), "function": {"name": name, "arguments": text}}
        for index, name, call_id, text in whole
    ]
