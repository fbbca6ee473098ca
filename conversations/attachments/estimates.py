"""About how many tokens an attached image or PDF takes.

Only the model's server knows: these are the rules that OpenAI has published for its GPT-4 models with vision
("Images and vision: calculating costs"), taken at their upper end.
"""

from __future__ import annotations

from math import ceil
from typing import Final

_SQUARE: Final = 2048
_SHORT_SIDE: Final = 768
_TILE: Final = 512
_TOKENS_PER_TILE: Final = 170
_TOKENS_PER_IMAGE: Final = 85
_TOKENS_PER_PAGE: Final = 1_600
"""A page goes up twice: as an image of A4 or Letter in 6 tiles (1,105), and as its text (some 500)."""


def image_tokens(width: int, height: int) -> int:
    """With high detail: fit into 2,048 square, the shorter side to 768, then 170 for each tile of 512 and 85.

    Sizes in pixels. Nothing is enlarged.
    """
    scale = min(1.0, _SQUARE / max(width, height))
    scale = min(scale, _SHORT_SIDE / min(width, height))
    tiles = ceil(width * scale / _TILE) * ceil(height * scale / _TILE)
    return _TOKENS_PER_IMAGE + _TOKENS_PER_TILE * tiles


def pdf_tokens(pages: int) -> int:
    """By the number of pages."""
    return _TOKENS_PER_PAGE * pages
