"""The requests of a run: the stored one, and with tools those of all its rounds, with recorded results. Pure.

No tool is run by a replay. As long as a run asks for the calls that the original asked for in the same round,
it is given the results that the original was given. Where it asks for others, there are none, and it ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from conversations.completions import StoredRequest
from conversations.models.replay import SeedMode
from conversations.script import PARAGRAPH, Asked, Turn, same_arguments
from conversations.store.recorded import SentRound, first_messages, rounds_sent
from conversations.store.replays import Order

NAME_CHARACTERS = 200
"""Of a call's name, as it is stored."""


class Recording:
    """Of one replay: what goes out in each round of each of its runs, with the seed that was chosen."""

    def __init__(self, order: Order) -> None:
        self._stored = _seeded(order)
        self._first_choice = order.first_tool_choice
        self._messages = first_messages(self._stored)
        self._rounds = rounds_sent(self._stored)
        self._turns = order.original.said.turns

    def request(self, turns: Sequence[Turn]) -> StoredRequest:
        """What is sent after these answers of a run, of which each asked for calls with recorded results."""
        messages = [*self._messages]
        for turn, round_ in zip(turns, self._rounds, strict=False):
            messages += _told(turn.text.removeprefix(PARAGRAPH), round_)
        wire = {**self._stored, "messages": messages}
        return StoredRequest(_with_choice(wire, self._choice(len(turns))))

    def has_results(self, number: int, turn: Turn) -> bool:
        """Whether the original asked for the same in this round, from 0, and went on with the results."""
        if not turn.calls or number >= len(self._rounds):
            return False
        recorded = self._turns[number].calls
        return len(recorded) == len(turn.calls) and all(map(_same, recorded, turn.calls))

    def _choice(self, number: int) -> Any:
        """The tool_choice of a round: a call was forced once, and the last request may forbid any."""
        last = self._stored.get("tool_choice")
        if number == len(self._rounds):
            return last
        first = self._first_choice or (None if last == "none" else last)
        return first if number == 0 or first in ("auto", "none") else None


def _seeded(order: Order) -> Mapping[str, Any]:
    request = StoredRequest(order.wire).for_one_choice()
    if order.choices.seed_mode == SeedMode.STORED:
        return request.wire
    return request.with_seed(order.choices.seed).wire


def _told(text: str, round_: SentRound) -> Iterator[dict[str, Any]]:
    """What the run said, the original's calls, which are as good as its own, and their results."""
    said = {"content": text} if text else {}
    yield {"role": "assistant", **said, "tool_calls": round_.calls}
    yield from round_.results


def _same(recorded: Asked, asked: Asked) -> bool:
    name = asked.name[:NAME_CHARACTERS]
    return recorded.name == name and same_arguments(recorded.arguments, asked.arguments)


def _with_choice(wire: dict[str, Any], choice: Any) -> dict[str, Any]:
    """With this tool_choice, where a request has it."""
    if wire.get("tool_choice") == choice:
        return wire
    changed: dict[str, Any] = {}
    for name, value in wire.items():
        if name != "tool_choice":
            changed[name] = value
        if name == "tools" and choice is not None:
            changed["tool_choice"] = choice
    return changed
