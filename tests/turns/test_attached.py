"""Attached files on their way to the model: sent with their message and again later, never stored twice."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from chatsite.accounts.models import User
from conversations.models import Attachment, Generation, State
from conversations.store.blobs import blob_path, forget
from conversations.store.claims import Claim
from conversations.store.threads import in_database
from conversations.store.turns import turn_edit, turn_start
from conversations.turns import lifecycle
from conversations.turns.attached import FileGone, restore_request
from conversations.turns.live import LiveGeneration
from tests.attachments import samples
from tests.attachments.verbs import attach
from tests.store.verbs import new_id
from tests.turns.house import House

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def attachments_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"


def three_files(person: User) -> list[Attachment]:
    return [
        attach(person, samples.picture(), "red.png"),
        attach(person, samples.pdf(), "page.pdf"),
        attach(person, b"print('hi')\n```", "hi.py"),
    ]


async def say(
    house: House, person: User, text: str, files: list[Attachment], after: Claim | None = None
) -> Claim:
    return await in_database(
        turn_start,
        person=person,
        client_id=new_id(),
        text=text,
        conversation_id=after.conversation_id if after else None,
        parent_id=after.reply_id if after else None,
        model=None,
        system_prompt=None,
        lease=lifecycle.current().lease,
        attachment_ids=[file.id for file in files],
    )


async def told(house: House, claim: Claim) -> tuple[LiveGeneration, dict[str, Any]]:
    """The reply once it is over, and the body that the server received for it."""
    live = house.generations.begin(claim)
    await house.over(live)
    id = str(live.held.generation_id)
    (body,) = [sent["body"] for sent in house.provider.requests() if sent["client_request_id"] == id]
    return live, body


def parts(files: list[Attachment]) -> list[dict[str, Any]]:
    """As the API has them."""
    red, page, _ = (base64.b64encode(blob_path(file.blob_id).read_bytes()).decode() for file in files)
    return [
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{red}", "detail": "auto"}},
        {
            "type": "file",
            "file": {"file_data": f"data:application/pdf;base64,{page}", "filename": "page.pdf"},
        },
        {
            "type": "text",
            "text": "The attached file “hi.py”:\n\n````\nprint('hi')\n```\n````",
        },
    ]


async def test_files_are_sent_with_their_message_and_with_later_ones(house: House, alice: User) -> None:
    async with house.open():
        files = await in_database(three_files, alice)
        first = await say(house, alice, "Look at these", files)
        live, body = await told(house, first)
        assert await house.state_of(live) == State.COMPLETE
        words = {"type": "text", "text": "Look at these"}
        assert body["messages"][-1] == {"role": "user", "content": [words, *parts(files)]}
        _, later = await told(house, await say(house, alice, "And now?", [], after=first))
        assert later["messages"][0] == body["messages"][0]
        assert later["messages"][-1] == {"role": "user", "content": "And now?"}


async def test_files_alone_are_a_message(house: House, alice: User) -> None:
    async with house.open():
        files = await in_database(three_files, alice)
        live, body = await told(house, await say(house, alice, "", files))
        assert await house.state_of(live) == State.COMPLETE
        assert body["messages"][-1]["content"] == parts(files)


async def test_a_stored_request_holds_references_and_can_be_restored(house: House, alice: User) -> None:
    async with house.open():
        files = await in_database(three_files, alice)
        live, body = await told(house, await say(house, alice, "Look", files))
        stored = (await house.row(live)).request
        assert "base64" not in json.dumps(stored)
        assert "print('hi')" not in json.dumps(stored)
        assert [part.get("name") for part in stored["messages"][-1]["content"]] == [
            None,
            "red.png",
            "page.pdf",
            "hi.py",
        ]
        assert await asyncio.to_thread(restore_request, stored) == body
        forget(files[0].blob_id)
        with pytest.raises(FileGone, match=r"red\.png"):
            await asyncio.to_thread(restore_request, stored)


async def test_an_edited_message_goes_up_with_the_files_it_has_now(house: House, alice: User) -> None:
    async with house.open():
        files = await in_database(three_files, alice)
        first = await say(house, alice, "Look", files)
        await told(house, first)
        assert first.message_id is not None
        edited = await in_database(
            turn_edit,
            person=alice,
            client_id=new_id(),
            message_id=first.message_id,
            text="Only this",
            lease=lifecycle.current().lease,
            attachment_ids=[files[2].id],
        )
        _, body = await told(house, edited)
        assert body["messages"][-1]["content"] == [{"type": "text", "text": "Only this"}, parts(files)[2]]


async def test_a_file_whose_bytes_are_gone_is_told_and_nothing_is_sent(house: House, alice: User) -> None:
    async with house.open():
        files = await in_database(three_files, alice)
        claim = await say(house, alice, "Look", files)
        forget(files[1].blob_id)
        live = house.generations.begin(claim)
        assert await house.state_of(live) == State.FAILED
        row: Generation = await house.row(live)
        assert (row.error_kind, row.error_permanent) == ("attachment_gone", True)
        assert "The file “page.pdf” of this conversation is no longer kept" in row.error_message
        sent = [request["client_request_id"] for request in house.provider.requests()]
        assert str(row.id) not in sent


async def test_a_refusal_says_that_the_files_may_be_why(house: House, alice: User) -> None:
    async with house.open():
        files = await in_database(three_files, alice)
        live, _ = await told(house, await say(house, alice, "scenario: bad-request", files))
        row = await house.row(live)
        assert row.error_kind == "bad_request"
        assert "which has images and PDFs: this model may not take them" in row.error_message
        other, _ = await told(house, await say(house, alice, "scenario: bad-request", []))
        assert "images" not in (await house.row(other)).error_message


async def test_the_ledger_counts_what_files_take(house: House, alice: User) -> None:
    async with house.open():
        files = await in_database(three_files, alice)
        live, _ = await told(house, await say(house, alice, "Look", files))
        ((_, _, tokens, _),) = (await house.row(live)).ledger["lines"]
        counted = sum(file.blob.tokens for file in files)
        assert counted < tokens < counted + 20
