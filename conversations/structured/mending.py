"""The one message that may be sent to the model when its reply is not the JSON that was asked for."""

from __future__ import annotations

OPENING = "Your last reply cannot be used as it is. "
"""What such a message begins with: so it is known again, and no second one is offered on its answer."""

PROBLEM_CHARACTERS = 600


def mending_message(problem: str) -> str:
    """The message, which names the problem."""
    return f"{OPENING}{problem[:PROBLEM_CHARACTERS]} Send the whole reply again as JSON alone, mended."


def is_mending(text: str) -> bool:
    """Whether a message is one of these."""
    return text.startswith(OPENING)
