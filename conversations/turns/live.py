"""One reply while it is being written: its text so far, what it waits for, and who wants to know.

The text only grows, until the end fixes it. `version` grows with everything that a viewer could show, so
that a viewer knows by comparing two numbers whether it is behind.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from conversations.models import State
from conversations.probabilities import TokenLog
from conversations.rendering import StreamRenderer
from conversations.script import PARAGRAPH
from conversations.store.claims import Claim
from conversations.store.generations import Checkpoint, Ending, Held
from conversations.store.rendered import id_prefix
from conversations.structured import JsonStream, Schema
from conversations.turns.call import Call
from conversations.turns.live_calls import LiveCalls
from conversations.turns.outcome import Outcome
from conversations.turns.pace import PACE
from conversations.turns.prices import Price

RENDER_SHARE = 0.05
"""Of the event loop's time, at most, that may go into rendering one reply."""


@dataclass(frozen=True)
class Status:
    """What a reply that shows nothing new is waiting for. `since` and `until`: `time.monotonic()` seconds."""

    state: State
    waiting: Literal["turn", "model", "retry", "tools", "person"] | None = None
    since: float = 0.0
    until: float | None = None
    message: str | None = None


@dataclass(frozen=True)
class Shown:
    """The reply as rendered at one version, from `length` code points, of which `blocks` show `cursor`."""

    version: int
    blocks: tuple[str, ...]
    cursor: int
    length: int
    at: float


class LiveGeneration:
    """Owned by the registry; written by the run, read by viewers and checkpoints, all on one event loop."""

    def __init__(self, claim: Claim) -> None:
        self.held = Held(claim.generation_id, claim.reply_id, claim.epoch)
        self.conversation_id: UUID = claim.conversation_id
        self.owner_id = claim.owner_id
        self.request_id = str(claim.asked_together or claim.generation_id)
        self.pays = claim.asked_together in (None, claim.generation_id)
        self.prefix = claim.prefix
        self.reasoning = claim.reasoning
        self.refusal = ""
        self.facts: dict[str, Any] = {}
        self._unstored_facts: dict[str, Any] = {}
        self._left_out: dict[str, Any] = {}
        self.status = Status(State.QUEUED, "turn", since=time.monotonic())
        self.version = 0
        self.ending: Ending | None = None
        self.outcome: Outcome | None = None
        self.stop_asked = False
        self.lost = False
        self.schema: Schema | None = None
        self.call: Call | None = None
        self.price: Price | None = None
        self.reserved_usd: Decimal | None = None
        self._reservation_stored = False
        self.calls = LiveCalls(self.touch)
        self.tokens = TokenLog()
        self.task: asyncio.Task[Outcome] | None = None
        self.over = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._text = claim.prefix
        self._parts: list[str] = []
        self._length = len(claim.prefix)
        self._paragraph = False
        self._stored = (len(claim.prefix), len(claim.reasoning))
        self._shown: Shown | None = None
        self._renderer: StreamRenderer | JsonStream | None = None
        self._rendering_pause = 0.0
        self._watchers: set[asyncio.Event] = set()

    # What the run writes

    def expect(self, schema: Schema | None) -> None:
        """The reply is to be JSON that fits this schema; None: any text."""
        self.schema = schema
        if schema is not None:
            self._renderer, self._shown = JsonStream(schema), None

    def learn(self, **facts: Any) -> None:
        """Columns of Generation that became known: stored with the next checkpoint, or with the end."""
        self.facts |= facts
        self._unstored_facts |= facts

    def add_text(self, text: str) -> None:
        if self.stop_asked:
            return  # read before the stop took effect, but shown to nobody
        if self._paragraph:
            text = text.lstrip("\n")
            if not text:
                return
            text, self._paragraph = PARAGRAPH + text, False
        self._parts.append(text)
        self._length += len(text)
        self._writing()

    def new_paragraph(self) -> None:
        """What comes next is another answer of the model: apart from what this reply has said so far."""
        self._paragraph = self._length > len(self.prefix)

    def add_reasoning(self, text: str) -> None:
        self.reasoning += text
        self._writing()

    def add_refusal(self, text: str) -> None:
        """The model declines: its words for that, beside the text."""
        if self.stop_asked:
            return
        self.refusal += text
        self.learn(refusal=self.refusal)
        self._writing()

    def wait_for(self, status: Status) -> None:
        self.status = status
        self.touch()

    def cut_to(self, cursor: int) -> None:
        """Forget what lies beyond `cursor`: it was not shown to the person who stopped the reply."""
        self._text = self.text[: max(cursor, len(self.prefix))]
        self._length = len(self._text)
        self.touch()

    def end(self, ending: Ending, outcome: Outcome) -> None:
        """The end is stored: tell the viewers."""
        self.ending, self.outcome = ending, outcome
        self._text, self._parts, self._length = ending.content, [], len(ending.content)
        self.status = Status(ending.state)
        self.calls.end(ending.state)
        self.leave()

    def leave(self) -> None:
        """Nothing more will be written here: it has ended, or is lost to somebody else."""
        self.over.set()
        self.touch()

    def _writing(self) -> None:
        if self.status.waiting is not None:
            self.status = Status(State.RUNNING)
        self.touch()

    def _highlighted_late(self) -> None:
        """Called by the highlighter, from its thread: the same text is to be rendered again."""
        self._loop.call_soon_threadsafe(self._render_again)

    def _render_again(self) -> None:
        if self._shown is not None:
            self._shown = replace(self._shown, length=-1)
        self.touch()

    def touch(self) -> None:
        """Something that can be shown has changed."""
        self.version += 1
        for event in self._watchers:
            event.set()

    # What others read

    @property
    def text(self) -> str:
        if self._parts:
            self._text += "".join(self._parts)
            self._parts.clear()
        return self._text

    @property
    def written(self) -> bool:
        """Nothing more will be added; the end is stored, or is about to be."""
        return self.task is not None and self.task.done()

    @property
    def cursor(self) -> int:
        """Code points of the text so far."""
        return self._length

    def shown(self) -> Shown:
        """The rendered reply, made anew at most once in each pause for all viewers."""
        now = time.monotonic()
        last = self._shown
        if self.ending is not None:
            return Shown(self.version, tuple(self.ending.blocks), self._length, self._length, now)
        if last is not None and last.length == self._length:
            self._shown = replace(last, version=self.version)
            return self._shown
        if last is not None and last.length > len(self.prefix) and now - last.at < self.pause:
            return last
        if self._renderer is None:
            self._renderer = StreamRenderer(
                id_prefix=id_prefix(self.held.message_id), on_late=self._highlighted_late
            )
        rendering = self._renderer.render(self.text)
        self._rendering_pause = (time.monotonic() - now) / RENDER_SHARE
        self._shown = Shown(self.version, rendering.blocks, rendering.cursor, self._length, now)
        return self._shown

    @property
    def pause(self) -> float:
        """Seconds between two renderings: longer when they are slow, and while the event loop is behind."""
        return max(PACE.pause, self._rendering_pause)

    def watch(self) -> asyncio.Event:
        """An event that is set whenever `version` grows, until `unwatch`."""
        event = asyncio.Event()
        self._watchers.add(event)
        return event

    def unwatch(self, event: asyncio.Event) -> None:
        self._watchers.discard(event)

    # What checkpoints read

    @property
    def unstored(self) -> int:
        """Code points, of text and reasoning, that the database does not have yet."""
        return self._length + len(self.reasoning) - self._stored[0] - self._stored[1]

    @property
    def facts_for_the_end(self) -> dict[str, Any]:
        """Those that no checkpoint has stored. The request among them may be as long as the conversation."""
        return self._left_out | self._unstored_facts

    def checkpoint(self) -> Checkpoint:
        changed = self._stored != (self._length, len(self.reasoning)) or bool(self._unstored_facts)
        calls = self.calls.unstored
        facts = dict(self._unstored_facts)
        usd = None if self._reservation_stored else self.reserved_usd
        return Checkpoint(self.held, self.text, self.reasoning, facts, changed or bool(calls), calls, usd)

    def leave_facts_out(self) -> None:
        """They cannot be stored with the text: only the end tries once more."""
        self._left_out |= self._unstored_facts
        self._unstored_facts.clear()
        self.calls.leave_out()

    def stored(self, point: Checkpoint) -> None:
        self._stored = (len(point.content), len(point.reasoning))
        self.calls.stored(point.calls)
        self._reservation_stored = self._reservation_stored or point.reserved_usd is not None
        for name, value in point.facts.items():
            if self._unstored_facts.get(name) is value:
                del self._unstored_facts[name]
