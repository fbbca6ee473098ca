"""`manage.py sweep_attachments`: remove attached files nobody has any more, as the site does each hour."""

from typing import Any

from django.core.management.base import BaseCommand

from conversations.store.blobs import Busy
from conversations.store.sweeping import sweep_steps


class Command(BaseCommand):
    """May run beside the site."""

    help = (
        "Remove attached files that were never sent, or whose conversation is gone; safe while people upload."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do every step, and say how much was removed."""
        removed = busy = 0
        for step in sweep_steps():
            try:
                removed += step()
            except Busy:
                busy += 1
        self.stdout.write(f"Removed: {removed}.")
        if busy:
            self.stdout.write(f"{busy} steps were left out, as files were just being kept. Run it again.")
