"""Amounts of money and costs, in words."""

from __future__ import annotations

from decimal import Decimal

from conversations.models import EntryState, LedgerEntry, Source
from conversations.store.spending import Cost


def money(amount: Decimal, currency: str = "USD") -> str:
    """An amount to a hundredth, or to two digits that say something when it is smaller."""
    places = 2 if amount >= 1 or not amount else max(2, 1 - amount.adjusted())
    number = f"{amount:,.{places}f}"
    number = number.removesuffix(".00")
    return f"${number}" if currency == "USD" else f"{number} {currency}"


def exact_money(amount: Decimal) -> str:
    """An amount with every digit that it has."""
    return f"${amount.normalize():,f}"


def cost_words(cost: Cost | None) -> str:
    """What a reply cost, in a few words; empty where there is nothing to say."""
    if cost is None:
        return ""
    if cost.awaited:
        return "cost not known yet"
    if cost.usd is None:
        return ""
    return f"about {money(cost.usd)}" if cost.estimated else money(cost.usd)


def entry_words(entry: LedgerEntry) -> str:
    """What one call cost and how that is known, in a sentence."""
    amount = "" if entry.usd is None else exact_money(entry.usd)
    source = Source(entry.source).label
    match entry.state:
        case EntryState.RESERVED | EntryState.UNKNOWN if not amount and entry.reserved_usd:
            return f"not known; at most about {money(entry.reserved_usd)}"
        case EntryState.RESERVED:
            return "not known yet: the call has not ended"
        case EntryState.FREE:
            return "nothing: it was not sent, or the server refused it"
        case EntryState.UNKNOWN if amount:
            return f"not known; about {amount}, by {source}"
        case EntryState.UNKNOWN:
            return "not known: the server did not say it, and there is no price to reckon with"
        case EntryState.ESTIMATED:
            return f"about {amount}, by {source}"
        case _:
            return f"{amount}, as stated by {source}"
