"""Short verbs for attached files: attach one, as if it had been posted, send it, see what is kept."""

from __future__ import annotations

from pathlib import Path

from chatsite.accounts.models import User
from conversations.models import Attachment
from conversations.store.blobs import incoming
from conversations.store.claims import Claim
from conversations.store.receiving import attachment_receive
from conversations.store.turns import turn_start
from tests.attachments import samples
from tests.store.verbs import LEASE, new_id


def attach(person: User, data: bytes | None = None, name: str = "red.png") -> Attachment:
    """Keep a file for this person; a small red picture when the test does not care."""
    with incoming() as folder:
        received = folder / "received"
        received.write_bytes(samples.picture() if data is None else data)
        return attachment_receive(person=person, name=name, received=received, count=len)


def send(person: User, *files: Attachment, text: str = "Look", client_id: str = "") -> Claim:
    """Claim a new conversation whose first message has these files."""
    return turn_start(
        person=person,
        client_id=client_id or new_id(),
        text=text,
        conversation_id=None,
        parent_id=None,
        model=None,
        system_prompt=None,
        lease=LEASE,
        attachment_ids=[file.id for file in files],
    )


def kept(folder: Path) -> list[str]:
    """The names of all files in the folder of attached files."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and path.name != "lock")
