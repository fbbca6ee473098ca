"""A chart of amounts by day, as stacked bars: numbers for a drawing that any width stretches.

The drawing is STEP units wide for each day and TALL high; the words beside it are text of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

TALL: Final = 1000
STEP: Final = 100
GAP: Final = 20
SERIES_LIMIT: Final = 5
"""Colours that can be told apart; what comes after the fifth is one colour."""


@dataclass(frozen=True)
class Bar:
    """One part of a day's bar. `series`: from 1; `words`: what it stands for."""

    x: int
    y: int
    width: int
    height: int
    series: int
    words: str


@dataclass(frozen=True)
class Chart:
    """`top`: the amount that the full height stands for. `legend`: series, and the names in it."""

    width: int
    bars: tuple[Bar, ...]
    top: Decimal
    legend: tuple[tuple[int, str], ...]


def chart(days: Sequence[date], amounts: Mapping[str, Mapping[date, Decimal]]) -> Chart | None:
    """Amounts by name and day; the dearest name stands lowest. None when there is nothing to draw."""
    names = sorted(amounts, key=lambda name: (-sum(amounts[name].values()), name))
    highest = max((sum(amounts[name].get(day, Decimal(0)) for name in names) for day in days), default=0)
    if not highest:
        return None
    top = round_up(Decimal(highest))
    bars: list[Bar] = []
    for number, day in enumerate(days):
        done = Decimal(0)
        for index, name in enumerate(names):
            amount = amounts[name].get(day, Decimal(0))
            low, high = _height(done, top), _height(done + amount, top)
            done += amount
            if amount:
                # The smallest amount is seen, too.
                height = max(high - low, 4)
                bars.append(
                    Bar(
                        number * STEP + GAP // 2,
                        TALL - low - height,
                        STEP - GAP,
                        height,
                        series_of(index),
                        f"{day:%-d %b}: {name}",
                    )
                )
    legend = [(series_of(index), name) for index, name in enumerate(names[:SERIES_LIMIT])]
    if rest := names[SERIES_LIMIT:]:
        legend.append((series_of(SERIES_LIMIT), ", ".join(rest)))
    return Chart(len(days) * STEP, tuple(bars), top, tuple(legend))


def series_of(index: int) -> int:
    """The colour of the name at this place."""
    return min(index, SERIES_LIMIT) + 1


def round_up(amount: Decimal) -> Decimal:
    """The next 1, 2 or 5 with zeros that is no smaller. amount: above 0."""
    power = Decimal(1).scaleb(amount.adjusted())
    return next(power * step for step in (1, 2, 5, 10) if power * step >= amount)


def _height(amount: Decimal, top: Decimal) -> int:
    return int(amount * TALL / top)
