"""A browser tab as `conversations.protocol` describes one: cursors, patches, acknowledgements, hashes.

    alice = await site_tabs.open(person)
    turn = await alice.sends("Hello")
    reply = await alice.sees_end(turn)

A tab records every frame. It fails by itself when a frame breaks the protocol: a number out of order, a
cursor that does not fit the text, a hash that differs.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from conversations.rendering import apply_patch, blocks_hash
from tests.live.site import ACTIVE, Person, Site

SECONDS = 40.0
Frame = dict[str, Any]
_numbers = itertools.count(1)


class Disagrees(AssertionError):
    """A frame does not follow from the ones before it."""


@dataclass
class Reply:
    """What the tab shows of one reply."""

    seq: int = 0
    cursor: int = 0
    text: str | None = None
    blocks: list[str] | None = None
    reasoning: str = ""
    waited: list[Frame] = field(default_factory=list)
    tools: Frame | None = None
    end: Frame | None = None

    def apply(self, frame: Frame) -> None:
        getattr(self, "_" + frame["type"].removeprefix("generation."))(frame)

    def _snapshot(self, frame: Frame) -> None:
        self.seq, self.cursor, self.reasoning = frame["seq"], frame["cursor"], frame.get("reasoning", "")
        self.text, self.blocks = frame.get("text"), frame.get("blocks")
        self._check_cursor()

    def _delta(self, frame: Frame) -> None:
        if frame["seq"] != self.seq + 1:
            raise Disagrees(f"delta {frame['seq']} after {self.seq}")
        self.seq, self.cursor = frame["seq"], frame["cursor"]
        self.reasoning += frame.get("reasoning", "")
        if self.text is not None:
            self.text += frame.get("append", "")
        else:
            assert self.blocks is not None
            self.blocks = apply_patch(self.blocks, {"n": frame["blocks"], "p": frame["patch"]})
        self._check_cursor()

    def _check_cursor(self) -> None:
        if self.text is not None and len(self.text) != self.cursor:
            raise Disagrees(f"the cursor says {self.cursor}, the text has {len(self.text)}")

    def _tools(self, frame: Frame) -> None:
        self.tools = frame

    def _state(self, frame: Frame) -> None:
        self.waited.append(frame)

    def _end(self, frame: Frame) -> None:
        self.end = frame
        if self.text is None and self.blocks is None:
            return  # opened between the last text and the end: the conversation frame brings it
        shown = hash_of_text(self.text) if self.text is not None else blocks_hash(self.blocks or [])
        if shown != frame["hash"]:
            raise Disagrees(f"the hash of {(self.text or str(self.blocks))[-200:]!r} is not the end's")


class Tab:
    """One websocket of one person. `frames`: all that came, in order."""

    def __init__(self, site: Site, person: Person, format: str) -> None:
        self.site = site
        self.person = person
        self.format = format
        self.frames: list[Frame] = []
        self.replies: dict[str, Reply] = {}
        self.articles: dict[str, Frame] = {}
        self.paths: dict[str, list[str]] = {}
        self.acknowledges = True
        self.problem: Exception | None = None
        self._socket: ClientConnection
        self._reader: asyncio.Task[None]
        self._changed = asyncio.Condition()

    async def connect(self, query: str = "", **headers: str) -> Tab:
        self._socket = await connect(
            f"ws://{self.site.host}/ws{query}",
            additional_headers={
                "Origin": self.site.address,
                **({"Cookie": self.person.cookie} if self.person.session else {}),
                **headers,
            },
            max_size=None,
        )
        self._reader = asyncio.create_task(self._read())
        return self

    async def _read(self) -> None:
        try:
            async for text in self._socket:
                frame: Frame = json.loads(text)
                self.frames.append(frame)
                try:
                    await self._take(frame)
                except ConnectionClosed:
                    raise
                except Exception as error:  # whatever it is, the test that waits is told
                    self.problem = error
                async with self._changed:
                    self._changed.notify_all()
        except ConnectionClosed:
            pass
        async with self._changed:
            self._changed.notify_all()

    async def _take(self, frame: Frame) -> None:
        kind: str = frame["type"]
        if kind.startswith("generation."):
            self.replies.setdefault(frame["generation"], Reply()).apply(frame)
            if "seq" in frame and self.acknowledges:
                await self.tell("ack", generation=frame["generation"], seq=frame["seq"])
        elif kind in ("conversation", "page"):
            self.articles |= {article["id"]: article for article in frame["messages"]}
            if kind == "conversation":
                self.paths[frame["conversation"]] = frame["path"]
                self._forget_ended(frame)

    def _forget_ended(self, frame: Frame) -> None:
        """What was opened after its end is shown by its article; no frame of its own tells the end."""
        for article in frame["messages"] if "ref" in frame else ():
            if article.get("state", "queued") not in ACTIVE:
                self.replies.pop(article["generation"], None)

    # Verbs

    async def tell(self, kind: str, **fields: Any) -> None:
        """Send a frame that is not answered."""
        await self._socket.send(json.dumps({"type": kind, **fields}, ensure_ascii=False))

    async def send_raw(self, data: str | bytes | list[str]) -> None:
        await self._socket.send(data)

    async def sends_as_text(self, data: bytes) -> None:
        """Send a text frame whose bytes may be no text."""
        await self._socket.send(data, text=True)

    async def asks(self, kind: str, **fields: Any) -> Frame:
        """Send a frame and wait for its answer, an error or not."""
        return await self.asks_within(SECONDS, kind, **fields)

    async def asks_within(self, seconds: float, kind: str, **fields: Any) -> Frame:
        """The same with another patience."""
        ref = f"r{next(_numbers)}"
        await self.tell(kind, ref=ref, **fields)
        return await self.sees(lambda frame: frame.get("ref") == ref, seconds)

    async def sends(self, text: str, **fields: Any) -> Frame:
        """Send a message, watch its conversation; returns `turn.accepted`."""
        return await self.acts("turn.start", text=text, **fields)

    async def acts(self, kind: str, **fields: Any) -> Frame:
        """Any action that asks for a reply; returns `turn.accepted`."""
        fields.setdefault("client_id", uuid.uuid4().hex)
        accepted = await self.asks(kind, **fields)
        assert accepted["type"] == "turn.accepted", accepted
        if accepted["conversation"] not in self.paths:
            await self.opens(accepted["conversation"])
        return accepted

    async def opens(self, conversation: str, revision: int = 0) -> Frame:
        return await self.asks("open", conversation=conversation, revision=revision, format=self.format)

    async def sees(self, wanted: Callable[[Frame], bool], seconds: float = SECONDS) -> Frame:
        """Wait for a frame, which may have come already."""
        found: list[Frame] = []

        def is_there() -> bool:
            found[:] = [frame for frame in self.frames if wanted(frame)]
            return bool(found)

        await self.until(is_there, seconds)
        return found[-1]

    async def until(self, condition: Callable[[], bool], seconds: float = SECONDS) -> None:
        """Wait until the frames that came make something true."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                while not condition():
                    if self.problem:
                        raise self.problem
                    assert not self._reader.done(), (
                        f"the socket closed: {self.closed}, last {self.frames[-3:]}"
                    )
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"did not happen; the last frames: {self.frames[-5:]}") from None
        if self.problem:
            raise self.problem

    async def sees_text(self, turn: Frame, part: str = "") -> Reply:
        """Wait until a running reply shows something, or `part`."""

        def shown() -> bool:
            reply = self.replies.get(turn["generation"])
            text = "" if reply is None else reply.text or "".join(reply.blocks or [])
            return bool(text) and part in text

        await self.until(shown)
        return self.replies[turn["generation"]]

    async def sees_end(self, turn: Frame, seconds: float = SECONDS) -> Frame:
        """Wait until the reply has ended for this tab; returns its row, checked against what is shown."""

        def over() -> bool:
            reply, article = self.replies.get(turn["generation"]), self.articles.get(turn["reply"], {})
            ended = reply is not None and reply.end is not None
            return article.get("state", "queued") not in ACTIVE and (ended or reply is None)

        await self.until(over, seconds)
        row = self.site.generation(turn["generation"])
        self.agrees_with(row, turn)
        return row

    def agrees_with(self, row: Frame, turn: Frame) -> None:
        """The row, the stream and the article say the same."""
        article = self.articles[turn["reply"]]
        assert article["state"] == row["state"]
        if self.format == "text":
            assert article.get("text", "") == row["content"]
        reply = self.replies.get(turn["generation"])
        if reply is None or reply.end is None:
            return
        assert reply.end["state"] == row["state"]
        assert reply.end["cursor"] == len(row["content"])
        assert reply.end.get("error", {}).get("kind", "") == row["error_kind"]
        if reply.text is not None:
            assert reply.text == row["content"]
        elif reply.blocks is not None:
            assert reply.blocks == json.loads(row["blocks"])

    async def leaves(self) -> None:
        """Close the tab."""
        await self._socket.close()
        await self._reader

    def drops(self) -> None:
        """Lose the network: no close frame, no FIN that anyone waits for."""
        self._socket.transport.abort()

    def stops_reading(self) -> None:
        self._socket.transport.pause_reading()

    def reads_on(self) -> None:
        self._socket.transport.resume_reading()

    async def is_closed(self, seconds: float = 5.0) -> int | None:
        """Wait for the server to close; returns the close code."""
        async with asyncio.timeout(seconds):
            await self._socket.wait_closed()
            await self._reader
        return self.closed

    @property
    def closed(self) -> int | None:
        return self._socket.close_code


def hash_of_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
