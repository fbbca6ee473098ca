"""Files that need a decoder are prepared in another process, with limits of time and memory.

A picture can unfold to gigabytes, a PDF can refer to itself for ever, and decoders have faults that nobody
has found yet. What happens to `worker.py` over such a file happens there: it is ended, and started again for
the next one.
"""

from __future__ import annotations

import atexit
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from conversations.processes import WorkerProcess

SECONDS: Final = 10.0
"""For one file: the largest picture allowed takes about two on a slow machine."""

_logger = logging.getLogger(__name__)


class Unusable(Exception):
    """The file cannot be kept; the message says why, as the end of the sentence “It …”."""


@dataclass(frozen=True)
class Image:
    """A picture as it was made anew. `animated`: it was, and this is its first frame."""

    media_type: str
    width: int
    height: int
    animated: bool


class Preparer:
    """One file at a time, from any thread but the event loop's: it blocks."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._worker = WorkerProcess("conversations.attachments.worker")

    def image(self, source: Path, target: Path, thumbnail: Path, *, pixels: int) -> Image:
        """Write the picture anew to `target`, and a small one to `thumbnail`. pixels: at most so many.

        Raises Unusable.
        """
        paths = {"source": str(source), "target": str(target), "thumbnail": str(thumbnail)}
        return Image(**self._ask({"do": "image", "pixels": pixels, **paths}))

    def pdf_pages(self, source: Path) -> int:
        """The number of pages. Raises Unusable."""
        return int(self._ask({"do": "pdf_pages", "source": str(source)})["pages"])

    def pdf_text(self, source: Path, *, characters: int) -> str:
        """The text of its pages up to so many characters, which may be none. Raises Unusable."""
        job = {"do": "pdf_text", "source": str(source), "characters": characters}
        return str(self._ask(job)["text"])

    def close(self) -> None:
        """End the worker. A later file starts it again."""
        self._worker.close()

    def _ask(self, job: dict[str, Any]) -> dict[str, Any]:
        line = json.dumps({**job, "seconds": self._seconds}).encode() + b"\n"
        try:
            reply = self._worker.ask(line)
        except OSError as error:
            _logger.exception("The process that prepares attached files could not be started.")
            raise Unusable("could not be read just now. Try again in a moment") from error
        if reply is None:
            raise Unusable("takes too long or too much memory to read")
        answer: dict[str, Any] = json.loads(reply)
        if "refused" in answer:
            raise Unusable(answer["refused"])
        return answer


PREPARER = Preparer()
"""Prepares the files of this process."""
atexit.register(PREPARER.close)
