"""The final check against a JSON Schema, in another process with a time limit.

A schema is a person's text: its regular expressions can take exponential time inside one call of C code that
holds the interpreter's lock, and its references can multiply without end. No thread can be taken back from
that, so the check runs in one worker process (`worker.py`), which a timer ends. It starts with the first
check and is started again after it was ended.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path as File

from conversations.structured.early import Schema
from conversations.structured.paths import Path

CHECK_SECONDS = 1.0
"""For one check; starting the worker is not counted."""

_COMMAND = (
    f"import sys; sys.path.insert(0, {str(File(__file__).parents[2])!r}); "
    "from conversations.structured.worker import main; main()"
)
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
        self._turn = threading.Lock()
        self._worker: subprocess.Popen[bytes] | None = None

    def check(self, schema: Schema, text: str | None) -> Misfit | None:
        """Where the JSON `text` does not fit the schema; with None, where the schema is not one.

        Raises Unchecked.
        """
        job = json.dumps({"schema": schema, "text": text, "seconds": self._seconds}).encode() + b"\n"
        with self._turn:
            reply = self._ask(job)
        if not reply.endswith(b"\n"):
            raise Unchecked("it took too long")
        answer = json.loads(reply)
        if answer["refused"] is not None:
            raise Unchecked(answer["refused"])
        if answer["message"] is None:
            return None
        return Misfit(tuple(answer["path"]), answer["message"])

    def close(self) -> None:
        """End the worker. A later check starts it again."""
        with self._turn:
            self._stop()

    def _ask(self, job: bytes) -> bytes:
        """The worker's line, or what there was of it when it ended."""
        try:
            worker = self._running()
        except OSError as error:
            _logger.exception("The process that checks JSON schemas could not be started.")
            raise Unchecked("the site could not start the check") from error
        reply = b""
        if worker.stdin is not None and worker.stdout is not None:
            with contextlib.suppress(BrokenPipeError):
                worker.stdin.write(job)
                worker.stdin.flush()
                reply = worker.stdout.readline()
        if not reply.endswith(b"\n"):
            self._stop()
        return reply

    def _running(self) -> subprocess.Popen[bytes]:
        if self._worker is None or self._worker.poll() is not None:
            self._stop()
            # A session of its own: Ctrl-C in a terminal is for the site, which then closes the worker.
            self._worker = subprocess.Popen(  # noqa: S603 (a constant command)
                [sys.executable, "-I", "-c", _COMMAND],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        return self._worker

    def _stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            worker.communicate()


CHECKER = Checker()
"""Judges the replies of this process."""

EDITOR_CHECKER = Checker()
"""Checks schemas as they are typed, apart, so that no reply waits for what somebody tries out."""

for _checker in (CHECKER, EDITOR_CHECKER):
    atexit.register(_checker.close)
