"""The costs that are not known yet, asked for again and again in the background, for a week at most.

Nothing is asked while nothing is open. A server that tells nobody what it charged is asked once.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Final

from django.db import Error as DatabaseFault
from django.utils import timezone

from conversations.completions import Billing, CompletionError
from conversations.store.spending import GIVE_UP_DAYS
from conversations.turns.reconcile import NothingToAsk, reconcile

log = logging.getLogger(__name__)

USUAL_SECONDS: Final = 180.0
LONGEST_SECONDS: Final = 3600.0


class Reconciler:
    """One per process. `given_up`: the server cannot be asked, and is not again before the next start."""

    def __init__(self, billing: Billing) -> None:
        self._billing = billing
        self._pause = USUAL_SECONDS
        self._left = 0
        self.given_up = False

    async def keep_up(self) -> None:
        """Ask, with pauses, until the server turns out to be one that cannot be asked."""
        while not self.given_up:
            await asyncio.sleep(self._pause)
            self._pause = await self.step()

    async def step(self) -> float:
        """Ask once. Returns how many seconds to wait now: longer each time that nothing new came of it."""
        longer = min(2 * self._pause, LONGEST_SECONDS)
        try:
            report = await reconcile(self._billing, since=timezone.now() - timedelta(days=GIVE_UP_DAYS))
        except NothingToAsk as told:
            log.info("What calls cost that were cut stays unknown: the server does not say it (%s)", told)
            self.given_up = True
            return longer
        except CompletionError as error:
            log.warning("What calls cost could not be asked, the next try is later: %s", error.detail)
            return longer
        except DatabaseFault as error:
            log.warning("What calls cost could not be stored, the next try is later: %s", error)
            return longer
        if report.found:
            log.info("The cost of %d calls is known now: $%s", report.found, report.usd)
        left, self._left = self._left, report.asked - report.found
        return longer if 0 < self._left <= left else USUAL_SECONDS
