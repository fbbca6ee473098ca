"""The house of the turns, with a provider of its own: replays run in the same process as replies."""

from tests.attachments.conftest import attachments_folder
from tests.turns.conftest import house, provider

__all__ = ["attachments_folder", "house", "provider"]
