"""A worker process that does one job at a time: for work that may take for ever or fill the memory.

`WorkerProcess` is this side of it, `serve` the worker's. A job is one line in, its answer one line out. The
worker ends itself when its input does, so it never outlives this process, and a timer of the kernel's ends it
over a job that takes too long, so that not even a worker whose parent was killed can stay.
"""

from __future__ import annotations

import contextlib
import json
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

MEMORY_LIMIT = 1024 * 1024 * 1024
_ROOT = str(Path(__file__).parents[1])


class WorkerProcess:
    """Runs the function `main` of a module, from the first job on. Blocks: not for the event loop."""

    def __init__(self, module: str) -> None:
        self._command = f"import sys; sys.path.insert(0, {_ROOT!r}); from {module} import main; main()"
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, job: bytes) -> bytes | None:
        """The answer to a job, each a line with its end. None: the worker ended over it.

        Raises OSError when no process can be started.
        """
        with self._turn:
            process = self._running()
            reply = b""
            if process.stdin is not None and process.stdout is not None:
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.write(job)
                    process.stdin.flush()
                    reply = process.stdout.readline()
            if reply.endswith(b"\n"):
                return reply
            self._stop()
            return None

    def close(self) -> None:
        """End the worker. A later job starts it again."""
        with self._turn:
            self._stop()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._stop()
            # A session of its own: Ctrl-C in a terminal is for the site, which then closes the worker.
            self._process = subprocess.Popen(  # noqa: S603 (the module's name is a constant of ours)
                [sys.executable, "-I", "-c", self._command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def serve(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Be the worker: answer jobs, JSON objects that say their `seconds`, until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    for line in sys.stdin.buffer:
        job = json.loads(line)
        signal.setitimer(signal.ITIMER_REAL, job["seconds"])
        result = answer(job)
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.stdout.buffer.write(json.dumps(result).encode() + b"\n")
        sys.stdout.buffer.flush()
