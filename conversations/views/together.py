"""Replies asked for together, as the page tells of them."""

from __future__ import annotations

from conversations.models import Generation


def counted_words(generation: Generation) -> str:
    """Whose tokens and cost are with this reply: those of all, or none. Empty for a reply asked for alone."""
    if generation.choices == 1:
        return ""
    return "counted with reply 1" if generation.choice else f"for all {generation.choices}"


def place_words(generation: Generation) -> str:
    """Which reply of how many; empty for one asked for alone."""
    if generation.choices == 1:
        return ""
    counted = "on this one" if generation.choice == 0 else "on reply 1"
    place = f"reply {generation.choice + 1} of {generation.choices} to one request"
    return f"{place}; tokens and cost of all of them are {counted}"
