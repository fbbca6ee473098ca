"""One viewer of one reply: a snapshot, then what changed at the viewer's own pace, then the end.

A delta is the difference from what *this* viewer was last sent, so an update that is skipped costs nothing:
with too many frames unacknowledged the viewer is sent no more until it has caught up.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from conversations import protocol
from conversations.rendering import blocks_hash, diff_blocks
from conversations.turns.live import LiveGeneration, Status

Send = Callable[[protocol.Outbound], Awaitable[None]]
ToolsFrame = Callable[[LiveGeneration, protocol.Format], protocol.GenerationTools]


class Stalled(Exception):
    """The viewer has not acknowledged for too long."""


class Viewer:
    """`shown` is the cursor this viewer was last sent; `acked` the one it has said to show.

    tools_frame: draws the tool calls, in the viewer's format.
    """

    def __init__(
        self,
        live: LiveGeneration,
        send: Send,
        *,
        format: protocol.Format,
        tools_frame: ToolsFrame,
        unacked_frames: int,
        unacked_seconds: float,
    ) -> None:
        self.live = live
        self._send = send
        self._format: protocol.Format = format
        self._html = format == "html"
        self._tools_frame = tools_frame
        self._tools = 0
        self._unacked_frames = unacked_frames
        self._unacked_seconds = unacked_seconds
        self._seq = 0
        self._acked_seq = 0
        self._cursors: dict[int, int] = {}
        self._blocks: tuple[str, ...] = ()
        self._reasoning = 0
        self._refusal = 0
        self._status: Status | None = None
        self._version = -1
        self._ack = asyncio.Event()
        self.shown = 0
        self.acked = 0

    async def run(self) -> None:
        """Until the reply's end was sent, or its lease was lost. Raises Stalled."""
        changed = self.live.watch()
        try:
            await self._snapshot()
            while not self.live.over.is_set():
                if self._version == self.live.version:
                    await changed.wait()
                changed.clear()
                await self._window()
                if await self._update() or self._version != self.live.version:
                    await self._pause()
            if self.live.ending is not None:
                await self._end()
        finally:
            self.live.unwatch(changed)

    def acknowledge(self, seq: int) -> bool:
        """The viewer shows everything up to this frame. False when that is not news."""
        if not self._acked_seq < seq <= self._seq:
            return False
        self._acked_seq = seq
        self.acked = self._cursors.get(seq, self.acked)
        self._cursors = {sent: cursor for sent, cursor in self._cursors.items() if sent >= seq}
        self._ack.set()
        return True

    def seen(self, cursor: int) -> int:
        """The cursor a viewer says it shows, held to what it can have seen."""
        return min(max(cursor, self.acked), self.shown)

    async def _pause(self) -> None:
        """Let a flush interval pass; the end of the reply cuts it short."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.live.pause):
                await self.live.over.wait()

    async def _window(self) -> None:
        while self._seq - self._acked_seq >= self._unacked_frames:
            self._ack.clear()
            try:
                async with asyncio.timeout(self._unacked_seconds):
                    await self._ack.wait()
            except TimeoutError as error:
                raise Stalled from error

    def _number(self, cursor: int) -> int:
        self._seq += 1
        self.shown = cursor
        self._cursors[self._seq] = cursor
        return self._seq

    async def _snapshot(self) -> None:
        live = self.live
        self._version = live.version
        self._status = live.status
        self._reasoning = len(live.reasoning)
        self._refusal = len(live.refusal)
        blocks, text, cursor = None, None, live.cursor
        if self._html:
            shown = live.shown()
            self._version, self._blocks, cursor = shown.version, shown.blocks, shown.cursor
            blocks = list(shown.blocks)
        else:
            text = live.text
        await self._send(
            protocol.GenerationSnapshot(
                generation=live.held.generation_id,
                conversation=live.conversation_id,
                message=live.held.message_id,
                state=protocol.state_named(live.status.state),
                seq=self._number(cursor),
                cursor=cursor,
                blocks=blocks,
                text=text,
                reasoning=live.reasoning or None,
                refusal=live.refusal or None,
            )
        )
        await self._show_tools()
        if live.status.waiting:
            await self._say(live.status)

    async def _update(self) -> bool:
        """Send what changed. True when that was text, the next of which can wait for a flush interval."""
        await self._show_tools()
        if self.live.status != self._status and self.live.status.waiting:
            await self._say(self.live.status)
        self._status = self.live.status
        return await (self._html_delta() if self._html else self._text_delta())

    async def _html_delta(self) -> bool:
        shown = self.live.shown()
        self._version = shown.version
        reasoning, refusal = self._more()
        if shown.blocks == self._blocks and shown.cursor == self.shown and not (reasoning or refusal):
            return False
        patch = diff_blocks(self._blocks, shown.blocks)
        self._blocks = shown.blocks
        await self._send(
            protocol.GenerationDelta(
                generation=self.live.held.generation_id,
                seq=self._number(shown.cursor),
                cursor=shown.cursor,
                blocks=patch["n"],
                patch=patch["p"],
                reasoning=reasoning,
                refusal=refusal,
            )
        )
        return True

    async def _text_delta(self) -> bool:
        live = self.live
        self._version = live.version
        if live.cursor < self.shown:
            await self._snapshot()
            return True
        added = live.text[self.shown :]
        reasoning, refusal = self._more()
        if not added and not (reasoning or refusal):
            return False
        await self._send(
            protocol.GenerationDelta(
                generation=live.held.generation_id,
                seq=self._number(live.cursor),
                cursor=live.cursor,
                append=added,
                reasoning=reasoning,
                refusal=refusal,
            )
        )
        return True

    async def _show_tools(self) -> None:
        if self.live.calls.version != self._tools:
            self._tools = self.live.calls.version
            await self._send(self._tools_frame(self.live, self._format))

    def _more(self) -> tuple[str | None, str | None]:
        """What was added to the reasoning and to the refusal; from now on it counts as sent."""
        reasoning, refusal = self.live.reasoning[self._reasoning :], self.live.refusal[self._refusal :]
        self._reasoning += len(reasoning)
        self._refusal += len(refusal)
        return reasoning or None, refusal or None

    async def _say(self, status: Status) -> None:
        now = time.monotonic()
        seconds = max(0.0, status.until - now) if status.until is not None else now - status.since
        await self._send(
            protocol.GenerationState(
                generation=self.live.held.generation_id,
                state=protocol.state_named(status.state),
                waiting=status.waiting,
                seconds=round(seconds, 1),
                message=status.message,
            )
        )

    async def _end(self) -> None:
        live, ending, outcome = self.live, self.live.ending, self.live.outcome
        assert ending is not None and outcome is not None  # noqa: S101  # set together by LiveGeneration.end
        await self._update()
        text_hash = hashlib.sha256(ending.content.encode()).hexdigest()
        await self._send(
            protocol.GenerationEnd(
                generation=live.held.generation_id,
                conversation=live.conversation_id,
                message=live.held.message_id,
                state=protocol.state_named(ending.state),
                cursor=len(ending.content),
                hash=blocks_hash(ending.blocks) if self._html else text_hash,
                finish_reason=ending.facts.get("finish_reason") or None,
                error=outcome.failure,
            )
        )
