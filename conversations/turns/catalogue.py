"""The models that the completions server offers, as it said last: asked at the start and every ten minutes.

Nobody waits for it: pages and replies read what is known at that moment, which may be nothing at all. When
the server cannot be asked, the last good list stays. Servers differ: some list bare names, some list nothing,
and then nothing is said about a model rather than something wrong.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from conversations.completions import Catalogue, CompletionError, CompletionsClient, Model
from conversations.turns.prices import at_own_price

log = logging.getLogger(__name__)

REFRESH_SECONDS = 600.0
RETRY_SECONDS = 60.0
"""After a failure that may pass, such as a server that is still starting."""


@dataclass
class ModelList:
    """One per process; changed on the event loop, read from any thread.

    `known`: the last good list, None before the first. `failing`: the last try brought none.
    """

    client: CompletionsClient
    known: Catalogue | None = None
    failing: bool = False

    @property
    def notice(self) -> str:
        """What admins should know, or nothing."""
        stale = self.failing and self.known is not None
        return "The list of models cannot be read just now; what is said of them may be old." if stale else ""

    def find(self, name: str) -> Model | None:
        """What is known of a model by its id or an alias, at the price set for this site."""
        return at_own_price(name, self._listed(name))

    def may_be_withdrawn(self, name: str) -> bool:
        """Whether the server lists its models, and not this one."""
        return bool(self.known and self.known.models) and self._listed(name) is None

    def _listed(self, name: str) -> Model | None:
        return self.known.find(name) if self.known else None

    async def keep_fresh(self) -> None:
        """Read the list for ever, with pauses."""
        while True:
            pause = await self.refresh()
            await asyncio.sleep(pause)

    async def refresh(self) -> float:
        """Read the list once; a failure leaves what was known. Returns how many seconds to wait now."""
        try:
            found = await self.client.models(self.known.etag if self.known else None)
        except CompletionError as error:
            level = logging.DEBUG if self.failing else logging.WARNING
            log.log(level, "The list of models could not be read (%s): %s", error.kind, error.detail)
            self.failing = True
            return REFRESH_SECONDS if error.permanent else RETRY_SECONDS
        self.failing = False
        if not found.unchanged:
            log.info("The completions server lists %d models", len(found.models))
            self.known = found
        return REFRESH_SECONDS
