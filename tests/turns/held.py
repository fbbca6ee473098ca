"""The database held by somebody else, as a backup or an administrator's console may hold it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_TABLES = "conversations_conversation, conversations_message, conversations_generation"


@contextmanager
def database_held() -> Iterator[None]:
    """Nobody else can write within the block. (Entered and left in one thread.)"""
    if connection.vendor == "sqlite":
        other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, timeout=10)
        try:
            other.execute("BEGIN EXCLUSIVE")
            yield
        finally:
            other.close()
        return
    import psycopg

    names = connection.settings_dict
    with psycopg.connect(
        dbname=names["NAME"],
        user=names["USER"],
        password=names["PASSWORD"],
        host=names["HOST"],
        port=names["PORT"],
    ) as held:
        held.execute(f"LOCK TABLE {_TABLES} IN ACCESS EXCLUSIVE MODE")
        yield
