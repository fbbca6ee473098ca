"""What the client's tests share: both transports, and a client that waits little."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from conversations.completions import Breaker, CompletionsClient, RetryPolicy

KEY = "sk-canary-4f7a1c9e2b8d6035"

ClientMaker = Callable[..., CompletionsClient]


@pytest.fixture(params=["aiohttp", "httpx"])
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def make_client(transport: str) -> AsyncIterator[ClientMaker]:
    """Makes clients over the transport under test, which are closed at the end."""
    async with AsyncExitStack() as stack:

        def make(base_url: str, **options: Any) -> CompletionsClient:
            options.setdefault("retries", RetryPolicy(base=0.01, longest_wait=30.0, jitter=lambda: 0.0))
            options.setdefault("breaker", Breaker(threshold=1000))
            client = CompletionsClient(
                base_url=base_url, api_key=KEY, transport=options.pop("transport", transport), **options
            )
            stack.push_async_callback(client.aclose)
            return client

        yield make
