"""The ledger of costs in the admin: to filter, to add up, and to ask the provider about what is open."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from asgiref.sync import async_to_sync
from django.contrib import admin, messages
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from conversations.admin_reading import ReadOnly
from conversations.completions import CompletionError
from conversations.errors import Refused
from conversations.models import LedgerEntry
from conversations.turns import lifecycle
from conversations.turns.reconcile import LONGEST_WINDOW, NothingToAsk, Report, reconcile
from conversations.views.amounts import entry_words, exact_money

AT_ONCE = 1_000
"""Entries that one action asks about."""


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnly):
    """One line for each call to the completions server."""

    list_display = ("created_at", "owner", "purpose", "model", "tokens", "amount", "state")
    list_filter = (
        "state",
        "purpose",
        "source",
        "created_at",
        "model",
        ("owner", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("request_id", "inference_id", "owner__email", "owner__name")
    date_hierarchy = "created_at"
    list_select_related = ("owner",)
    list_per_page = 100
    show_full_result_count = False
    actions = ("reconcile_now",)
    change_list_template = "admin/ledger_list.html"
    fields = (
        "owner",
        "generation",
        "purpose",
        "number",
        "model",
        "cost",
        "reserved",
        "state",
        "source",
        "prompt_tokens",
        "completion_tokens",
        "cached_tokens",
        "request_id",
        "inference_id",
        "created_at",
        "settled_at",
        "reconciled_at",
    )

    @admin.display(description="tokens")
    def tokens(self, entry: LedgerEntry) -> str:
        counts = (entry.prompt_tokens, entry.completion_tokens)
        return " + ".join("?" if count is None else f"{count:,}" for count in counts)

    @admin.display(description="USD", ordering="usd")
    def amount(self, entry: LedgerEntry) -> str:
        return "" if entry.usd is None else exact_money(entry.usd)

    @admin.display(description="at most, said beforehand")
    def reserved(self, entry: LedgerEntry) -> str:
        return "" if entry.reserved_usd is None else exact_money(entry.reserved_usd)

    @admin.display(description="cost")
    def cost(self, entry: LedgerEntry) -> str:
        return entry_words(entry)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, with the total of all rows that the filters leave, on all of its pages."""
        answer: HttpResponse = super().changelist_view(request, extra_context)
        if isinstance(answer, TemplateResponse) and answer.context_data and "cl" in answer.context_data:
            rows: QuerySet[LedgerEntry] = answer.context_data["cl"].queryset
            total = rows.order_by().aggregate(total=Sum("usd"))["total"] or Decimal(0)
            answer.context_data["ledger_total"] = exact_money(total)
        return answer

    @admin.action(description="Reconcile now", permissions=["view"])
    def reconcile_now(self, request: HttpRequest, chosen: QuerySet[LedgerEntry]) -> None:
        """Ask the provider about the chosen entries that are open."""
        ids = list(chosen.values_list("pk", flat=True)[:AT_ONCE])
        try:
            billing = lifecycle.current().upstream.billing
            report: Report = async_to_sync(reconcile)(billing, since=timezone.now() - LONGEST_WINDOW, ids=ids)
        except (NothingToAsk, CompletionError, Refused) as told:
            why = told.detail if isinstance(told, CompletionError) else str(told)
            self.message_user(request, f"The provider could not be asked: {why}", messages.ERROR)
            return
        left = report.asked - report.found
        self.message_user(
            request,
            f"Asked about {report.asked} calls whose cost was open: {report.found} found,"
            f" {exact_money(report.usd)} together; {left} still open.",
            messages.SUCCESS if not left else messages.WARNING,
        )
