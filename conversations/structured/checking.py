"""The final check against a JSON Schema, in another process with a time limit.

A schema is a person's text: its regular expressions can take exponential time inside one call of C code that
holds the interpreter's lock, and its references can multiply without end. No thread can be taken back from
that, so the check runs in one worker process (`worker.py`), which a timer ends. It starts with the first
check and is started again after it was ended.
"""

from __future__ import annotations

import atexit
import json
import logging
from dataclasses import dataclass

from conversations.processes import WorkerProcess
from conversations.structured.early import Schema
from conversations.structured.paths import Path

CHECK_SECONDS = 1.0
"""For one check; starting the worker is not counted."""

_logger = logging.getLogger(__name__)


class Unchecked(Exception):
    """The schema could not be applied; the message says why, as the end of a sentence."""


@dataclass(frozen=True)
class Misfit:
    """Where a value does not fit its schema, and how, in the words of `jsonschema`."""

    path: Path
    message: str


class Checker:
    """One check at a time, from any thread but the event loop's: it blocks."""

    def __init__(self, *, seconds: float = CHECK_SECONDS) -> None:
        self._seconds = seconds
        self._worker = WorkerProcess("conversations.structured.worker")

    def check(self, schema: Schema, text: str | None) -> Misfit | None:
        """Where the JSON `text` does not fit the schema; with None, where the schema is not one.

        Raises Unchecked.
        """
        job = json.dumps({"schema": schema, "text": text, "seconds": self._seconds}).encode() + b"\n"
        try:
            reply = self._worker.ask(job)
        except OSError as error:
            _logger.exception("The process that checks JSON schemas could not be started.")
            raise Unchecked("the site could not start the check") from error
        if reply is None:
            raise Unchecked("it took too long")
        answer = json.loads(reply)
        if answer["refused"] is not None:
            raise Unchecked(answer["refused"])
        if answer["message"] is None:
            return None
        return Misfit(tuple(answer["path"]), answer["message"])

    def close(self) -> None:
        """End the worker. A later check starts it again."""
        self._worker.close()


CHECKER = Checker()
"""Judges the replies of this process."""

EDITOR_CHECKER = Checker()
"""Checks schemas as they are typed, apart, so that no reply waits for what somebody tries out."""

for _checker in (CHECKER, EDITOR_CHECKER):
    atexit.register(_checker.close)
