"""Storing what a replay brought, however long the database takes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError

from conversations.store.threads import in_database

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

RETRY_SECONDS: Final = 1.0
"""Between tries to store something that the database did not take."""


async def surely(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """`in_database`, again until the database is there: the end of what was paid for is never dropped."""
    while True:
        try:
            return await in_database(work, *args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            log.warning("A replay could not be stored yet: %s", error)
            await asyncio.sleep(RETRY_SECONDS)
