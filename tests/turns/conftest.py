"""One real provider for all tests of turns, and a house for each."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from tests.providers import Provider, start_provider
from tests.turns.house import KEY, House


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    with start_provider(key=KEY) as running:
        yield running


@pytest.fixture
def house(provider: Provider, settings: LazySettings, caplog: pytest.LogCaptureFixture) -> House:
    return House(provider, settings, lambda: caplog.text)
