"""A message as the transcript shows it: the one context of `_message.html`, for pages and for frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from conversations import protocol
from conversations.models import Generation, Message, Role, State
from conversations.store.attachments import attachments_of
from conversations.store.belongings import belongings_of
from conversations.store.branches import Siblings, siblings_of
from conversations.store.mending import mending_offers
from conversations.store.rendered import blocks_of
from conversations.store.spending import Cost, costs_of
from conversations.store.tool_calls import CallRecord, tool_calls_of
from conversations.structured import schema_asked
from conversations.views.amounts import cost_words
from conversations.views.attached import FileView, file_frames, file_views
from conversations.views.context import older_messages
from conversations.views.endings import Card, can_continue, card_of
from conversations.views.timeline import TimelineView, timeline_of
from conversations.views.together import counted_words


@dataclass(frozen=True, kw_only=True)
class ArticleView:
    """One message as shown. `blocks` is safe HTML; `text` is plain and is escaped by the template."""

    id: UUID | None
    parent_id: UUID | None
    role: str
    state: str | None = None
    generation_id: UUID | None = None
    client_id: str | None = None
    text: str = ""
    blocks: tuple[str, ...] = ()
    reasoning: str = ""
    timeline: TimelineView | None = None
    refusal: str = ""
    created_at: datetime | None = None
    model: str = ""
    siblings: Siblings | None = None
    facts: tuple[str, ...] = ()
    card: Card | None = None
    is_json: bool = False
    mend: str = ""
    """The message that asks the model to mend a reply which is not the JSON asked for, when it may be."""
    choice: int = 1
    """Which of the `choices` replies that were asked for together."""
    choices: int = 1
    has_tokens: bool = False
    """The probabilities of its tokens are kept."""
    cursor: int = 0
    running: bool = False
    can_continue: bool = False
    can_regenerate: bool = False
    can_edit: bool = False
    files: tuple[FileView, ...] = ()

    @property
    def other_model(self) -> bool:
        """Whether the line below offers another model: unless the card does."""
        return self.can_regenerate and (self.card is None or "models" not in self.card.verbs)

    @property
    def blocks_html(self) -> SafeString:
        """Each block in an element of its own, as the browser keeps them."""
        return mark_safe("".join(f'<div class="block" dir="auto">{block}</div>' for block in self.blocks))  # noqa: S308


BLANK_USER = ArticleView(id=None, parent_id=None, role=Role.USER.value)
BLANK_ASSISTANT = ArticleView(
    id=None, parent_id=None, role=Role.ASSISTANT.value, state=State.QUEUED.value, running=True
)


def rendered(template: str, context: dict[str, Any]) -> str:
    """A template's output as a plain string, which is what a frame can carry."""
    return str.__str__(render_to_string(template, context))


def article_views(messages: Iterable[Message]) -> list[ArticleView]:
    """The messages of a branch as shown, in the same order. Reads the database."""
    shown = list(messages)
    belongings = belongings_of(shown)
    siblings = siblings_of(belongings.siblings)
    files = attachments_of(belongings.files)
    mends = mending_offers(shown)
    replies = [message for message in shown if message.role == Role.ASSISTANT]
    costs = costs_of(reply.generation.id for reply in replies if not reply.generation.active)
    calls = tool_calls_of(belongings.calls)
    views = [
        _view(message, siblings.get(message.id), mends.get(message.id, ""), costs, calls.get(message.id, ()))
        for message in shown
    ]
    return [replace(view, files=file_views(files.get(view.id, ()))) if view.id else view for view in views]


def article_frame(view: ArticleView, format: protocol.Format) -> protocol.Article:
    """A message as a frame carries it."""
    if view.id is None:
        raise ValueError("A blank article is not a message.")
    html = format == "html"
    return protocol.Article(
        id=view.id,
        parent=view.parent_id,
        role="user" if view.role == Role.USER else "assistant",
        state=protocol.state_named(view.state) if view.state else None,
        generation=view.generation_id,
        client_id=view.client_id,
        html=rendered("_message.html", {"m": view}) if html else None,
        text=None if html else view.text,
        attachments=None if html else file_frames(view.files),
    )


def _view(
    message: Message,
    siblings: Siblings | None,
    mend: str,
    costs: Mapping[UUID, Cost],
    calls: tuple[CallRecord, ...],
) -> ArticleView:
    if message.role == Role.USER:
        return ArticleView(
            id=message.id,
            parent_id=message.parent_id,
            role=message.role,
            client_id=message.client_id,
            text=message.content,
            created_at=message.created_at,
            siblings=siblings,
            can_edit=True,
        )
    generation = message.generation
    running = generation.active
    return ArticleView(
        id=message.id,
        parent_id=message.parent_id,
        role=message.role,
        state=generation.state,
        generation_id=generation.id,
        client_id=message.client_id,
        text=message.content,
        blocks=tuple(blocks_of(message)),
        reasoning=message.reasoning,
        refusal=generation.refusal,
        timeline=timeline_of(calls, generation.request if calls else None),
        created_at=message.created_at,
        model=generation.model,
        siblings=siblings,
        facts=_facts(generation, costs.get(generation.id)),
        card=card_of(message, generation),
        is_json=schema_asked(generation.response_format) is not None,
        mend=mend,
        choice=generation.choice + 1,
        choices=generation.choices,
        has_tokens=generation.tokens_kept > 0,
        cursor=generation.cursor,
        running=running,
        can_continue=can_continue(message, generation),
        can_regenerate=not running,
    )


def _facts(generation: Generation, cost: Cost | None) -> tuple[str, ...]:
    facts = [generation.model]
    if generation.duration_ms is not None and not generation.active:
        facts.append(f"{generation.duration_ms / 1000:.1f} s")
    tokens = (generation.usage or {}).get("completion_tokens")
    if isinstance(tokens, int):
        facts.append(f"{tokens:,} token{'' if tokens == 1 else 's'}")
    if not generation.active and (words := cost_words(cost)):
        facts.append(words)
    if words := counted_words(generation):
        facts.append(words)
    if cut := (generation.ledger or {}).get("cut"):
        facts.append(f"{older_messages(cut)} not sent")
    return tuple(facts)
