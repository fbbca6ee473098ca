"""The house of the turns, for costs."""

from tests.turns.conftest import host, house, provider, tools

__all__ = ["host", "house", "provider", "tools"]
