"""`manage.py protocol_page`: bring docs/protocol.md up to date after a change of the protocol."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from conversations.protocol_page import renewed


class Command(BaseCommand):
    """Writes the page only when something on it is out of date."""

    help = "Bring docs/protocol.md up to date with conversations/protocol.py."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the page's parts anew, and say whether that changed anything."""
        page = settings.BASE_DIR / "docs" / "protocol.md"
        before = page.read_text("utf-8")
        after = renewed(before)
        if after == before:
            self.stdout.write("docs/protocol.md is up to date.")
            return
        page.write_text(after, "utf-8")
        self.stdout.write("docs/protocol.md was brought up to date.")
