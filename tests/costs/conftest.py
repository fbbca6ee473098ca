"""The house of the turns, for costs."""

from tests.turns.conftest import house, provider

__all__ = ["house", "provider"]
