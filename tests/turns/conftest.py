"""For all tests of turns: a real provider, a scripted host, tools to call, and a house for each."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from tests.live.host import Host, running_host
from tests.providers import Provider, start_provider
from tests.turns import try_tools
from tests.turns.house import KEY, House


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    with start_provider(key=KEY) as running:
        yield running


@pytest.fixture
def house(provider: Provider, settings: LazySettings, caplog: pytest.LogCaptureFixture) -> House:
    return House(provider, settings, lambda: caplog.text)


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with running_host() as running:
        yield running


@pytest.fixture
def tools(settings: LazySettings) -> None:
    """The tools of `try_tools` are offered, and none of them has run."""
    settings.TOOL_MODULES = (try_tools.__name__,)
    try_tools.reset()
