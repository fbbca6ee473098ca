"""`manage.py serve`: run the site on HOST and PORT until SIGTERM or Ctrl-C."""

import fcntl
import os
import sys
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from chatsite.origins import LOOPBACK_HOSTS


class Command(BaseCommand):
    """Refuses in one line (exit status 1) when the address is taken, or the data folder in use."""

    help = "Run the site on HOST and PORT (127.0.0.1:8000) until it is told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the lock, look at the database, and serve."""
        lock = take_lock(settings.DATA_DIR / "serve.lock") if uses_sqlite() else None
        try:
            refuse_old_database()
            self.run_site()
        finally:
            if lock is not None:
                lock.close()

    def run_site(self) -> None:
        """Run until a signal; what cannot start is told in one line."""
        from chatsite.demo import DemoFailed
        from chatsite.server import CannotListen, Site  # installs the reactor: not at import time

        try:
            Site(on_ready=self.tell_ready).run()
        except CannotListen as error:
            where = f"{settings.HOST}:{settings.PORT}"
            raise CommandError(
                f"Chatsite cannot listen on {where}: {error} Stop what runs there, or set another PORT."
            ) from error
        except DemoFailed as error:
            raise CommandError(str(error)) from error

    def tell_ready(self, port: int) -> None:
        """Print the address people open, as the last line of the start."""
        host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
        if not settings.SITE_URL and host not in LOOPBACK_HOSTS:
            self.stdout.write(
                "SITE_URL is not set, so only this machine's own names are answered. "
                f"For other machines set it, for example SITE_URL=http://name-of-this-machine:{port}"
            )
        if settings.DEMO:
            self.stdout.write("Demo: replies are canned. Set COMPLETIONS_API_KEY for real ones.")
        self.stdout.write(f"Chatsite is ready: {settings.SITE_URL or f'http://{host}:{port}'}/")
        self.stdout.flush()
        sys.stdout.flush()


def uses_sqlite() -> bool:
    """Whether the database is a file, which one server process at a time may serve."""
    return connections[DEFAULT_DB_ALIAS].vendor == "sqlite"


def take_lock(path: Path) -> IO[str]:
    """Lock the data folder for this process; the system lets go of the lock however the process ends."""
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        owner = file.read(20).strip() or "unknown"
        file.close()
        raise CommandError(
            f"Another Chatsite (process {owner}) already serves the data folder {path.parent}. "
            "Stop it first, or set another DATA_DIR."
        ) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def refuse_old_database() -> None:
    """Raise `CommandError` when the database does not answer or lacks a migration of this version."""
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        raise CommandError(f"The database does not answer: {str(error).strip()}") from error
    finally:
        connection.close()
    if pending:
        raise CommandError(f"The database is {len(pending)} migrations behind. Run: manage.py migrate")
