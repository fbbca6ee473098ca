"""How many files of one person are received at a time.

Preparing a file takes a thread, and at worst ten seconds of the one process that does it: nobody is to keep
that from everybody else.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from conversations.errors import Refused

_inside: Counter[int] = Counter()
_lock = threading.Lock()


@contextmanager
def at_most(person_id: int, limit: int) -> Iterator[None]:
    """Raises Refused when `limit` files of this person are being received already."""
    with _lock:
        if _inside[person_id] >= limit:
            raise Refused("too_many", f"{limit} files of yours are on their way. Wait for them.", retry=True)
        _inside[person_id] += 1
    try:
        yield
    finally:
        with _lock:
            _inside[person_id] -= 1
            if not _inside[person_id]:
                del _inside[person_id]
