"""Three recorded streams, cut at every byte and split at every chunk boundary.

A cut stream shows a beginning of the whole text, and counts as complete only when all choices had finished.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from conversations.completions import Completion, CompletionsClient, Done, assemble

from .conftest import ClientMaker
from .helpers import read, run
from .upstream import Peer, Script, sends, upstream

FOLDER = Path(__file__).parent / "streams"
STREAMS = {path.stem: path.read_bytes() for path in sorted(FOLDER.glob("*.sse"))}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"


def expected(stream: bytes) -> Completion:
    found, error = read(stream)
    assert error is None
    return assemble(found)


def test_the_streams_mean_what_they_should() -> None:
    texts = {name: expected(stream).choices[0].text for name, stream in STREAMS.items()}
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert texts == {
        "plain": "Hello! How can I assist you today?",
        "unicode_usage": f'Grüße\u2028aus 東京\u2029 \U0001f5fc{family} {{"a": "b\\n"}}\U0001f600',
        "tool_calls": "",
    }
    usage = expected(STREAMS["unicode_usage"]).report
    assert usage is not None and usage.usage is not None and usage.usage.total_tokens == 39
    assert str(usage.usd_spent) == "0.00081"
    calls = expected(STREAMS["tool_calls"]).choices[0].tool_calls
    assert [(call.name, call.arguments) for call in calls] == [
        ("get_weather", '{"city": "Zürich"}'),
        ("get_time", '{"zone": "CET"}'),
    ]


@pytest.mark.parametrize("name", STREAMS)
def test_every_chunk_boundary_gives_the_same_reply(name: str) -> None:
    stream = STREAMS[name]
    whole = expected(stream)
    for cut in range(len(stream) + 1):
        found, error = read(stream[:cut], stream[cut:])
        assert error is None and assemble(found) == whole
    found, error = read(*(stream[at : at + 1] for at in range(len(stream))))
    assert error is None and assemble(found) == whole


def check_cut(name: str, cut: int, got: Completion, complete: bool) -> None:
    whole = expected(STREAMS[name]).choices[0]
    choice = got.choices[0]
    # A character whose second half was cut off is shown as U+FFFD, at the very end.
    assert whole.text.startswith(choice.text.removesuffix("\ufffd"))
    for call, whole_call in zip(choice.tool_calls, whole.tool_calls, strict=False):
        assert whole_call.arguments.startswith(call.arguments)
    finish_at = STREAMS[name].index(b'"finish_reason":"') + len(b'"finish_reason":"')
    if complete:
        assert cut > finish_at and choice.text == whole.text and choice.tool_calls == whole.tool_calls
    else:
        assert cut < finish_at + 40


@pytest.mark.parametrize("clean", [True, False])
@pytest.mark.parametrize("name", STREAMS)
def test_a_cut_at_every_byte_keeps_the_text_and_is_never_taken_for_the_end(name: str, clean: bool) -> None:
    kinds = set()
    for cut in range(len(STREAMS[name])):
        found, error = read(STREAMS[name][:cut], clean=clean)
        check_cut(name, cut, assemble(found), error is None)
        assert (error is None) == isinstance(found[-1] if found else None, Done)
        kinds.add(error.kind if error else None)
    assert kinds <= {"interrupted", "empty", None} and "interrupted" in kinds


def cut_script(name: str, cut: int, how: str) -> Script:
    """The recorded stream, ended too early in one of the ways that HTTP can end too early."""
    stream = STREAMS[name]
    if how == "length":
        head = HEAD + f"Content-Length: {len(stream)}\r\n\r\n".encode()
        return sends(head + stream[:cut])
    if how == "chunked":
        chunk = f"{len(stream):x}\r\n".encode() + stream[:cut]
        return sends(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk)

    async def reset(peer: Peer) -> None:
        await peer.send(HEAD + b"Connection: close\r\n\r\n" + stream[:cut])
        await peer.reset()

    return reset


@pytest.mark.parametrize("how", ["length", "chunked", "reset"])
@pytest.mark.parametrize("name", STREAMS)
async def test_a_cut_on_the_wire_is_interrupted_and_keeps_what_came(
    name: str, how: str, make_client: ClientMaker
) -> None:
    cuts = range(1, len(STREAMS[name]), 37)
    async with upstream(*(cut_script(name, cut, how) for cut in cuts)) as server:
        client: CompletionsClient = make_client(server.url)
        for cut in cuts:
            found, error = await run(client)
            check_wire_cut(name, cut, assemble(found), error.kind if error else None, how)
        assert len(server.requests) == len(cuts)


def check_wire_cut(name: str, cut: int, got: Completion, kind: str | None, how: str) -> None:
    if how == "reset":
        # A reset discards what is still in the buffers: anything up to the cut may have arrived.
        assert kind in ("interrupted", "unreachable", None)
        assert expected(STREAMS[name]).choices[0].text.startswith(got.choices[0].text.removesuffix("\ufffd"))
        return
    assert kind in ("interrupted", None)
    check_cut(name, cut, got, kind is None)
