"""From DATABASE_URL to Django's database settings. SQLite by default, PostgreSQL by a postgres:// address."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from chatsite.env import BadSetting, Env

SHAPES = "postgres://user:password@host:5432/name or sqlite:////full/path/of/the/file"


def database_settings(env: Env, data_dir: Path) -> dict[str, Any]:
    """Return the value of DATABASES["default"].

    Raises `BadSetting`, which never shows the address: it may hold a password.
    """
    url = env.text("DATABASE_URL")
    if not url:
        return sqlite_settings(data_dir / "chatsite.sqlite3")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadSetting(f"DATABASE_URL is not an address. It must look like {SHAPES}.") from error
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1:
        return sqlite_settings(Path(unquote(parts.path[1:])))
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise BadSetting(f"DATABASE_URL must look like {SHAPES}.")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    # Per process. The wait is short: a request that cannot get a connection is better told so than kept.
    options["pool"] = {
        "min_size": env.integer("DATABASE_POOL_MIN", 2, low=0, high=1000),
        "max_size": env.integer("DATABASE_POOL_MAX", 10, low=1, high=1000),
        "timeout": env.seconds("DATABASE_POOL_TIMEOUT", 5),
    }
    if options["pool"]["min_size"] > options["pool"]["max_size"]:
        raise BadSetting("DATABASE_POOL_MIN must not be larger than DATABASE_POOL_MAX.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 0,  # under ASGI a kept connection is never given back; the pool keeps them instead
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def sqlite_settings(path: Path) -> dict[str, Any]:
    """Settings for one SQLite file used by one server process.

    IMMEDIATE makes a transaction take the write lock at its start: a deferred one that writes later
    fails at once with SQLITE_BUSY_SNAPSHOT, whatever the time-out. WAL with synchronous=NORMAL loses
    nothing when the process dies, and at a power cut may lose the last transactions, never consistency.
    Foreign keys are turned on by Django itself.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,  # seconds to wait for another writer
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
