"""The process that opens attached files; started by `preparing.py`.

One JSON object per line in, with what to `do`, paths and `seconds`; one out, with what was found, or with
`refused`, the end of the sentence “It …”. A timer of the kernel's ends the process when a file takes longer,
so that not even a worker whose parent was killed can stay. It ends itself when its input does.
"""

from __future__ import annotations

import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conversations.attachments.documents import pdf_pages, pdf_text
from conversations.attachments.images import make_anew
from conversations.attachments.preparing import Unusable
from conversations.processes import serve

FILE_LIMIT = 64 * 1024 * 1024
"""Bytes of a file that it may write."""


def _image(job: dict[str, Any]) -> dict[str, Any]:
    source, target, thumbnail = (Path(job[name]) for name in ("source", "target", "thumbnail"))
    return make_anew(source, target, thumbnail, pixels=job["pixels"])


def _pdf_pages(job: dict[str, Any]) -> dict[str, Any]:
    return {"pages": pdf_pages(Path(job["source"]))}


def _pdf_text(job: dict[str, Any]) -> dict[str, Any]:
    return {"text": pdf_text(Path(job["source"]), characters=job["characters"])}


_WORK: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "image": _image,
    "pdf_pages": _pdf_pages,
    "pdf_text": _pdf_text,
}


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """What is found, or why the file is refused."""
    try:
        return _WORK[job["do"]](job)
    except Unusable as error:
        return {"refused": str(error)}
    except MemoryError:
        return {"refused": "takes too much memory to read"}
    except Exception:  # decoders meet hostile files with exceptions of every kind
        return {"refused": "is damaged or cut off: it cannot be read to its end"}


def main() -> None:
    """Serve until the input ends."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))
    serve(answer)
