"""How likely the model held each token of a reply: kept compactly, read back, and summed up in words.

- token: as the server told it, with the natural logarithm of its probability and the likeliest alternatives.
- level: one of six steps from all but certain (0) to surprising (5), for the eye.

A token's logarithm is kept to four digits. A log is compressed once, at the reply's end, and never changed.
"""

from __future__ import annotations

import math
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from conversations.completions import TokenLogprob

TOKENS: Final = 10_000
"""Of a reply whose probabilities are kept: more than the longest reply of the models that tell them."""
LEAST_CERTAIN: Final = 5
_SCALE: Final = 10_000
_FLOOR: Final = -99.0
"""Servers say -9999 or worse of what they hold impossible; e^-99 is as impossible to a reader."""
_STEPS: Final = (0.1, 0.25, 0.5, 0.8, 0.95)


class _Kept(msgspec.Struct, array_like=True, frozen=True):
    """One token as it is stored; logarithms in 1/_SCALE. `raw`: as of TokenLogprob."""

    token: str
    log: int
    top: list[tuple[str, int]]
    raw: bytes = b""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[_Kept])


class TokenLog:
    """The tokens of one reply while it is written. `full`: some came beyond the limit, and are not kept."""

    def __init__(self) -> None:
        self.full = False
        self._packed: list[msgspec.Raw] = []
        self._ends = array("L")
        self._length = 0

    def __len__(self) -> int:
        return len(self._packed)

    def add(self, tokens: Iterable[TokenLogprob]) -> None:
        """The next ones, packed at once: as objects they would take twenty times the room."""
        for token in tokens:
            if len(self._packed) >= TOKENS:
                self.full = True
                return
            top = [(name, _small(log)) for name, log in token.top]
            kept = _Kept(token.token, _small(token.logprob), top, token.raw)
            self._packed.append(msgspec.Raw(_encoder.encode(kept)))
            self._length += 0 if token.raw else len(token.token)
            self._ends.append(self._length)

    def until(self, characters: int) -> int:
        """How many tokens begin within the first `characters` of the text."""
        return min(len(self), bisect_left(self._ends, characters) + 1) if characters > 0 else 0

    def compressed(self, count: int) -> bytes:
        """The first `count` tokens. Takes a tenth of a second for the longest log."""
        return zlib.compress(_encoder.encode(self._packed[:count]))


def read_log(data: bytes) -> list[TokenLogprob]:
    """What `compressed` gave."""
    return [
        TokenLogprob(
            kept.token,
            kept.log / _SCALE,
            tuple((name, log / _SCALE) for name, log in kept.top),
            kept.raw,
        )
        for kept in _decoder.decode(zlib.decompress(data))
    ]


def level_of(logprob: float) -> int:
    """The step of a token, 0 to 5."""
    return len(_STEPS) - bisect_right(_STEPS, math.exp(logprob))


@dataclass(frozen=True)
class Summary:
    """mean: the geometric mean of the probabilities. perplexity: its reciprocal. least: the places of the
    least certain tokens, the least certain first; none that is certain.
    """

    mean: float
    perplexity: float
    least: tuple[int, ...]


def summed_up(tokens: Sequence[TokenLogprob]) -> Summary:
    """tokens: at least one."""
    mean = sum(token.logprob for token in tokens) / len(tokens)
    places = sorted(range(len(tokens)), key=lambda place: tokens[place].logprob)[:LEAST_CERTAIN]
    least = tuple(place for place in places if level_of(tokens[place].logprob))
    return Summary(math.exp(mean), math.exp(-mean), least)


def _small(logprob: float) -> int:
    return round(min(0.0, max(_FLOOR, logprob)) * _SCALE)
