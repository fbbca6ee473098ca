"""A viewer of a reply: does with each frame what a browser does, and notices what it could not follow."""

from __future__ import annotations

import asyncio

from conversations import protocol
from conversations.rendering import apply_patch
from conversations.turns.live import LiveGeneration
from conversations.turns.viewing import Stalled, Viewer
from conversations.views.timeline import tools_frame
from tests.invariants import Shown


class Screen:
    """`acks`: acknowledges every frame. `may_shrink`: a stop may cut off what only others showed."""

    def __init__(
        self,
        live: LiveGeneration,
        format: protocol.Format,
        *,
        acks: bool = True,
        may_shrink: bool = False,
        unacked_frames: int = 16,
        unacked_seconds: float = 15.0,
    ) -> None:
        self.frames: list[protocol.Outbound] = []
        self.text = ""
        self.blocks: list[str] = []
        self.reasoning = ""
        self.tools: protocol.GenerationTools | None = None
        self.refusal = ""
        self.cursor = 0
        self.end: protocol.GenerationEnd | None = None
        self.arrived = asyncio.Event()
        self._live = live
        self._seq: int | None = None
        self._acks = acks
        self._may_shrink = may_shrink
        self._html = format == "html"
        self.viewer = Viewer(
            live,
            self._receive,
            format=format,
            tools_frame=tools_frame,
            unacked_frames=unacked_frames,
            unacked_seconds=unacked_seconds,
        )
        self.task = asyncio.create_task(self.viewer.run())

    @property
    def shown(self) -> Shown:
        """What stands here after the end."""
        assert self.end is not None
        return Shown(
            self.end.generation,
            self.end.state,
            self.end.hash,
            None if self._html else self.text,
            tuple(self.blocks) if self._html else None,
        )

    @property
    def unacknowledged(self) -> int:
        """Frames of this subscription, if none was acknowledged."""
        return self._seq or 0

    async def left(self) -> None:
        """Wait for the viewer to go. It must have shown the end, unless there was none or it was given up."""
        try:
            await self.task
        except (Stalled, asyncio.CancelledError):
            return
        assert (self.end is None) == (self._live.ending is None)

    def acknowledge(self) -> None:
        """Say that everything is applied."""
        if self._seq is not None:
            self.viewer.acknowledge(self._seq)

    async def _receive(self, frame: protocol.Outbound) -> None:
        assert self.end is None, "a frame after the end"
        self.frames.append(frame)
        match frame:
            case protocol.GenerationSnapshot():
                self._snapshot(frame)
            case protocol.GenerationDelta():
                self._delta(frame)
            case protocol.GenerationEnd():
                assert frame.cursor == self.cursor
                self.end = frame
            case protocol.GenerationState():
                pass
            case protocol.GenerationTools():
                self.tools = frame
            case _:
                raise AssertionError(f"not a frame of a reply: {frame}")
        if self._acks:
            self.acknowledge()
        self.arrived.set()

    def _snapshot(self, frame: protocol.GenerationSnapshot) -> None:
        self.text, self.blocks = frame.text or "", list(frame.blocks or ())
        self.reasoning = frame.reasoning or ""
        self.refusal = frame.refusal or ""
        self._move(frame.seq, frame.cursor)

    def _delta(self, frame: protocol.GenerationDelta) -> None:
        assert self._seq is not None and frame.seq == self._seq + 1, "a gap, or a frame twice"
        if frame.append is not None:
            self.text += frame.append
        if frame.blocks is not None:
            self.blocks = apply_patch(self.blocks, {"n": frame.blocks, "p": frame.patch or []})
        self.reasoning += frame.reasoning or ""
        self.refusal += frame.refusal or ""
        self._move(frame.seq, frame.cursor)

    def _move(self, seq: int, cursor: int) -> None:
        assert self._may_shrink or cursor >= self.cursor, "the text has shrunk"
        assert self._html or cursor == len(self.text)
        self._seq, self.cursor = seq, cursor
