"""The house of the turns, with a provider of its own: replays run in the same process as replies.

`host` answers as a test scripts it; with `tools` the conversations may use those of `tests.turns.try_tools`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from tests.attachments.conftest import attachments_folder
from tests.live.host import Host, running_host
from tests.turns import try_tools
from tests.turns.conftest import house, provider

__all__ = ["attachments_folder", "house", "provider"]


@pytest.fixture(scope="package")
def host() -> Iterator[Host]:
    with running_host() as running:
        yield running


@pytest.fixture
def tools(settings: LazySettings) -> None:
    settings.TOOL_MODULES = ("tests.turns.try_tools",)
    try_tools.reset()
