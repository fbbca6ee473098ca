"""Where in a JSON text something stands: the steps from the whole value down, and their written form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

Step = str | int
"""A member's name, or an element's index."""

Path = tuple[Step, ...]

SHOWN_STEPS = 12
SHOWN_NAME = 40
_PLAIN_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


def path_text(path: Sequence[Step]) -> str:
    """`$.items[2].price`, or `$["odd name"]`; the middle of a long path and the end of a long name are left
    out.
    """
    if len(path) <= SHOWN_STEPS:
        return "$" + _joined(path)
    half = SHOWN_STEPS // 2
    return f"${_joined(path[:half])}…{_joined(path[-half:])}"


def _joined(steps: Iterable[Step]) -> str:
    return "".join(_step_text(step) for step in steps)


def _step_text(step: Step) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    name = step if len(step) <= SHOWN_NAME else step[:SHOWN_NAME] + "…"
    return f".{name}" if _PLAIN_NAME.fullmatch(name) else f"[{json.dumps(name)}]"
