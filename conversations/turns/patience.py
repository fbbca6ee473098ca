"""What must be stored is tried again for as long as the database is away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError

T = TypeVar("T")
log = logging.getLogger(__name__)

RETRY_SECONDS = (0.1, 0.3, 1.0, 2.0)
"""Between tries; the last one is used until it works or the caller is cancelled."""


async def patiently(store: Callable[[], Awaitable[T]]) -> T:
    """What `store` returns once it does. Other faults than an absent database are raised."""
    tries = 0
    while True:
        try:
            return await store()
        except (OperationalError, InterfaceError) as error:
            log.warning("A reply or replay could not be stored yet: %s", error)
            await asyncio.sleep(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
            tries += 1
