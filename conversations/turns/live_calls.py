"""The tool calls of a reply while it is written: how each stands, which of them a person is asked about, and
what the database does not have yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

from conversations.models import CallState, State
from conversations.store.tool_calls import CallRecord

Answer = Literal["approve", "deny", "always"]
"""always: approve this call, and do not ask about its tool again in this conversation."""


class LiveCalls:
    """Written by the run and by what people answer, read by viewers and checkpoints, all on one event loop.

    version: grows with every change. approved: names of tools that need not ask. earlier: the calls of the
    cut reply that this one continues.
    """

    def __init__(self, touch: Callable[[], None]) -> None:
        self.version = 0
        self.approved: set[str] = set()
        self.earlier: tuple[CallRecord, ...] = ()
        self._touch = touch
        self._records: dict[UUID, CallRecord] = {}
        self._unstored: dict[UUID, CallRecord] = {}
        self._asked: dict[UUID, asyncio.Future[bool]] = {}

    @property
    def records(self) -> tuple[CallRecord, ...]:
        """Those of this reply, in the order asked."""
        return tuple(self._records.values())

    @property
    def shown(self) -> tuple[CallRecord, ...]:
        """With those of what it continues."""
        return self.earlier + self.records

    def add(self, records: Iterable[CallRecord]) -> None:
        """Calls that were just stored."""
        self._records |= {record.id: record for record in records}
        self._changed()

    def change(self, call_id: UUID, **columns: Any) -> None:
        """How one stands now."""
        record = replace(self._records[call_id], **columns)
        self._records[call_id] = self._unstored[call_id] = record
        self._changed()

    def in_state(self, *states: CallState) -> list[CallRecord]:
        """Those that stand so now."""
        return [record for record in self._records.values() if record.state in states]

    def end(self, reply: State) -> None:
        """The reply ended, and is stored: so did its calls."""
        if any(record.live for record in self._records.values()):
            self._records = {key: record.ended_with(reply) for key, record in self._records.items()}
            self._changed()

    # The person

    async def answer(self, call_id: UUID, *, seconds: float) -> bool | None:
        """Wait for the person's word: whether the call may run; None when none came in time."""
        if self._records[call_id].name in self.approved:
            return True
        self._asked[call_id] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                return await self._asked[call_id]
        except TimeoutError:
            return None
        finally:
            del self._asked[call_id]

    def decide(self, call_id: UUID, answer: Answer) -> bool:
        """What the person said. False: nobody is asked about this call any more."""
        waiting = self._asked.get(call_id)
        if waiting is None or waiting.done():
            return False
        if answer == "always":
            self.approved.add(self._records[call_id].name)
        for other, future in self._asked.items():
            same = answer == "always" and self._records[other].name in self.approved
            if (other == call_id or same) and not future.done():
                future.set_result(answer != "deny")
        return True

    # Checkpoints

    @property
    def unstored(self) -> tuple[CallRecord, ...]:
        """Those that do not stand as they are stored."""
        return tuple(self._unstored.values())

    def stored(self, records: Iterable[CallRecord]) -> None:
        """The database has these."""
        for record in records:
            if self._unstored.get(record.id) is record:
                del self._unstored[record.id]

    def leave_out(self) -> None:
        """What is not stored cannot be."""
        self._unstored.clear()

    def _changed(self) -> None:
        self.version += 1
        self._touch()
