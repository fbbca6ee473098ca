"""The model's host as the tests script it: one TCP server in a thread of its own, alive for a whole run.

    prompt = host.will(sends(SSE_HEAD + events(…)))     a message to send, and what its reply will be
    host.calls(prompt)                                  how often it was asked for

Scripts are those of `tests.completions.upstream`. Which one runs is told by the prompt, so that tests share
the host without sharing anything else. A prompt without a script is answered with a few words. A gate holds a
script at a point until the test opens it.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from tests.completions.upstream import SSE_HEAD, Peer, Received, Script, answer, delta, events, read_request

T = TypeVar("T")
WAIT_SECONDS = 60.0
GREETING = "Hello from the model."


class Gate:
    """Closed until the test opens it. `reached`: a script has come to it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._opened = asyncio.Event()
        self._reached = threading.Event()

    async def passed(self) -> None:
        """For scripts."""
        self._reached.set()
        await self._opened.wait()

    def open(self) -> None:
        """For the test."""
        self._loop.call_soon_threadsafe(self._opened.set)

    async def reached(self) -> None:
        """For the test: wait until a script waits here."""
        assert await asyncio.to_thread(self._reached.wait, WAIT_SECONDS), "no reply came to this gate"


class Host:
    """Made by `running_host`. `url` is what the site is told; `models` answers whoever asks for the list."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.url = ""
        self.models: Script = HAS_NO_LIST
        self.requests: list[Received] = []
        self._loop = loop
        self._scripts: dict[str, tuple[Script, ...]] = {}
        self._numbers = itertools.count(1)
        self._asked: Counter[str] = Counter()
        self._open: Counter[str] = Counter()

    def will(self, *scripts: Script) -> str:
        """A prompt; asked with it, the host runs these scripts, the last one again for all that follow."""
        prompt = f"case {next(self._numbers)}."
        self._scripts[prompt] = scripts
        return prompt

    def gate(self) -> Gate:
        return Gate(self._loop)

    def calls(self, prompt: str) -> int:
        return self._asked[prompt]

    async def closed(self, prompt: str, seconds: float = 2.0) -> None:
        """Wait until no connection that asked this prompt is open; fail when one still is."""
        async with asyncio.timeout(seconds):
            while self._open[prompt]:  # noqa: ASYNC110  # another thread's count
                await asyncio.sleep(0.01)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: one request, one script."""
        prompt = ""
        try:
            received = await read_request(reader, whole=True)
            if received is None:
                return
            if received.line.startswith("GET "):
                await self.models(Peer(reader, writer))
                return
            self.requests.append(received)
            prompt = self._prompt_of(received)
            self._open[prompt] += 1
            scripts = self._scripts.get(
                prompt, (says(GREETING),) if received.json()["messages"] else (REFUSES,)
            )
            script = scripts[min(self._asked[prompt], len(scripts) - 1)]
            self._asked[prompt] += 1
            closes = asyncio.ensure_future(script(Peer(reader, writer)))
            await closes
        except ConnectionError:
            pass
        finally:
            if prompt:
                self._open[prompt] -= 1
            writer.close()

    def _prompt_of(self, received: Received) -> str:
        """The newest prompt of ours in the history."""
        for message in reversed(received.json()["messages"]):
            for line in str(message.get("content")).splitlines():
                if line in self._scripts:
                    return line
        return "another"


HAS_NO_LIST = answer(404, {"message": "no list of models", "statusCode": 404})
REFUSES = answer(400, {"message": "no messages", "statusCode": 400})


def says(*texts: str, finish: str | None = "stop") -> Script:
    """A whole reply at once, one chunk for each text."""
    return paced(*texts, seconds=0, finish=finish)


def paced(*texts: str, seconds: float, finish: str | None = "stop") -> Script:
    """A reply with a pause after every chunk."""

    async def script(peer: Peer) -> None:
        await peer.send(SSE_HEAD)
        for text in texts:
            await peer.send(events(delta(content=text), done=False))
            if seconds:
                await pause(peer, seconds)
        await peer.send(events(delta(finish=finish)))

    return script


def words(count: int) -> list[str]:
    """Distinct words, so that a hole or a doubling shows."""
    return [f"w{number} " for number in range(1, count + 1)]


def held(gate: Gate, *before: str, then: tuple[str, ...] = ()) -> Script:
    """Says `before`, waits at the gate, says `then`, ends."""

    async def script(peer: Peer) -> None:
        await peer.send(SSE_HEAD)
        for text in before:
            await peer.send(events(delta(content=text), done=False))
        if not await passes(peer, gate):
            return
        for text in then:
            await peer.send(events(delta(content=text), done=False))
        await peer.send(events(delta(finish="stop")))

    return script


async def passes(peer: Peer, gate: Gate) -> bool:
    """Wait at the gate; False when the caller hung up meanwhile."""
    gone = asyncio.ensure_future(peer.until_closed())
    opened = asyncio.ensure_future(gate.passed())
    await asyncio.wait({gone, opened}, return_when=asyncio.FIRST_COMPLETED)
    for task in (gone, opened):
        task.cancel()
    return opened.done() and not opened.cancelled()


async def pause(peer: Peer, seconds: float) -> None:
    """Let time pass; raises ConnectionError when the caller hung up meanwhile."""
    try:
        async with asyncio.timeout(seconds):
            await peer.until_closed()
    except TimeoutError:
        return
    raise ConnectionResetError


@contextmanager
def running_host() -> Iterator[Host]:
    """A host on a free port of the loopback."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    host = Host(loop)
    server = _in(loop, lambda: asyncio.start_server(host.handle, "127.0.0.1", 0))
    host.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield host
    finally:
        server.close()
        _in(loop, _cancel_all)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(WAIT_SECONDS)
        loop.close()


async def _cancel_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _in(loop: asyncio.AbstractEventLoop, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return asyncio.run_coroutine_threadsafe(make(), loop).result(WAIT_SECONDS)
