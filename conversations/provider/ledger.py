"""What answers cost: the balance, the charges and the log of calls, in memory.

A call that the client aborted is charged for what was sent; a failed one is in the log and costs nothing. The
bodies are those of the documented `GET /v2/billing/transactions` and `GET /v2/logs`.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .catalogue import CREDITS_PER_USD, price
from .errors import bad_parameter

Json = dict[str, Any]

START_BALANCE = 1_000.0
MAX_ENTRIES = 2_000
MAX_PAGE = 100
DEFAULT_PAGE = 50
STATUSES = ("succeeded", "failed")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class Entry:
    """One call. `number` grows by one from call to call, and is the cursor of paging."""

    number: int
    inference_id: str
    client_request_id: str | None
    model: str
    status: str
    prompt_tokens: int
    completion_tokens: int
    created: str = field(default_factory=_now)

    @property
    def usd(self) -> float:
        return price(self.prompt_tokens, self.completion_tokens) if self.status == "succeeded" else 0.0

    def transaction(self) -> Json:
        """One row of `GET /v2/billing/transactions`."""
        return {
            "created_at": self.created,
            "direction": "CHARGE",
            "type": "MODEL_USAGE",
            "amount": {"usd": self.usd, "credits": credits_of(self.usd)},
            "model": f"openai/{self.model}",
            "reference_id": self.inference_id,
        }

    def log(self) -> Json:
        """One row of `GET /v2/logs`."""
        return {
            "created": self.created,
            "status": self.status,
            "origin": "api",
            "model": f"openai/{self.model}",
            "cost": {"usd": self.usd, "credits": credits_of(self.usd)},
            "tokens": {
                "input": self.prompt_tokens,
                "output": self.completion_tokens,
                "total": self.prompt_tokens + self.completion_tokens,
            },
            "request_id": f"req-{self.number}",
            "inference_id": self.inference_id,
            "client_request_id": self.client_request_id,
        }


class Ledger:
    """The account of this run. Oldest entries are forgotten, the balance is not."""

    def __init__(self) -> None:
        self.balance = START_BALANCE
        self._entries: deque[Entry] = deque(maxlen=MAX_ENTRIES)
        self._number = 0

    def record(
        self,
        *,
        inference_id: str,
        client_request_id: str | None,
        model: str,
        status: str,
        prompt_tokens: int,
        completion_tokens: int,
    ) -> None:
        """Book one call. `status` is one of `STATUSES`."""
        self._number += 1
        entry = Entry(
            number=self._number,
            inference_id=inference_id,
            client_request_id=client_request_id,
            model=model,
            status=status,
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
        )
        self.balance -= entry.usd
        self._entries.append(entry)

    def transactions(self, query: Mapping[str, str]) -> Json:
        """Charges, newest first; `limit` of them after `cursor`. Raises `Refusal` 400."""
        limit = _integer(query, "limit", DEFAULT_PAGE, 1, MAX_PAGE)
        before = _integer(query, "cursor", self._number + 1, 1, self._number + 1)
        charges = [entry for entry in self._newest() if entry.status == "succeeded" and entry.number < before]
        page = charges[:limit]
        more = len(charges) > limit
        return {
            "data": [entry.transaction() for entry in page],
            "pagination": {"next_cursor": str(page[-1].number) if more else None, "has_more": more},
        }

    def logs(self, query: Mapping[str, str], *, models: Iterable[str], statuses: Iterable[str]) -> Json:
        """Calls, newest first; `limit` of them after the first `offset`. Raises `Refusal` 400."""
        limit = _integer(query, "limit", DEFAULT_PAGE, 1, MAX_PAGE)
        offset = _integer(query, "offset", 0, 0, MAX_ENTRIES)
        models, statuses = set(models), set(statuses)
        if not statuses <= set(STATUSES):
            raise bad_parameter("status", f"one of {', '.join(STATUSES)}", ",".join(sorted(statuses)))
        found = [
            entry
            for entry in self._newest()
            if (not models or models & {entry.model, f"openai/{entry.model}"})
            and (not statuses or entry.status in statuses)
        ]
        more = len(found) > offset + limit
        return {
            "data": [entry.log() for entry in found[offset : offset + limit]],
            "pagination": {"limit": limit, "offset": offset, "total": len(found), "has_more": more},
        }

    def _newest(self) -> Iterable[Entry]:
        return reversed(self._entries)


def _integer(query: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    given = query.get(name)
    if given is None:
        return default
    if not given.isascii() or not given.isdigit() or not low <= int(given) <= high:
        raise bad_parameter(name, f"an integer from {low} to {high}", given)
    return int(given)


def credits_of(usd: float) -> int:
    """The same amount in the provider's credits."""
    return round(usd * CREDITS_PER_USD)


def cost(usd: float) -> Json:
    """The `meta.usage` of an answer."""
    return {"credits_used": credits_of(usd), "usd_spent": usd}
