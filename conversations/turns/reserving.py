"""The entry of a later call of a reply: made before the call, as that of the first one is by the claim."""

from __future__ import annotations

import asyncio
from functools import partial

from conversations.store.ledger import entry_reserve_next
from conversations.store.threads import in_database
from conversations.turns.call import Call
from conversations.turns.live import LiveGeneration
from conversations.turns.patience import patiently


async def reserve_next(live: LiveGeneration, call: Call, *, model: str) -> None:
    """Settle the calls before this one and reserve it, in one unit, however long the database takes."""
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
