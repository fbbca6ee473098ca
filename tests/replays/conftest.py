"""The house of the turns, with a provider of its own: replays run in the same process as replies.

`host` answers as a test scripts it; with `tools` the conversations may use those of `tests.turns.try_tools`.
"""

from tests.attachments.conftest import attachments_folder
from tests.turns.conftest import host, house, provider, tools

__all__ = ["attachments_folder", "host", "house", "provider", "tools"]
