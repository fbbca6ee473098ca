"""Storing what a replay brought, however long the database takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from conversations.store.threads import in_database
from conversations.turns.patience import patiently

P = ParamSpec("P")
T = TypeVar("T")


async def surely(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """`in_database`, again until the database is there: the end of what was paid for is never dropped."""
    return await patiently(lambda: in_database(work, *args, **kwargs))
