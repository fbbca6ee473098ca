"""A request that was sent before, to be sent again as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .checks import check_integer
from .parts import Wire


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """`wire` is what `CompletionRequest.to_wire` gave: it was checked then, and nothing of it is changed."""

    wire: Mapping[str, Any]

    @property
    def n(self) -> int | None:
        number: int | None = self.wire.get("n")
        return number

    def for_one_choice(self) -> StoredRequest:
        """The same, asking for one reply: an `n` is not sent."""
        return StoredRequest({name: value for name, value in self.wire.items() if name != "n"})

    def with_seed(self, seed: int | None) -> StoredRequest:
        """The same with another seed, or with none. Raises InvalidRequest."""
        check_integer("seed", seed, 1)
        rest = {name: value for name, value in self.wire.items() if name != "seed"}
        return StoredRequest(rest if seed is None else rest | {"seed": seed})

    def to_wire(self, *, stream: bool) -> Wire:
        """The JSON object to send. The options of a stream go with a stream only."""
        wire = dict(self.wire) | {"stream": stream}
        if not stream:
            wire.pop("stream_options", None)
        return wire
