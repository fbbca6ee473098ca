"""The difference between two renderings of a growing message, as sent to a browser.

A patch is `{"n": count, "p": [[block, keep_prefix, keep_suffix, insert], ...]}`: cut or fill the block list
to `n` blocks (new ones empty), then for each entry keep that many units of the block's start and of its end
and put `insert` between. Units are UTF-16 code units, which is what JavaScript's strings count. A patch is
relative to the blocks that client was last sent; the first one is relative to none.
"""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any, TypedDict


class Patch(TypedDict):
    """The wire form."""

    n: int
    p: list[tuple[int, int, int, str]]


def diff_blocks(old: Sequence[str], new: Sequence[str]) -> Patch:
    """The patch that makes `new` of `old`."""
    splices = [
        (index, *_splice(before or "", after))
        for index, (before, after) in enumerate(zip_longest(old[: len(new)], new))
        if before != after
    ]
    return {"n": len(new), "p": splices}


def apply_patch(blocks: Sequence[str], patch: Patch | Mapping[str, Any]) -> list[str]:
    """What the browser does with a patch, as the reference for its script."""
    count: int = patch["n"]
    result = [*blocks[:count], *[""] * (count - len(blocks))]
    for index, keep_prefix, keep_suffix, insert in patch["p"]:
        units = result[index].encode("utf-16-le")
        end = len(units) - 2 * keep_suffix
        result[index] = (units[: 2 * keep_prefix] + insert.encode("utf-16-le") + units[end:]).decode(
            "utf-16-le"
        )
    return result


def blocks_hash(blocks: Sequence[str]) -> str:
    """SHA-256 (hex) of the blocks' HTML joined, in UTF-8: a client that computes another one asks for a
    snapshot.
    """
    return hashlib.sha256("".join(blocks).encode()).hexdigest()


def _splice(old: str, new: str) -> tuple[int, int, str]:
    prefix = _common_prefix(old, new)
    suffix = _common_suffix(old[prefix:], new[prefix:])
    return _units(new[:prefix]), _units(new[len(new) - suffix :]), new[prefix : len(new) - suffix]


def _common_prefix(a: str, b: str) -> int:
    """Code points both begin with. Bisection, since comparing slices is far cheaper than a loop over
    characters.
    """
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_suffix(a: str, b: str) -> int:
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[len(a) - middle :] == b[len(b) - middle :]:
            low = middle
        else:
            high = middle - 1
    return low


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
