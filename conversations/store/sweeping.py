"""Remove what nobody has any more: files that were never sent, bytes without a row, rests of uploads.

Rows go before their bytes: whatever ends a sweep midway, bytes that are left over have no row, and the next
one finds them. Each step is short, as others wait for the database meanwhile.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from conversations.models import Attachment, Blob
from conversations.store import blobs

AT_A_TIME: Final = 500
INCOMING_SECONDS: Final = 3_600.0
"""An upload that takes longer has lost its connection before: it is a rest."""


def sweep_steps() -> Iterator[Callable[[], int]]:
    """Each is one unit of work and returns how much it removed; it may raise `blobs.Busy`."""
    yield expire_unsent
    yield remove_unused
    yield remove_rests
    for folder in sorted(blobs.folder().glob("??")):
        yield partial(remove_strays, folder)


def expire_unsent() -> int:
    """Files that no message and no draft has, a day after they came."""
    long_ago = timezone.now() - timedelta(seconds=settings.LIMITS.attachment_unsent_seconds)
    expired = Attachment.objects.filter(message=None, draft=None, created_at__lt=long_ago)
    count, _ = expired.delete()
    return count


def remove_unused() -> int:
    """Bytes that no attachment has any more, the oldest first."""
    with blobs.clearing():
        with transaction.atomic():
            unused = Blob.objects.filter(attachments=None).order_by("created_at")
            hashes = list(unused.values_list("pk", flat=True)[:AT_A_TIME])
            Blob.objects.filter(pk__in=hashes, attachments=None).delete()
        for sha256 in hashes:
            blobs.forget(sha256)
    return len(hashes)


def remove_strays(folder: Path) -> int:
    """Bytes in one of the folders that have no row: of a process that died in between."""
    with blobs.clearing():
        there = {path.name.removesuffix(blobs.THUMBNAIL) for path in folder.iterdir()}
        strays = there - set(Blob.objects.filter(pk__in=there).values_list("pk", flat=True))
        for sha256 in strays:
            blobs.forget(sha256)
    return len(strays)


def remove_rests() -> int:
    """What uploads left behind whose process died."""
    long_ago = time.time() - INCOMING_SECONDS
    folders = (blobs.folder() / "incoming").glob("*")
    rests = [folder for folder in folders if folder.stat().st_mtime < long_ago]
    for rest in rests:
        shutil.rmtree(rest, ignore_errors=True)
    return len(rests)
