"""The examples on docs/protocol.md, as the page holds them."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "protocol.md"
EXAMPLE = re.compile(r"<!-- example: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)


def example(name: str) -> str:
    """The code of one example."""
    found: dict[str, str] = dict(EXAMPLE.findall(PAGE.read_text("utf-8")))
    return found[name]
