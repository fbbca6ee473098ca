"""Entries of calls that have not been made: what one may cost, and the entry of a later call of a reply."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from functools import partial

from conversations.models.money import MOST
from conversations.store.ledger import entry_reserve_next
from conversations.store.threads import in_database
from conversations.turns.call import Call
from conversations.turns.live import LiveGeneration
from conversations.turns.patience import patiently
from conversations.turns.prices import Price
from conversations.turns.prompt import Prompt


def reservation(price: Price | None, prompt: Prompt) -> Decimal | None:
    """What a call costs when its replies take all the room that is kept for them; None without a price."""
    if price is None:
        return None
    reply = prompt.ledger.reply * (prompt.request.n or 1)
    usd = price.cost(prompt_tokens=prompt.ledger.total, completion_tokens=reply)
    return min(usd, MOST)


async def reserve_next(live: LiveGeneration, call: Call, *, model: str) -> None:
    """Settle the calls before this one and reserve it, in one unit, however long the database takes.

    Made before the call, as the entry of the first one is by the claim.
    """
    before = call.earlier
    settled = await asyncio.to_thread(before.spent) if before else ()
    reserve = partial(
        entry_reserve_next,
        generation_id=live.held.generation_id,
        model=model,
        request_id=call.request_id,
        number=len(call.chain),
        settled=settled,
    )
    await patiently(lambda: in_database(reserve))
