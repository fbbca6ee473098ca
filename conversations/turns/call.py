"""What becomes known of one call to the completions server while its reply is read."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from typing import Any

from conversations.completions import Identity, UsageReport


@dataclass
class Call:
    """Filled from the stream's events. `started` and the times are `time.monotonic()` seconds."""

    request_id: str
    started: float = field(default_factory=time.monotonic)
    first_text_at: float | None = None
    identity: Identity | None = None
    report: UsageReport | None = None
    refusal: str = ""
    finish_reason: str | None = None

    def first_text(self) -> None:
        """Note when the first text came; later ones change nothing."""
        if self.first_text_at is None:
            self.first_text_at = time.monotonic()

    def columns(self) -> dict[str, Any]:
        """As columns of Generation."""
        identity = self.identity or Identity(None, None, None, None)
        report = self.report or UsageReport(None, None, None)
        return {
            "finish_reason": (self.finish_reason or "")[:32],
            "refusal": self.refusal,
            "usage": asdict(report.usage) if report.usage else None,
            "usd_spent": report.usd_spent,
            "system_fingerprint": (identity.system_fingerprint or "")[:200],
            "upstream_id": (identity.id or "")[:200],
            "first_text_ms": None if self.first_text_at is None else self._since_start(self.first_text_at),
            "duration_ms": self._since_start(time.monotonic()),
        }

    def _since_start(self, moment: float) -> int:
        return max(0, round((moment - self.started) * 1000))
