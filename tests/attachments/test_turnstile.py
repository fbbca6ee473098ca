"""As many files of one person at a time as a message can have, and not one more."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from conversations.errors import Refused
from conversations.views.turnstile import _inside, at_most


def test_one_more_is_refused_and_others_are_not_concerned() -> None:
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(at_most(1, 3))
        with pytest.raises(Refused, match="3 files of yours"), at_most(1, 3):
            pass
        stack.enter_context(at_most(2, 3))
    with at_most(1, 3):
        pass
    assert not _inside


def test_a_failure_gives_its_place_back() -> None:
    with pytest.raises(OSError, match="torn"), at_most(1, 1):
        raise OSError("torn")
    assert not _inside
