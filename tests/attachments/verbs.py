"""Short verbs for attached files: attach one, as if it had been posted, and say what it is."""

from __future__ import annotations

from chatsite.accounts.models import User
from conversations.models import Attachment
from conversations.store.blobs import incoming
from conversations.store.receiving import attachment_receive
from tests.attachments import samples


def attach(person: User, data: bytes | None = None, name: str = "red.png") -> Attachment:
    """Keep a file for this person; a small red picture when the test does not care."""
    with incoming() as folder:
        received = folder / "received"
        received.write_bytes(samples.picture() if data is None else data)
        return attachment_receive(person=person, name=name, received=received, count=len)
