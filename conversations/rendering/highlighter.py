"""Syntax highlighting outside this process, with a memory of results.

One thread feeds one worker process (`worker.py`), started at the first request. A job that takes
longer than its time kills the worker, and its code stays plain from then on. The worker ends when this
process does, however it ends, because its input closes.

Vocabulary: a *fence* is (language, code); its *highlight* is HTML, or None for "stays plain"; *unknown* means
nobody has worked it out yet.
"""

import contextlib
import json
import logging
import subprocess
import sys
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from conversations.rendering.mathml import FORMULA_LANGUAGES

CODE_LIMIT = 20_000
"""Code points of a fence; longer code stays plain."""

LINE_LIMIT = 400
"""Code points of one line of it: several lexers are quadratic in the length of a line."""

JOB_SECONDS = 1.0
"""Time for one job; then its worker is ended and a new one started."""

QUEUE_LIMIT = 500
CACHE_CHARACTERS = 16_000_000
HIGHLIGHT_LIMIT = 256_000
"""Characters of HTML of one fence; larger results are not used."""

_COMMAND = (
    f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r}); "
    "from conversations.rendering.worker import main; main()"
)
_logger = logging.getLogger(__name__)


class Fence(NamedTuple):
    """A code block: language name in lower case, and code as written."""

    language: str
    code: str


class Highlight(NamedTuple):
    """What is known of a fence; `html` None: it stays plain."""

    html: str | None


PLAIN = Highlight(None)


class Highlighter:
    """Highlights of fences, worked out one at a time in a worker process. Safe to use from any thread."""

    def __init__(self, *, job_seconds: float = JOB_SECONDS, cache_characters: int = CACHE_CHARACTERS) -> None:
        self._job_seconds = job_seconds
        self._cache_characters = cache_characters
        self._changed = threading.Condition()
        self._cache: OrderedDict[Fence, Highlight] = OrderedDict()
        self._cached_characters = 0
        self._queue: deque[Fence] = deque()
        self._waiting: dict[Fence, set[Callable[[], None]]] = {}
        self._thread: threading.Thread | None = None
        self._worker: subprocess.Popen[bytes] | None = None
        self._closing = False

    def find(self, fence: Fence) -> Highlight | None:
        """The highlight, or None while it is unknown. Never blocks on work."""
        if fence.language not in FORMULA_LANGUAGES.values() and _too_large(fence.code):
            return PLAIN
        with self._changed:
            known = self._cache.get(fence)
            if known is not None:
                self._cache.move_to_end(fence)
            return known

    def request(self, fence: Fence, on_ready: Callable[[], None] | None = None) -> None:
        """Ask for a highlight. `on_ready` is called once, from the highlighter's thread, when it is known.

        With `QUEUE_LIMIT` fences waiting the request is dropped: ask again later.
        """
        with self._changed:
            if self._closing:
                return
            if fence not in self._waiting:
                if len(self._queue) >= QUEUE_LIMIT:
                    return
                self._waiting[fence] = set()
                self._queue.append(fence)
                self._changed.notify_all()
            if on_ready is not None:
                self._waiting[fence].add(on_ready)
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="highlighter", daemon=True)
                self._thread.start()

    def wait(self, fences: Iterable[Fence], *, seconds: float) -> None:
        """Block until each fence is known, or for that long."""
        wanted = [fence for fence in dict.fromkeys(fences) if self.find(fence) is None]
        for fence in wanted:
            self.request(fence)
        with self._changed:
            self._changed.wait_for(lambda: not any(fence in self._waiting for fence in wanted), seconds)

    def close(self) -> None:
        """End the worker and the thread; what was waiting stays unknown. It may be used again."""
        with self._changed:
            thread = self._thread
            self._closing = True
            self._queue.clear()
            self._waiting.clear()
            if self._worker is not None:
                self._worker.kill()
            self._changed.notify_all()
        if thread is not None:
            thread.join()
        with self._changed:
            self._thread = None
            self._closing = False

    def _serve(self) -> None:
        while (fence := self._next()) is not None:
            result = self._work(fence)
            with self._changed:
                callbacks = self._waiting.pop(fence, set())
                if result is not None and not self._closing:
                    self._remember(fence, result)
                self._changed.notify_all()
            for callback in callbacks:
                try:
                    callback()
                except (
                    Exception
                ):  # a subscriber's failure (its loop may be closed) must not end highlighting for all
                    _logger.exception("A callback of the highlighter failed.")
        self._stop_worker()

    def _next(self) -> Fence | None:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closing)
            return None if self._closing else self._queue.popleft()

    def _work(self, fence: Fence) -> Highlight | None:
        """The highlight, or None where this says nothing about the fence: no worker could be started."""
        started = time.monotonic()
        job = {"language": fence.language, "code": fence.code, "seconds": self._job_seconds}
        reply = b""
        try:
            worker = self._running_worker()
        except OSError:
            _logger.exception("The highlighting process could not be started; code is shown plain.")
            return None
        if worker is None:
            return None
        if worker.stdin is not None and worker.stdout is not None:
            with contextlib.suppress(BrokenPipeError):
                worker.stdin.write(json.dumps(job).encode() + b"\n")
                worker.stdin.flush()
                reply = worker.stdout.readline()
        if not reply.endswith(b"\n"):
            self._stop_worker()
            if not self._closing:
                spent = time.monotonic() - started
                _logger.warning("Highlighting %.40r code was given up after %.1f s.", fence.language, spent)
            return PLAIN
        markup: str | None = json.loads(reply)["html"]
        return PLAIN if markup is None or len(markup) > HIGHLIGHT_LIMIT else Highlight(markup)

    def _running_worker(self) -> subprocess.Popen[bytes] | None:
        with self._changed:
            if self._closing:
                return None
            if self._worker is None:
                # A session of its own: Ctrl-C in a terminal is for the site, which then closes the worker.
                self._worker = subprocess.Popen(  # noqa: S603 (a constant command)
                    [sys.executable, "-I", "-c", _COMMAND],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            return self._worker

    def _stop_worker(self) -> None:
        with self._changed:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            worker.communicate()

    def _remember(self, fence: Fence, result: Highlight) -> None:
        self._cache[fence] = result
        self._cached_characters += _size(fence, result)
        while self._cached_characters > self._cache_characters:
            self._cached_characters -= _size(*self._cache.popitem(last=False))


def _too_large(code: str) -> bool:
    return len(code) > CODE_LIMIT or any(len(line) > LINE_LIMIT for line in code.splitlines())


def _size(fence: Fence, result: Highlight) -> int:
    return len(fence.language) + len(fence.code) + len(result.html or "")
