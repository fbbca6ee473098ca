"""The tool that reads attached files: of this conversation, of this person, in parts that fit."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from chatsite.accounts.models import User
from chatsite.limits import DEFAULTS
from conversations.store.attachments import attachments_link
from conversations.store.claims import Claim
from conversations.store.threads import in_database
from conversations.tools import ToolContext
from conversations.tools.builtin.read_attachment import PART
from tests.attachments import samples
from tests.attachments.verbs import attach
from tests.store.verbs import message_of, start
from tests.tools.calling import called, context, refused

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def attachments_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"


async def sent(person: User, files: dict[str, bytes]) -> Claim:
    """A message with these files."""

    def send() -> Claim:
        claim = start(person, "Look at these")
        attachments_link(message_of(claim), [attach(person, data, name) for name, data in files.items()])
        return claim

    return await in_database(send)


def of(person: User, claim: Claim) -> ToolContext:
    return context(person.pk, claim.conversation_id, claim.reply_id)


async def test_a_text_file_is_read(alice: User) -> None:
    claim = await sent(alice, {"notes.txt": b"Buy milk", "other.txt": b"Nothing"})
    assert await called("read_attachment", of(alice, claim), name="notes.txt") == "Buy milk"


async def test_the_text_of_a_pdf_is_read_and_a_picture_has_none(alice: User) -> None:
    claim = await sent(alice, {"a.pdf": samples.pdf(text="Quarterly figures"), "b.png": samples.picture()})
    assert "Quarterly figures" in await called("read_attachment", of(alice, claim), name="a.pdf")
    assert "is an image" in await refused("read_attachment", of(alice, claim), name="b.png")


async def test_without_a_name_there_is_a_list(alice: User) -> None:
    claim = await sent(alice, {"notes.txt": b"Buy milk"})
    told = "Attached files, the newest first: “notes.txt”"
    assert await called("read_attachment", of(alice, claim)) == told
    assert told in await refused("read_attachment", of(alice, claim), name="nodes.txt")


@pytest.mark.parametrize(("length", "parts"), [(PART, 1), (PART + 1, 2), (3 * PART, 3)])
async def test_a_long_file_comes_in_parts(alice: User, length: int, parts: int) -> None:
    text = "".join(chr(97 + place % 26) for place in range(length))
    claim = await sent(alice, {"long.txt": text.encode()})
    read, place = [], 1
    for _ in range(parts):
        told = await called("read_attachment", of(alice, claim), name="long.txt", start=place)
        assert len(told) <= DEFAULTS.tool_result_characters
        part = told if parts == 1 else told.partition("]\n")[2]
        read.append(part)
        place += len(part)
        assert (f"Go on with start={place}." in told) is (place <= length)
    assert "".join(read) == text
    assert "has only" in await refused("read_attachment", of(alice, claim), name="long.txt", start=length + 1)


async def test_files_of_others_and_of_other_conversations_are_not_there(alice: User, charlie: User) -> None:
    claim = await sent(alice, {"notes.txt": b"Buy milk"})
    elsewhere = await sent(alice, {})
    for asking in (of(charlie, claim), of(alice, elsewhere)):
        assert await called("read_attachment", asking) == "No files are attached in this conversation."
        assert "milk" not in await refused("read_attachment", asking, name="notes.txt")
