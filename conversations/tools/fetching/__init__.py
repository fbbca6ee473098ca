"""Fetch a page of the public internet at an address a model wrote, without opening a way into this network.

- `addresses`: which network addresses count as public
- `locations`: which URLs are accepted
- `fetch`: resolve once, connect to that very address, follow redirects by the same rules, within bounds
- `bodies`: bytes to text: size, compression, charset
- `pages`: HTML to the text that people read
"""

from conversations.tools.fetching.fetch import Fetched, Rules, safe_fetch
from conversations.tools.fetching.locations import CannotFetch
from conversations.tools.fetching.pages import page_text

__all__ = ["CannotFetch", "Fetched", "Rules", "page_text", "safe_fetch"]
