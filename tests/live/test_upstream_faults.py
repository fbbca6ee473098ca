"""What the model's host can do wrong, seen over the whole way: the browser, the row, the host.

Each case says how the reply ends, with which kind of failure, what text is kept, and how often the host was
asked. The sentences come from the site alone, never from the host; and the next turn works.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest

from tests.completions.upstream import SSE_HEAD, Peer, Script, answer, delta, events, sends
from tests.live.conftest import OpenTab
from tests.live.host import Host, pause, says
from tests.live.site import KEY, Site

HOSTILE = b"<html><script>alert(1)</script> HOSTILE-PAGE"
PARTIAL = events(delta(content="half a "), delta(content="reply"), done=False)
KEPT = "half a reply"
LINE_SEPARATOR = "left\u2028right"


def stream(*payloads: dict[str, Any] | str, done: bool = True, then: str = "fin") -> Script:
    return sends(SSE_HEAD + events(*payloads, done=done), then=then)


def raw(data: bytes, then: str = "fin") -> Script:
    return sends(SSE_HEAD + data, then=then)


def oai_error(code: str, message: str = "HOSTILE words") -> dict[str, Any]:
    return {"error": {"message": message, "type": "x", "param": None, "code": code}}


def with_length(length: int, data: bytes) -> Script:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {length}\r\n\r\n"
    return sends(head.encode() + data)


def chunked(data: bytes, end: bytes) -> Script:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    return sends(head + f"{len(data):x}\r\n".encode() + data + b"\r\n" + end)


def drip(piece: bytes) -> Script:
    """The same bytes again and again, for ever."""

    async def script(peer: Peer) -> None:
        await peer.send(SSE_HEAD + PARTIAL)
        while True:
            await peer.send(piece)
            await pause(peer, 0.2)

    return script


@dataclass(frozen=True)
class Case:
    """`calls`: how often the host is asked."""

    script: Script
    state: str
    kind: str = ""
    kept: str = ""
    calls: int = 1


def complete(script: Script, kept: str) -> Case:
    return Case(script, "complete", "", kept)


def failed(kind: str, script: Script, *, calls: int = 1, kept: str = "") -> Case:
    return Case(script, "failed", kind, kept, calls)


def interrupted(script: Script, kind: str = "interrupted", kept: str = KEPT) -> Case:
    return Case(script, "interrupted", kind, kept)


OK_END = events(delta(finish="stop"))
CASES = {
    # Refusals before a byte of a reply.
    "400": failed("bad_request", answer(400, oai_error("invalid"))),
    "422": failed("bad_request", answer(422, {"message": "HOSTILE", "statusCode": 422})),
    "400 context length": failed("context_length", answer(400, oai_error("context_length_exceeded"))),
    "401 that repeats the key": failed("configuration", answer(401, oai_error("key", f"wrong key {KEY}"))),
    "403": failed("configuration", answer(403, oai_error("forbidden"))),
    "404 model": failed("model_gone", answer(404, oai_error("model_not_found"))),
    "408": failed("server_error", answer(408), calls=3),
    "409": failed("server_error", answer(409), calls=3),
    "413": failed("too_large", answer(413)),
    "429 a day": failed("rate_limited", answer(429, headers="Retry-After: 86400\r\n")),
    "429 at once": failed("rate_limited", answer(429, headers="Retry-After: 0\r\n"), calls=3),
    "429 nonsense": failed("rate_limited", answer(429, headers="Retry-After: soon\r\n"), calls=3),
    "429 minus one": failed("rate_limited", answer(429, headers="Retry-After: -1\r\n"), calls=3),
    "429 a date of next century": failed(
        "rate_limited", answer(429, headers="Retry-After: Wed, 21 Oct 2115 07:28:00 GMT\r\n")
    ),
    "429 out of quota": failed("quota", answer(429, oai_error("insufficient_quota"))),
    "500": failed("server_error", answer(500, HOSTILE), calls=3),
    "502": failed("server_error", answer(502, HOSTILE, content_type="text/html"), calls=3),
    "503": failed("server_error", answer(503), calls=3),
    "504": failed("server_error", answer(504), calls=3),
    "529": failed("server_error", answer(529), calls=3),
    "302 to elsewhere": failed("configuration", answer(302, headers="Location: http://127.0.0.1:9/\r\n")),
    # Answers that are no reply.
    "a page": failed("bad_answer", answer(200, HOSTILE, content_type="text/html")),
    "a page called a stream": failed("bad_answer", raw(HOSTILE)),
    "an error as JSON": failed("server_error", answer(200, {"error": {"message": "HOSTILE"}})),
    "nothing at all": failed("empty", stream()),
    "an empty reply": failed("empty", stream(delta(content=""), delta(finish="stop"))),
    "compressed": failed(
        "bad_answer",
        sends(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b"
        ),
    ),
    "garbage in place of HTTP": failed("bad_answer", sends(b"\x00\x01 HOSTILE\r\n\r\n")),
    # Silence.
    "no first byte": failed("first_byte_timeout", sends(b"", then="hold")),
    "headers and then nothing": failed("first_byte_timeout", sends(SSE_HEAD, then="hold")),
    "silence in the middle": interrupted(raw(PARTIAL, then="hold"), "idle_timeout"),
    "comments for ever": interrupted(drip(b": still here\n\n"), "total_timeout"),
    # Cuts.
    "FIN in the middle": interrupted(raw(PARTIAL)),
    "RST in the middle": interrupted(raw(PARTIAL, then="rst")),
    "FIN inside an event": interrupted(raw(PARTIAL + b'data: {"choices":[{"ind')),
    "FIN inside a character": interrupted(raw(PARTIAL + b'data: {"choices":[{"delta":{"content":"\xf0\x9f')),
    "Content-Length longer than the body": interrupted(with_length(9999, PARTIAL)),
    "chunked without the last chunk": interrupted(chunked(PARTIAL, b"")),
    "closed without a word": failed("unreachable", sends(b""), calls=3),
    "an error inside the stream": failed(
        "server_error", stream(delta(content=KEPT), oai_error("x")), kept=KEPT
    ),
    # Endings.
    "no [DONE] but a finish": complete(stream(delta(content="a"), delta(finish="stop"), done=False), "a"),
    "[DONE] without a finish": complete(stream(delta(content="a")), "a"),
    "bytes after [DONE]": complete(raw(events(delta(content="a", finish="stop")) + PARTIAL), "a"),
    "length": Case(stream(delta(content="a"), delta(finish="length")), "truncated", "", "a"),
    "content filter": Case(stream(delta(content="a"), delta(finish="content_filter")), "filtered", "", "a"),
    "an unknown finish": complete(stream(delta(content="a"), delta(finish="because")), "a"),
    "one JSON document": complete(
        answer(200, {"choices": [{"index": 0, "message": {"content": "whole"}, "finish_reason": "stop"}]}),
        "whole",
    ),
    # Odd but bearable.
    "three bad lines": complete(
        raw(b"data: {bad\n\ndata: [1]\n\ndata: NaN\n\n" + events(delta(content="a", finish="stop"))), "a"
    ),
    "four bad lines": failed("bad_answer", raw(PARTIAL + b"data: {HOSTILE\n\n" * 4 + OK_END), kept=KEPT),
    "a very deep line": complete(
        raw(b"data: " + b"[" * 100_000 + b"\n\n" + events(delta(content="a", finish="stop"))), "a"
    ),
    "chunks without text": complete(
        stream(
            {"choices": []},
            {"choices": None},
            {"choices": [{"index": 0, "delta": None}]},
            delta(content=None),
            delta(content=[{"type": "text", "text": "in parts"}], new_field={"x": 1}),
            delta(finish="stop"),
        ),
        "in parts",
    ),
    "a second choice": complete(
        stream(delta(content="a"), delta(1, content="other"), delta(finish="stop")), "a"
    ),
    "other roles": complete(stream(delta(role="system", content="a"), delta(finish="stop")), "a"),
    "odd usage": complete(
        stream(
            delta(content="a", finish="stop"),
            {"choices": [], "usage": {"prompt_tokens": -5, "total_tokens": None, "completion_tokens": "x"}},
        ),
        "a",
    ),
    "a null character": complete(stream(delta(content="a\0b", finish="stop")), "ab"),
    "half a surrogate pair": complete(
        raw(events(r'{"choices":[{"index":0,"delta":{"content":"a\ud83d"},"finish_reason":"stop"}]}')),
        "a\ufffd",
    ),
    "a byte order mark": complete(raw(b"\xef\xbb\xbf" + events(delta(content="a", finish="stop"))), "a"),
    "other line ends": complete(
        raw(events(delta(content="a"), delta(content="b", finish="stop")).replace(b"\n", b"\r\n")), "ab"
    ),
    "a line separator": complete(stream(delta(content=LINE_SEPARATOR, finish="stop")), LINE_SEPARATOR),
    "duplicate chunks": complete(stream(*[delta(content="a")] * 3, delta(finish="stop")), "aaa"),
    "10,000 chunks of a character": complete(
        stream(*[delta(content="x")] * 10_000, delta(finish="stop")), "x" * 10_000
    ),
    "one chunk of 500 kB": complete(
        stream(delta(content="word " * 100_000, finish="stop")), "word " * 100_000
    ),
    "a text without an end": interrupted(
        stream(*[delta(content="y" * 50_000)] * 25), "reply_too_long", "y" * 1_000_000
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_a_fault_of_the_host_ends_as_it_should(
    name: str, hasty: Site, host: Host, open_tab: OpenTab
) -> None:
    case = CASES[name]
    alice = await open_tab(hasty, hasty.person())
    prompt = host.will(case.script)
    turn = await alice.sends(prompt)
    row = await alice.sees_end(turn)
    assert (row["state"], row["error_kind"]) == (case.state, case.kind), row["error_detail"]
    assert row["content"] == case.kept
    assert host.calls(prompt) == case.calls
    await host.closed(prompt)
    told = json.dumps([alice.frames, row["error_message"]])
    assert "HOSTILE" not in told
    assert KEY not in told + row["error_detail"]
    if case.kind:
        assert re.fullmatch(r"[A-Z].* (is|are) kept\..*", row["error_message"]), row["error_message"]
    follow_up = await alice.sends(
        host.will(says("Here I am.")), conversation=turn["conversation"], parent=turn["reply"]
    )
    assert (await alice.sees_end(follow_up))["content"] == "Here I am."
