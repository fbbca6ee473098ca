"""The one client to the completions server, what the check at start found, and the models it lists."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from django.conf import settings

from conversations.completions import Billing, CheckResult, CompletionsClient, Timeouts
from conversations.turns.catalogue import ModelList

log = logging.getLogger(__name__)


@dataclass
class Upstream:
    """`check` is None until the check at start has an answer."""

    client: CompletionsClient
    check: CheckResult | None = None
    models: ModelList = field(init=False)

    def __post_init__(self) -> None:
        self.models = ModelList(self.client)

    async def look(self) -> None:
        """Ask once whether the address and the key are right, and say it in the log. Never raises."""
        self.check = await self.client.check()
        if self.check.ok:
            log.info("Completions server: %s", self.check.message)
        else:
            log.warning("Completions server: %s (%s)", self.check.message, self.check.detail)

    @property
    def billing(self) -> Billing:
        """Where the server is asked what it charged."""
        return self.client.billing(settings.COMPLETIONS_BILLING_URL)

    @property
    def banner(self) -> str:
        """What admins should know, in one sentence, or nothing."""
        return self.models.notice if self.check is None or self.check.ok else self.check.message


def connect(*, base_url: str, api_key: str | None) -> Upstream:
    """An upstream with the site's time-outs."""
    return Upstream(
        CompletionsClient(
            base_url=base_url,
            api_key=api_key,
            transport="httpx" if settings.COMPLETIONS_TRANSPORT == "httpx" else "aiohttp",
            timeouts=Timeouts(
                connect=settings.COMPLETIONS_CONNECT_SECONDS,
                first_byte=settings.COMPLETIONS_FIRST_BYTE_SECONDS,
                idle=settings.COMPLETIONS_IDLE_SECONDS,
                total=settings.COMPLETIONS_TOTAL_SECONDS,
            ),
        )
    )
