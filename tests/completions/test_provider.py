"""The client against the built-in completions server, a real process that speaks the provider's wire form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conversations.completions import Done, UsageReport, assemble
from tests.providers import Provider, start_provider

from .conftest import KEY, ClientMaker
from .helpers import REQUEST, run


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with start_provider(rate=0, key=KEY) as provider:
        yield provider


async def test_a_streamed_reply(make_client: ClientMaker, provider: Provider) -> None:
    found, error = await run(make_client(provider.base_url))
    assert error is None
    assert isinstance(found[-1], Done) and found[-1].marked
    assert assemble(found).choices[0].text
    report = next(event for event in found if isinstance(event, UsageReport))
    assert report.usage is not None and report.usd_spent is not None


async def test_a_whole_reply(make_client: ClientMaker, provider: Provider) -> None:
    completion = await make_client(provider.base_url).complete(REQUEST, request_id="r-1")
    assert completion.choices[0].text and completion.choices[0].reason == "stop"


async def test_the_models_and_the_check(make_client: ClientMaker, provider: Provider) -> None:
    client = make_client(provider.base_url)
    assert (await client.models()).find("gpt-4-1106-preview") is not None
    result = await client.check()
    assert result.ok, result
