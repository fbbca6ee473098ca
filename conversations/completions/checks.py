"""The checks that requests are built from: each returns nothing, or raises InvalidRequest with the field's
name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sized
from typing import Final

from .errors import InvalidRequest

NAME_LIMIT: Final = "1 to 64 of A-Z a-z 0-9 _ -"
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


def check_integer(field: str, value: object, minimum: int) -> None:
    """None (not sent) or a true integer of at least `minimum`."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
        raise InvalidRequest(field, f"an integer of at least {minimum}", value)


def check_number(field: str, value: object, low: float, high: float) -> None:
    """None (not sent) or a number from `low` to `high`; NaN is outside every range."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise InvalidRequest(field, f"a number from {low:g} to {high:g}", value)


def check_boolean(field: str, value: object) -> None:
    if value is not None and not isinstance(value, bool):
        raise InvalidRequest(field, "true or false", value)


def check_text(field: str, value: object, *, minimum: int = 0, maximum: int | None = None) -> None:
    """A string of `minimum` to `maximum` characters."""
    if not isinstance(value, str) or len(value) < minimum or (maximum is not None and len(value) > maximum):
        limit = "text" if not minimum else f"text of at least {minimum} character"
        raise InvalidRequest(
            field, limit if maximum is None else f"text of {minimum} to {maximum} characters", value
        )


def check_name(field: str, value: object) -> None:
    """The names of functions and of response formats."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise InvalidRequest(field, NAME_LIMIT, value)


def check_choice(field: str, value: object, allowed: Iterable[str]) -> None:
    allowed = tuple(allowed)
    if value is not None and value not in allowed:
        raise InvalidRequest(field, "one of " + ", ".join(allowed), value)


def check_object(field: str, value: object) -> None:
    if not isinstance(value, dict):
        raise InvalidRequest(field, "a JSON object", value)


def check_count(field: str, value: Sized, minimum: int, maximum: int | None = None) -> None:
    """The number of things in `value`."""
    if len(value) < minimum or (maximum is not None and len(value) > maximum):
        limit = f"at least {minimum}" if maximum is None else f"{minimum} to {maximum}"
        raise InvalidRequest(field, f"{limit} in number", len(value))
