"""What answers cost: the balance, the charges and the log of served calls, in memory.

A call that the client aborted is charged for what was sent; a refused one costs nothing.
"""

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .catalogue import CREDITS_PER_USD, price
from .errors import bad_parameter

Json = dict[str, Any]

START_BALANCE = 1_000.0
MAX_ENTRIES = 2_000
MAX_PAGE = 100


@dataclass(frozen=True)
class Entry:
    """One served call. `number` grows by one and is the cursor of paging."""

    number: int
    inference_id: str
    client_request_id: str | None
    model: str
    status: str
    prompt_tokens: int
    completion_tokens: int
    usd_spent: float
    created_at: str

    def transaction(self) -> Json:
        return {
            "id": f"txn_{self.number}",
            "type": "charge",
            "reference_id": self.inference_id,
            "amount": -self.usd_spent,
            "currency": "USD",
            "created_at": self.created_at,
        }

    def log(self) -> Json:
        return {
            "inference_id": self.inference_id,
            "client_request_id": self.client_request_id,
            "model": self.model,
            "status": self.status,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "usd_spent": self.usd_spent,
            "credits_used": cost(self.usd_spent)["credits_used"],
            "created_at": self.created_at,
        }


class Ledger:
    """The account of this run. Oldest entries are forgotten, the balance is not."""

    def __init__(self) -> None:
        self.balance = START_BALANCE
        self.entries: deque[Entry] = deque(maxlen=MAX_ENTRIES)
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
        """Book one call. `status` is `success` or `aborted`."""
        self._number += 1
        spent = price(prompt_tokens, completion_tokens)
        self.balance -= spent
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.entries.append(
            Entry(
                number=self._number,
                inference_id=inference_id,
                client_request_id=client_request_id,
                model=model,
                status=status,
                prompt_tokens=prompt_tokens,
                completion_tokens=completion_tokens,
                usd_spent=spent,
                created_at=now,
            )
        )

    def page(self, *, cursor: str | None, limit: str | None) -> tuple[list[Entry], str | None]:
        """Entries newest first after `cursor`, and the cursor of the next page (None on the last)."""
        size = int(limit) if limit and limit.isdigit() else MAX_PAGE // 2 if limit is None else 0
        if not 1 <= size <= MAX_PAGE:
            raise bad_parameter("limit", f"an integer from 1 to {MAX_PAGE}", limit)
        if cursor is not None and not cursor.isdigit():
            raise bad_parameter("cursor", "the next_cursor of the page before", cursor)
        before = int(cursor) if cursor is not None else self._number + 1
        older = [entry for entry in reversed(self.entries) if entry.number < before]
        found = older[:size]
        return found, str(found[-1].number) if len(older) > size else None


def cost(usd: float) -> Json:
    """The `meta.usage` of an answer."""
    return {"credits_used": round(usd * CREDITS_PER_USD), "usd_spent": usd}
