"""Attached files that nobody has any more are removed once an hour, beside everything else."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from django.db import Error as DatabaseFault

from conversations.store.blobs import Busy
from conversations.store.sweeping import sweep_steps
from conversations.store.threads import in_database

log = logging.getLogger(__name__)

FIRST_SECONDS: Final = 60.0
EVERY_SECONDS: Final = 3_600.0


async def sweep_attachments_for_ever() -> None:
    """To be cancelled. What cannot be swept now is swept the next time."""
    await asyncio.sleep(FIRST_SECONDS)
    while True:
        try:
            removed = await sweep_attachments()
        except (DatabaseFault, OSError) as error:
            log.warning("Attached files could not be swept, the next try is in an hour: %s", error)
        else:
            if removed:
                log.info("%d attached files that nobody has any more were removed", removed)
        await asyncio.sleep(EVERY_SECONDS)


async def sweep_attachments() -> int:
    """One sweep, in many short steps; returns how much it removed."""
    removed = 0
    for step in await asyncio.to_thread(list, sweep_steps()):
        try:
            removed += await in_database(step)
        except Busy:
            continue
    return removed
