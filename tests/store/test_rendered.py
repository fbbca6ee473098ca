"""The safe HTML beside a reply's Markdown: kept once it is final, made anew for a newer renderer."""

from __future__ import annotations

import pytest

from chatsite.accounts.models import User
from conversations.models import Message
from conversations.rendering import RENDERER_VERSION
from conversations.store import rendered
from conversations.store.generations import generation_interrupt_all
from conversations.store.rendered import blocks_of, id_prefix
from tests.store.verbs import checkpoint, end, message_of, reply_of, start

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_what_the_end_stored_is_shown_without_rendering(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = start(alice)
    end(claim, "Hello")
    monkeypatch.setattr(rendered, "render_blocks", None)
    assert blocks_of(reply_of(claim)) == ["<p>Hello</p>"]


def test_an_older_rendering_is_made_anew_and_kept(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = start(alice)
    end(claim, "*Hello*")
    Message.objects.update(blocks=["<p>old</p>"])
    monkeypatch.setattr(rendered, "RENDERER_VERSION", RENDERER_VERSION + 1)
    (block,) = blocks_of(reply_of(claim))
    assert "<em>Hello</em>" in block
    stored = reply_of(claim)
    assert (stored.blocks, stored.renderer_version) == ([block], RENDERER_VERSION + 1)


def test_an_interrupted_reply_is_rendered_when_it_is_first_shown(alice: User) -> None:
    claim = start(alice)
    checkpoint(claim, "Half a")
    generation_interrupt_all()
    assert reply_of(claim).blocks is None
    blocks = blocks_of(reply_of(claim))
    assert "Half a" in blocks[0]
    assert reply_of(claim).blocks == blocks


def test_a_running_reply_is_shown_and_nothing_is_kept_of_it(alice: User) -> None:
    claim = start(alice)
    checkpoint(claim, "Half a")
    assert "Half a" in blocks_of(reply_of(claim))[0]
    assert reply_of(claim).blocks is None


def test_a_rendering_of_a_text_that_has_changed_since_is_not_kept(alice: User) -> None:
    claim = start(alice)
    checkpoint(claim, "Half a")
    generation_interrupt_all()
    stale = reply_of(claim)
    Message.objects.filter(pk=claim.reply_id).update(content="Other text")
    blocks_of(stale)
    assert reply_of(claim).blocks is None


def test_a_persons_own_message_has_no_blocks(alice: User) -> None:
    claim = start(alice, "# Not a heading")
    assert blocks_of(message_of(claim)) == []


def test_ids_inside_two_messages_differ(alice: User) -> None:
    one, two = start(alice), start(alice)
    assert id_prefix(one.reply_id) != id_prefix(two.reply_id)
