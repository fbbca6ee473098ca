"""Tolerant readers of single JSON fields: the value if it is usable, None if it is missing, null or of
another kind.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

from .text import clean_text

WORD_LIMIT: Final = 256
_COUNT_LIMIT: Final = 2**53
_DIGITS_LIMIT: Final = 16
_MONEY_LIMIT: Final = Decimal(10**9)
_DECODER: Final = json.JSONDecoder(parse_float=Decimal, parse_constant=lambda _: None)


def decode_json(text: str) -> Any:
    """`text` as JSON, fractions as Decimal, NaN and infinities as null. Raises ValueError."""
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("JSON nested too deeply") from error


def as_dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def as_text(value: object) -> str:
    return value if isinstance(value, str) else ""


def as_word(value: object) -> str | None:
    """A short name (an id, a model, a finish reason), cleaned and cut."""
    return (clean_text(value)[:WORD_LIMIT] or None) if isinstance(value, str) else None


def as_count(value: object) -> int | None:
    """A whole number from 0 up; 168.0 and "168" count as 168, and -1 as nothing."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _DIGITS_LIMIT:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return int(value) if 0 <= value <= _COUNT_LIMIT and value == int(value) else None


def as_number(value: object) -> float | None:
    """A number that a float can hold."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return float(value) if -_COUNT_LIMIT < value < _COUNT_LIMIT else None


def as_money(value: object) -> Decimal | None:
    """An amount that can be charged: finite, not negative; given as a number or as text."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        amount = Decimal(value)
    except ArithmeticError:
        return None
    return amount if amount.is_finite() and 0 <= amount <= _MONEY_LIMIT else None
