"""What the provider charged, asked afterwards: the account's transactions and the log of calls.

    GET /v2/billing/transactions   charges of calls, by inference id; pages by cursor
    GET /v2/logs                   calls, failed ones too, by either id; pages by offset

Both give their rows newest first, and new ones may be added while pages are read. Read tolerantly, like
everything the server sends. Source: the provider's API documentation, "Account balance" and "Usage logs".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar
from urllib.parse import urlencode, urlsplit

from .errors import BadAnswer, CompletionError
from .exchange import Call, open_exchange
from .fields import as_count, as_dict, as_list, as_money, as_text, as_word, decode_json
from .secret import ApiKey
from .timeouts import CallClock, Timeouts
from .transport import Connections
from .wire import checked_base_url

PAGE_ROWS: Final = 100
PAGE_LIMIT: Final = 1_000_000  # bytes
CURSOR_LIMIT: Final = 2_000  # characters
TIMEOUTS: Final = Timeouts(connect=10, first_byte=30, idle=30, total=60)
_HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "chatsite"}

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge for the call `inference_id`. `created`: None when it could not be read."""

    inference_id: str
    usd: Decimal
    created: datetime | None


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """A call in the log. `request_id`: the one that the client sent. A failed call costs nothing."""

    inference_id: str
    request_id: str
    failed: bool
    usd: Decimal
    prompt_tokens: int | None
    completion_tokens: int | None
    created: datetime | None


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows. `oldest`: the earliest time on the page; `next`: where the next page is, if there is one."""

    rows: tuple[Row, ...]
    oldest: datetime | None
    next: str | None


class Billing:
    """Asks at `base_url`, with the connections and the key of a completions client."""

    def __init__(self, connections: Connections, key: ApiKey, base_url: str) -> None:
        self._connections = connections
        self._key = key
        self._base_url = checked_base_url(base_url)

    async def charges(self, *, since: datetime, cursor: str | None = None) -> Page[Charge]:
        """A page of the charges for calls, from `since` on. Raises a CompletionError."""
        query = {"from": _iso(since), "direction": "CHARGE", "type": "MODEL_USAGE", "limit": str(PAGE_ROWS)}
        found = await self._get("/v2/billing/transactions", query | ({"cursor": cursor} if cursor else {}))
        paging = as_dict(found.get("pagination"))
        following = as_text(paging.get("next_cursor"))
        more = paging.get("has_more") is not False and 0 < len(following) <= CURSOR_LIMIT
        return _page(found, "created_at", _read_charge, following if more else None)

    async def calls(self, *, since: datetime, until: datetime, offset: int = 0) -> Page[LoggedCall]:
        """A page of the calls between two times, at most 92 days apart. Raises a CompletionError."""
        query = {"start": _iso(since), "end": _iso(until), "limit": str(PAGE_ROWS), "offset": str(offset)}
        found = await self._get("/v2/logs", query)
        more = as_dict(found.get("pagination")).get("has_more") is True
        count = len(as_list(found.get("data")))
        return _page(found, "created", _read_call, str(offset + count) if more and count else None)

    async def _get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        call = Call("GET", f"{self._base_url}{path}?{urlencode(query)}", _HEADERS, accept=frozenset({200}))
        try:
            return await self._fetch(call)
        except CompletionError as error:
            failure = error
        # Without the frames below this module: their locals hold answers, which may echo the key.
        raise failure.with_traceback(None)

    async def _fetch(self, call: Call) -> dict[str, Any]:
        clock = CallClock(TIMEOUTS)
        async with open_exchange(self._connections, call, self._key, clock) as exchange:
            body = await exchange.body(PAGE_LIMIT)
        try:
            found = decode_json(body.decode("utf-8", "replace"))
        except ValueError:
            found = None
        if isinstance(found, dict) and isinstance(found.get("data"), list):
            return found
        raise BadAnswer(detail="what was charged is not a list of rows", status=200)


def origin_of(base_url: str) -> str:
    """Where the account of a server with this base URL is asked for: its origin, without the path."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"


def _page(found: dict[str, Any], time_field: str, read: Any, following: str | None) -> Page[Any]:
    entries = [as_dict(entry) for entry in as_list(found.get("data"))[:PAGE_ROWS]]
    times = [moment for entry in entries if (moment := _moment(entry.get(time_field)))]
    rows = tuple(row for entry in entries if (row := read(entry)) is not None)
    return Page(rows, min(times, default=None), following)


def _read_charge(entry: dict[str, Any]) -> Charge | None:
    """None for what is no charge of a call, such as a payment."""
    reference = as_word(entry.get("reference_id"))
    usd = as_money(as_dict(entry.get("amount")).get("usd"))
    kind = entry.get("direction"), entry.get("type")
    if reference is None or usd is None or kind != ("CHARGE", "MODEL_USAGE"):
        return None
    return Charge(reference, usd, _moment(entry.get("created_at")))


def _read_call(entry: dict[str, Any]) -> LoggedCall | None:
    failed = entry.get("status") == "failed"
    usd = Decimal(0) if failed else as_money(as_dict(entry.get("cost")).get("usd"))
    if usd is None:
        return None
    tokens = as_dict(entry.get("tokens"))
    return LoggedCall(
        inference_id=as_word(entry.get("inference_id")) or "",
        request_id=as_word(entry.get("client_request_id")) or "",
        failed=failed,
        usd=usd,
        prompt_tokens=as_count(tokens.get("input")),
        completion_tokens=as_count(tokens.get("output")),
        created=_moment(entry.get("created")),
    )


def _moment(value: object) -> datetime | None:
    """A time as the provider writes it; one without an offset is UTC."""
    try:
        found = datetime.fromisoformat(as_text(value))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
