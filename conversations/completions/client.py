"""The completions client: one call, as a stream of events or as a whole completion."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Literal

from .catalogue import Catalogue
from .requests import CompletionRequest
from .types import Completion, StreamEvent


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. first_byte: from sending to the body's first byte; idle: between bytes; total: the whole call."""

    connect: float = 10.0
    first_byte: float = 120.0
    idle: float = 60.0
    total: float = 600.0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`ok`: the base URL is a completions API that accepts the key. `message`: the finding in plain words."""

    ok: bool
    message: str
    detail: str = ""


class CompletionsClient:
    def __init__(
        self,
        *,
        base_url: str,
        api_key: str | None,
        timeouts: Timeouts | None = None,
        transport: Literal["aiohttp", "httpx"] = "aiohttp",
    ) -> None:
        raise NotImplementedError

    def stream(
        self, request: CompletionRequest, *, request_id: str
    ) -> AbstractAsyncContextManager[AsyncIterator[StreamEvent]]:
        raise NotImplementedError

    async def complete(self, request: CompletionRequest, *, request_id: str) -> Completion:
        raise NotImplementedError

    async def models(self, etag: str | None = None) -> Catalogue:
        raise NotImplementedError

    async def check(self) -> CheckResult:
        raise NotImplementedError

    async def aclose(self) -> None:
        raise NotImplementedError
