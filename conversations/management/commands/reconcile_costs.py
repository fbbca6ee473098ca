"""`manage.py reconcile_costs`: ask the provider what calls cost that were stopped, cut or estimated."""

import asyncio
from argparse import ArgumentTypeError
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from conversations.completions import CompletionError
from conversations.store.spending import GIVE_UP_DAYS
from conversations.store.threads import close_threads
from conversations.turns.reconcile import NothingToAsk, Report, reconcile
from conversations.turns.upstream import connect


class Command(BaseCommand):
    """May run while the site does, and as often as one likes."""

    help = "Ask the provider what calls cost that were stopped, cut or estimated, and enter what it says."

    def add_arguments(self, parser: CommandParser) -> None:
        """How far to go back."""
        parser.add_argument(
            "--since",
            type=_day,
            metavar="YYYY-MM-DD",
            help=f"the first day (UTC) whose calls are asked about; {GIVE_UP_DAYS} days ago by itself",
        )

    def handle(self, *args: Any, since: datetime | None = None, **options: Any) -> None:
        """Ask once, and say what came of it."""
        if settings.DEMO:
            raise CommandError("This is the demo: its completions server forgets everything when it ends.")
        try:
            report = asyncio.run(ask(since or timezone.now() - timedelta(days=GIVE_UP_DAYS)))
        except NothingToAsk as told:
            raise CommandError(f"The server does not say what it charged ({told}).") from told
        except CompletionError as error:
            raise CommandError(f"The server could not be asked: {error.detail or error.kind}") from error
        finally:
            close_threads()
        if not report.asked:
            self.stdout.write("There is no call whose cost is open.")
            return
        self.stdout.write(
            f"Calls asked about: {report.asked}. Found: {report.found}, ${report.usd.normalize():f} together."
            f" Still open: {report.asked - report.found}."
        )


async def ask(since: datetime) -> Report:
    """With a client of its own. Raises as `reconcile` does."""
    upstream = connect(base_url=settings.COMPLETIONS_BASE_URL, api_key=settings.COMPLETIONS_API_KEY)
    try:
        return await reconcile(upstream.billing, since=since)
    finally:
        await upstream.client.aclose()


def _day(text: str) -> datetime:
    """The first moment of a day."""
    try:
        return datetime.combine(date.fromisoformat(text), time.min, tzinfo=UTC)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day, such as 2026-01-31") from error
