"""A person's own use: what they spent by day, by model and by conversation, as a page and as a file."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from conversations.errors import Refused
from conversations.store.use import DayUse, Use, dearest_conversations, total, use_by_day
from conversations.views.amounts import money
from conversations.views.answers import person_of, refusal
from conversations.views.chart import chart
from conversations.views.period import CHOICES, USUAL, Period, period_named, zone_named

CONVERSATIONS: Final = 10
COLUMNS: Final = (
    "day",
    "model",
    "calls",
    "prompt_tokens",
    "completion_tokens",
    "usd",
    "estimated_usd",
    "calls_not_known",
)
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would calculate. Source: OWASP, "CSV injection"."""


@dataclass(frozen=True)
class Row:
    """A line of a table: what it is about, and its use in words."""

    label: str
    use: Use
    address: str = ""

    @property
    def tokens(self) -> str:
        """Both kinds together."""
        return f"{self.use.prompt_tokens + self.use.completion_tokens:,}"

    @property
    def cost(self) -> str:
        """In words; what is reckoned is said so."""
        return f"about {money(self.use.usd)}" if self.use.estimated_usd else money(self.use.usd)


@require_safe
def use(request: HttpRequest) -> HttpResponse:
    """Query: period (one of CHOICES) and zone (the name of a time zone)."""
    try:
        period = _period(request)
    except Refused as refused:
        return refusal(refused)
    person = person_of(request)
    used = use_by_day(person=person, start=period.start, end=period.end, zone=period.zone)
    dearest = dearest_conversations(person=person, start=period.start, end=period.end, limit=CONVERSATIONS)
    days, models = _by(used, "day"), _by(used, "model")
    everything = total(one.use for one in used)
    rest = everything.usd - sum((one.use.usd for one in dearest), Decimal(0))
    context: dict[str, Any] = {
        "person": person,
        "period": period,
        "choices": CHOICES,
        "zone_asked": "zone" in request.GET,
        "total": Row("Total", everything),
        "estimated": money(everything.estimated_usd) if everything.estimated_usd else "",
        "days": [Row(_day_words(day), days[day]) for day in sorted(days, reverse=True)],
        "models": [Row(name, models[name]) for name in sorted(models, key=lambda name: -models[name].usd)],
        "conversations": [
            Row(one.title or "Untitled conversation", one.use, f"/c/{one.id}") for one in dearest
        ],
        "rest": money(rest) if dearest and rest else "",
        "chart": chart(period.days, _amounts(used)),
    }
    if context["chart"]:
        top = context["chart"].top
        context["scale"] = [money(top), money(top / 2), "$0"]
        context["ends"] = [_day_words(period.first), _day_words(period.last)]
    return render(request, "use.html", context)


@require_safe
def use_csv(request: HttpRequest) -> HttpResponse:
    """The same days as a file: one line for each day and model."""
    try:
        period = _period(request)
    except Refused as refused:
        return refusal(refused)
    used = use_by_day(person=person_of(request), start=period.start, end=period.end, zone=period.zone)
    name = f"chatsite-use-{period.first}-to-{period.last}.csv"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    response = HttpResponse(content_type="text/csv; charset=utf-8", headers=disposition)
    lines = csv.writer(response)
    lines.writerow(COLUMNS)
    lines.writerows(map(_line, used))
    return response


def _period(request: HttpRequest) -> Period:
    """Raises Refused."""
    zone = zone_named(request.GET.get("zone", ""))
    return period_named(request.GET.get("period", USUAL), zone, timezone.now())


def _by(used: Iterable[DayUse], what: str) -> dict[Any, Use]:
    added: dict[Any, Use] = defaultdict(Use)
    for one in used:
        added[getattr(one, what)] += one.use
    return added


def _amounts(used: Iterable[DayUse]) -> dict[str, dict[date, Decimal]]:
    amounts: dict[str, dict[date, Decimal]] = defaultdict(dict)
    for one in used:
        amounts[one.model][one.day] = one.use.usd
    return amounts


def _day_words(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _line(one: DayUse) -> list[str]:
    use = one.use
    cells = [
        one.day,
        one.model,
        use.calls,
        use.prompt_tokens,
        use.completion_tokens,
        f"{use.usd.normalize():f}",
        f"{use.estimated_usd.normalize():f}",
        use.open,
    ]
    return [_defused(str(cell)) for cell in cells]


def _defused(cell: str) -> str:
    """A spreadsheet takes it for text."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
