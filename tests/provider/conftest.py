"""One provider for all tests of this folder, and the official client as the judge of its wire format."""

from collections.abc import Iterator

import pytest
from openai import OpenAI

from tests.providers import Provider, start_provider

KEY = "sk-test-provider"


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    with start_provider(key=KEY) as running:
        yield running


@pytest.fixture(scope="session")
def client(provider: Provider) -> Iterator[OpenAI]:
    """Tests take it as Any: they know which optional fields of its answers are there."""
    with OpenAI(base_url=provider.base_url, api_key=KEY, max_retries=0, timeout=10) as opened:
        yield opened
