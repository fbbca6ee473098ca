"""One viewer of one reply: a snapshot, then what changed at the viewer's own pace, then the end.

A delta is the difference from what *this* viewer was last sent, so an update that is skipped costs nothing:
with too many frames unacknowledged the viewer is sent no more until it has caught up.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable

from conversations import protocol
from conversations.rendering import blocks_hash, diff_blocks
from conversations.turns.live import LiveGeneration, Status

Send = Callable[[protocol.Outbound], Awaitable[None]]


class Stalled(Exception):
    """The viewer has not acknowledged for too long."""


class Viewer:
    """`shown` is the cursor this viewer was last sent; `acked` the one it has said to show."""

    def __init__(
        self,
        live: LiveGeneration,
        send: Send,
        *,
        format: protocol.Format,
        unacked_frames: int,
        unacked_seconds: float,
    ) -> None:
        self.live = live
        self._send = send
        self._html = format == "html"
        self._unacked_frames = unacked_frames
        self._unacked_seconds = unacked_seconds
        self._seq = 0
        self._acked_seq = 0
        self._cursors: dict[int, int] = {}
        self._blocks: tuple[str, ...] = ()
        self._reasoning = 0
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
            while self.live.ending is None and not self.live.lost:
                if self._version == self.live.version:
                    await changed.wait()
                changed.clear()
                await self._window()
                await self._update()
                if self.live.ending is None:
                    await self._pause(changed)
            if self.live.ending is not None:
                await self._end()
        finally:
            self.live.unwatch(changed)

    def acknowledge(self, seq: int) -> None:
        """The viewer shows everything up to this frame."""
        if self._acked_seq < seq <= self._seq:
            self._acked_seq = seq
            self.acked = self._cursors.get(seq, self.acked)
            self._cursors = {sent: cursor for sent, cursor in self._cursors.items() if sent >= seq}
            self._ack.set()

    def seen(self, cursor: int) -> int:
        """The cursor a viewer says it shows, held to what it can have seen."""
        return min(max(cursor, self.acked), self.shown)

    async def _pause(self, changed: asyncio.Event) -> None:
        """Let a flush interval pass; the end of the reply cuts it short."""
        until = time.monotonic() + self.live.pause
        while self.live.ending is None and (left := until - time.monotonic()) > 0:
            changed.clear()
            try:
                await asyncio.wait_for(changed.wait(), left)
            except TimeoutError:
                return

    async def _window(self) -> None:
        while self._seq - self._acked_seq >= self._unacked_frames:
            self._ack.clear()
            try:
                await asyncio.wait_for(self._ack.wait(), self._unacked_seconds)
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
            )
        )
        if live.status.waiting:
            await self._say(live.status)

    async def _update(self) -> None:
        if self.live.status != self._status and self.live.status.waiting:
            await self._say(self.live.status)
        self._status = self.live.status
        if self._html:
            await self._html_delta()
        else:
            await self._text_delta()

    async def _html_delta(self) -> None:
        shown = self.live.shown()
        self._version = shown.version
        reasoning = self.live.reasoning[self._reasoning :]
        if shown.blocks == self._blocks and shown.cursor == self.shown and not reasoning:
            return
        patch = diff_blocks(self._blocks, shown.blocks)
        self._blocks = shown.blocks
        self._reasoning += len(reasoning)
        await self._send(
            protocol.GenerationDelta(
                generation=self.live.held.generation_id,
                seq=self._number(shown.cursor),
                cursor=shown.cursor,
                blocks=patch["n"],
                patch=patch["p"],
                reasoning=reasoning or None,
            )
        )

    async def _text_delta(self) -> None:
        live = self.live
        self._version = live.version
        if live.cursor < self.shown:
            await self._snapshot()
            return
        added = live.text[self.shown :]
        reasoning = live.reasoning[self._reasoning :]
        if not added and not reasoning:
            return
        self._reasoning += len(reasoning)
        await self._send(
            protocol.GenerationDelta(
                generation=live.held.generation_id,
                seq=self._number(live.cursor),
                cursor=live.cursor,
                append=added,
                reasoning=reasoning or None,
            )
        )

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
