"""What the site costs: many replies at once through it, beside direct calls to the same server.

    script/bench [--streams 1 50 200] [--tokens 200] [--rate 50] [--over SECONDS ...] [--format text|html]

First text: from sending the message to the first text of the reply. Lost, doubled or garbled: replies whose
text is not exactly the numbered words the server sent. Client, server and site share one machine, and both
kinds of call are measured in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import websockets

from benchmarks.servers import Running, provider, site
from conversations.completions import CompletionRequest, CompletionsClient, TextDelta, UserMessage
from conversations.rendering import apply_patch


@dataclass(frozen=True)
class Reply:
    """Seconds from the start, and whether the text was right."""

    first: float
    whole: float
    right: bool


async def direct(client: CompletionsClient, tokens: int) -> Reply:
    """One reply straight from the completions server."""
    request = CompletionRequest(model="gpt-4-1106-preview", messages=(UserMessage(content=_prompt(tokens)),))
    started, first, text = time.perf_counter(), 0.0, ""
    async with client.stream(request, request_id=uuid.uuid4().hex) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                first = first or time.perf_counter() - started
                text += event.text
    return Reply(first, time.perf_counter() - started, text == _words(tokens))


async def through_site(socket: Any, tokens: int, format: str) -> Reply:
    """One reply over an open websocket of the site."""
    started, first, text, blocks = time.perf_counter(), 0.0, "", list[str]()
    unwatched = ""
    await socket.send(
        json.dumps({"type": "turn.start", "client_id": uuid.uuid4().hex, "text": _prompt(tokens)})
    )
    while True:
        frame = json.loads(await socket.recv())
        match frame["type"]:
            case "turn.accepted":
                unwatched = frame["conversation"]
                watch = {"type": "open", "conversation": frame["conversation"], "format": format}
                await socket.send(json.dumps(watch))
            case "conversation" if frame["conversation"] == unwatched and (ended := _ended(frame)):
                whole = time.perf_counter() - started  # before it was watched: no snapshot comes, and no end
                return Reply(whole, whole, _words(tokens) in (ended.get("html") or ended["text"]))
            case "generation.snapshot":
                unwatched = ""
                text, blocks = frame.get("text", ""), frame.get("blocks", [])
            case "generation.delta":
                text += frame.get("append", "")
                if "patch" in frame:
                    blocks = apply_patch(blocks, {"n": frame["blocks"], "p": frame["patch"]})
                await socket.send(
                    json.dumps({"type": "ack", "generation": frame["generation"], "seq": frame["seq"]})
                )
            case "generation.end":
                whole = time.perf_counter() - started
                shown = "".join(blocks).replace("<p>", "").replace("</p>", "").strip() if blocks else text
                return Reply(first, whole, shown == _words(tokens))
            case "error" | "closing":
                raise RuntimeError(frame["message"])
        if (text or "".join(blocks)) and not first:
            first = time.perf_counter() - started


def _ended(frame: dict[str, Any]) -> dict[str, Any] | None:
    """The reply, when it is shown and has ended."""
    replies = [message for message in frame["messages"] if message["role"] == "assistant"]
    return next((reply for reply in replies if reply["state"] not in ("queued", "running")), None)


async def many(starts: list[Callable[[], Awaitable[Reply]]], over: float) -> list[Reply]:
    """All of them, begun evenly over so many seconds."""

    async def one(number: int) -> Reply:
        await asyncio.sleep(over * number / len(starts))
        return await starts[number]()

    return await asyncio.gather(*(one(number) for number in range(len(starts))))


async def measure(arguments: argparse.Namespace, upstream: Running, streams: int, over: float) -> None:
    """One line for the direct calls and one for the site."""
    client = CompletionsClient(base_url=upstream.url, api_key=None)
    tokens = arguments.tokens
    await direct(client, 1)
    begun = time.perf_counter()
    straight = await many([lambda: direct(client, tokens)] * streams, over)
    _print("direct", straight, tokens, time.perf_counter() - begun, None)
    await client.aclose()
    with (
        tempfile.TemporaryDirectory() as folder,
        site(completions=upstream.url, folder=Path(folder), people=streams) as (running, sessions),
    ):
        address = running.url.replace("http", "ws") + "/ws?version=1"
        sockets = []
        for session in sessions:
            cookie = {"Cookie": f"chatsite_session={session}"}
            socket = await websockets.connect(address, additional_headers=cookie, origin=running.url)  # type: ignore[arg-type]
            await socket.recv()
            sockets.append(socket)
        await through_site(sockets[0], 1, arguments.format)
        cpu, begun = running.cpu_seconds(), time.perf_counter()
        starts = [
            (lambda socket=socket: through_site(socket, tokens, arguments.format)) for socket in sockets
        ]
        relayed = await many(starts, over)  # type: ignore[arg-type]
        per_token = (running.cpu_seconds() - cpu) / (streams * tokens) * 1e6
        extra = f"{per_token:4.0f} µs CPU/token, {running.resident_mb():.0f} MB"
        _print("site", relayed, tokens, time.perf_counter() - begun, extra)
        later = (
            statistics.median(r.first for r in relayed) - statistics.median(r.first for r in straight)
        ) * 1000
        print(f"      first text {later:+.1f} ms (median) beside the direct call")
        await asyncio.gather(*(socket.close() for socket in sockets))


def _print(name: str, replies: list[Reply], tokens: int, seconds: float, extra: str | None) -> None:
    firsts = sorted(reply.first * 1000 for reply in replies)
    wrong = sum(not reply.right for reply in replies)
    print(
        f"{len(replies):5d} {name:6s} first text {statistics.median(firsts):6.1f} ms median,"
        f" {firsts[int(len(firsts) * 0.95)]:7.1f} ms p95; {len(replies) * tokens / seconds:8.0f} tokens/s;"
        f" {wrong} lost, doubled or garbled" + (f"; {extra}" if extra else "")
    )


def _prompt(tokens: int) -> str:
    return f"scenario: tokens count={tokens}"


def _words(tokens: int) -> str:
    return " ".join(f"w{number}" for number in range(1, tokens + 1))


def main() -> None:
    """Read the arguments and measure each number of streams in turn."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--streams", type=int, nargs="+", default=[1, 50])
    parser.add_argument("--tokens", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50, help="tokens per second and stream")
    parser.add_argument(
        "--over", type=float, nargs="+", default=[2, 0], help="seconds over which the streams begin, in turn"
    )
    parser.add_argument("--format", choices=("text", "html"), default="html")
    arguments = parser.parse_args()
    with provider(rate=arguments.rate, first_token_ms=50) as upstream:
        for streams, over in product(arguments.streams, arguments.over):
            if streams > 1 or over == arguments.over[0]:
                begun = f"within {over:g} s" if over else "in the same instant"
                print(f"{streams} at a time, begun {begun}")
                asyncio.run(measure(arguments, upstream, streams, over))


if __name__ == "__main__":
    main()
