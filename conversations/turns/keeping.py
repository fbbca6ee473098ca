"""What is kept of the probabilities of a reply's tokens when it ends."""

from __future__ import annotations

import asyncio

from conversations.models import State
from conversations.store.token_logprobs import KeptTokens
from conversations.turns.live import LiveGeneration


async def kept_tokens(live: LiveGeneration, state: State) -> KeptTokens | None:
    """Those of the text that is stored: of a stopped reply not what nobody saw. None when there are none."""
    log = live.tokens
    count = log.until(live.cursor - len(live.prefix)) if state == State.STOPPED else len(log)
    if not count:
        return None
    return KeptTokens(count, await asyncio.to_thread(log.compressed, count), log.full)
