"""Every test here may start the highlighting process; none leaves it behind."""

from collections.abc import Iterator

import pytest

from conversations.rendering import shutdown_highlighting


@pytest.fixture(scope="session", autouse=True)
def _no_process_left() -> Iterator[None]:
    yield
    shutdown_highlighting()
