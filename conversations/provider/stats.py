"""Counters of completion requests, for tests to assert "one request only" and "closed after stop".

- running: being answered.
- finished: answered to the end, errors and scenario cuts included.
- aborted: the client left.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import ClientConnectionResetError

MAX_CLIENTS = 10_000
MAX_REQUESTS = 20
MAX_KEPT_BYTES = 1_000_000


@dataclass
class Counts:
    """How many requests reached each state."""

    started: int = 0
    running: int = 0
    finished: int = 0
    aborted: int = 0


class Stats:
    """Counts of all requests and per client request id, and the bodies of the last few."""

    def __init__(self) -> None:
        self.total = Counts()
        self.by_client: OrderedDict[str, Counts] = OrderedDict()
        self.last: deque[dict[str, Any]] = deque(maxlen=MAX_REQUESTS)

    def keep(self, client_request_id: str | None, body: object, *, size: int) -> None:
        """Remember a request for `GET /requests`; a body over `MAX_KEPT_BYTES` as null."""
        kept = body if size <= MAX_KEPT_BYTES else None
        self.last.append({"client_request_id": client_request_id, "body": kept})

    @contextmanager
    def request(self, client_request_id: str | None) -> Iterator[None]:
        """Count one request: aborted when it is cancelled or writing finds the client gone."""
        counts = [self.total]
        if client_request_id is not None:
            counts.append(self.by_client.setdefault(client_request_id, Counts()))
            if len(self.by_client) > MAX_CLIENTS:
                self.by_client.popitem(last=False)
        for count in counts:
            count.started += 1
            count.running += 1
        outcome = "finished"
        try:
            yield
        except BaseException as error:
            # Cancellation is how the web server reports a client that closed its connection.
            if not isinstance(error, Exception) or isinstance(error, ClientConnectionResetError):
                outcome = "aborted"
            raise
        finally:
            for count in counts:
                count.running -= 1
                setattr(count, outcome, getattr(count, outcome) + 1)

    def snapshot(self) -> dict[str, Any]:
        """The body of `GET /stats`."""
        return {
            **asdict(self.total),
            "requests": {key: asdict(value) for key, value in self.by_client.items()},
        }
