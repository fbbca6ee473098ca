"""The history in the admin: conversations and messages to find and to read, never to change.

Texts go through the same renderer as in the chat: nothing that was said is trusted more here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from conversations.admin_files import file_urls
from conversations.admin_ledger import LedgerEntryAdmin
from conversations.admin_mcp import McpServerAdmin
from conversations.admin_presets import SharedPresetAdmin
from conversations.admin_reading import ReadOnly
from conversations.models import Conversation, Generation, Message, Replay, ReplayRun
from conversations.store.branches import branch_history
from conversations.views.articles import article_views
from conversations.views.details import details_of

if TYPE_CHECKING:
    RunInline = admin.TabularInline[Any, Any]
else:
    RunInline = admin.TabularInline


__all__ = ["ConversationAdmin", "LedgerEntryAdmin", "McpServerAdmin", "MessageAdmin", "SharedPresetAdmin"]


@admin.register(Conversation)
class ConversationAdmin(ReadOnly):
    """A conversation with the branch it shows as a transcript."""

    list_display = ("title_or_none", "owner", "model", "messages_count", "active_at", "deleted_at")
    list_filter = (
        "model",
        "generations__state",
        ("deleted_at", admin.EmptyFieldListFilter),
        "active_at",
        ("owner", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("title", "owner__email", "owner__name", "messages__content")
    date_hierarchy = "active_at"
    list_select_related = ("owner",)
    list_per_page = 50
    show_full_result_count = False
    fields = (
        "owner",
        "title",
        "model",
        "system_prompt",
        "created_at",
        "active_at",
        "deleted_at",
        "transcript",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        found: QuerySet[Conversation] = super().get_queryset(request)
        return found.annotate(messages_count=Count("messages", distinct=True))

    def get_urls(self) -> list[URLPattern]:
        return [*file_urls(), *super().get_urls()]

    @admin.display(description="title", ordering="title")
    def title_or_none(self, conversation: Conversation) -> str:
        return str(conversation)

    @admin.display(description="messages", ordering="messages_count")
    def messages_count(self, conversation: Conversation) -> int:
        return int(conversation.messages_count)  # type: ignore[attr-defined]  # annotated by get_queryset

    @admin.display(description="transcript")
    def transcript(self, conversation: Conversation) -> SafeString | str:
        if conversation.current_leaf_id is None:
            return "No messages."
        messages = branch_history(conversation, leaf_id=conversation.current_leaf_id)
        return render_to_string("admin/_transcript.html", {"articles": article_views(messages)})


@admin.register(Message)
class MessageAdmin(ReadOnly):
    """One message, and for a reply how it came about."""

    list_display = ("excerpt", "role", "owner", "state", "by_model", "created_at")
    list_filter = (
        "role",
        "generation__state",
        "generation__model",
        "json_verdict",
        "created_at",
        ("owner", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("content", "owner__email", "owner__name", "generation__inference_id")
    date_hierarchy = "created_at"
    list_select_related = ("owner", "generation")
    list_per_page = 50
    show_full_result_count = False
    fields = ("conversation_link", "owner", "role", "created_at", "text", "json_verdict", "reasoning", "call")

    @admin.display(description="message")
    def excerpt(self, message: Message) -> str:
        text = " ".join(message.content[:200].split())
        return text[:80] + "…" if len(text) > 80 else text or "(no text)"

    @admin.display(description="state", ordering="generation__state")
    def state(self, message: Message) -> str:
        generation = _generation(message)
        return generation.get_state_display() if generation else ""

    @admin.display(description="model", ordering="generation__model")
    def by_model(self, message: Message) -> str:
        generation = _generation(message)
        return generation.model if generation else ""

    @admin.display(description="conversation")
    def conversation_link(self, message: Message) -> SafeString:
        address = reverse("admin:conversations_conversation_change", args=[message.conversation_id])
        return format_html('<a href="{}">{}</a>', address, str(message.conversation))

    @admin.display(description="text")
    def text(self, message: Message) -> SafeString:
        return render_to_string("admin/_transcript.html", {"articles": article_views([message])})

    @admin.display(description="call")
    def call(self, message: Message) -> SafeString | str:
        generation = _generation(message)
        if generation is None:
            return "This message was written by a person."
        return render_to_string("_details.html", details_of(generation) | {"open": True})


def _generation(message: Message) -> Generation | None:
    return getattr(message, "generation", None)


class RunsOfReplay(RunInline):
    """The calls of a replay, without their texts."""

    model = ReplayRun
    fields = (
        "number",
        "state",
        "matches",
        "diverges_at_token",
        "finish_reason",
        "system_fingerprint",
        "duration_ms",
        "calls",
        "request_id",
        "inference_id",
        "error_detail",
    )
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Replay)
class ReplayAdmin(ReadOnly):
    """A replay and its runs."""

    list_display = ("__str__", "owner", "state", "times", "seed_mode", "created_at", "ended_at")
    list_filter = ("state", "created_at", ("owner", admin.RelatedOnlyFieldListFilter))
    search_fields = ("id", "owner__email", "owner__name", "runs__request_id", "runs__inference_id")
    date_hierarchy = "created_at"
    list_select_related = ("owner", "generation")
    list_per_page = 50
    show_full_result_count = False
    inlines = (RunsOfReplay,)
    fields = (
        "owner",
        "generation",
        "times",
        "seed_mode",
        "seed",
        "state",
        "reason",
        "created_at",
        "ended_at",
    )
