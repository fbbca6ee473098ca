"""Tools for tests of turns, offered as a site's own module of tools is.

`hold` waits until the test calls `release`; `started` counts what has begun to run.
"""

from __future__ import annotations

import asyncio
from collections import Counter

from conversations.tools import ToolFailed, tool

started: Counter[str] = Counter()
ended: Counter[str] = Counter()
_gates: list[asyncio.Event] = []


def reset() -> None:
    """As before the first call."""
    started.clear()
    ended.clear()
    _gates.clear()


def release() -> None:
    """Let every call of `hold` end."""
    for gate in _gates:
        gate.set()


@tool(title="Echo")
def echo(text: str) -> str:
    """Say the text again."""
    started["echo"] += 1
    return text


@tool(title="Wait")
async def wait(seconds: float) -> str:
    """Wait for so many seconds."""
    await asyncio.sleep(seconds)
    return f"waited {seconds:g}"


@tool(title="Hold")
async def hold(name: str = "") -> str:
    """Wait until told to end."""
    gate = asyncio.Event()
    _gates.append(gate)
    started["hold"] += 1
    try:
        await gate.wait()
    finally:
        ended["hold"] += 1
    return f"held {name}"


@tool(title="Send a letter", asks=True)
def letter(to: str) -> str:
    """Send a letter to somebody."""
    started["letter"] += 1
    return f"sent to {to}"


@tool(title="Broken")
def broken() -> str:
    """Always fails."""
    raise ToolFailed("the machine is out of order")
