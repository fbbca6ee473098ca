"""Values: a Fraction is exact, a float is not. Every operation keeps both within bounds."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

Number = Fraction | float

BITS: Final = 10_000
"""Of a numerator or denominator: about 3,000 digits. Operations on such numbers take microseconds."""

DECIMALS: Final = 40
"""An exact decimal with more places than this is written as a fraction, with its first digits."""

DIGITS: Final = 15
"""Significant digits of what is not exact: those that a float carries."""


class CannotCompute(Exception):
    """What was asked has no answer here; the message says why, without a full stop."""


def bounded(value: Number) -> Number:
    """The value itself. Raises CannotCompute when it is too large to go on with."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise CannotCompute("the result is too large")
    elif max(value.numerator.bit_length(), value.denominator.bit_length()) > BITS:
        raise CannotCompute("the result has more than 3,000 digits")
    return value


def whole(value: Number, what: str) -> int:
    """The value as an integer. Raises CannotCompute, naming `what` it is for."""
    if isinstance(value, float) or value.denominator != 1:
        raise CannotCompute(f"{what} must be a whole number")
    return value.numerator


def power(base: Number, exponent: Number) -> Number:
    """`base` to the `exponent`; exact where both are exact and the exponent is whole.

    Raises CannotCompute; OverflowError and ZeroDivisionError as Python's own operators do.
    """
    if base == 0 and exponent < 0:
        raise CannotCompute("division by zero")
    if isinstance(exponent, Fraction) and exponent.denominator == 1 and isinstance(base, Fraction):
        size = max(base.numerator.bit_length(), base.denominator.bit_length())
        # 0, 1 and -1 stay small, and their powers are found by parity.
        if base in (0, 1, -1):
            return base ** (abs(exponent.numerator) % 2 or (2 if exponent else 0))
        if (size - 1) * abs(exponent.numerator) > BITS:
            raise CannotCompute("the result has more than 3,000 digits")
        return bounded(base**exponent.numerator)
    if base < 0 and (isinstance(exponent, float) or exponent.denominator != 1):
        raise CannotCompute("a broken power of a negative number is no real number")
    return bounded(float(base) ** float(exponent))


def written(value: Number) -> str:
    """The value in decimal, with ≈ before what is not exact: `42`, `0.1`, `1/3 ≈ 0.333333333333333`."""
    if isinstance(value, float):
        return f"≈ {value:.{DIGITS}g}"
    if value.denominator == 1:
        return str(value.numerator)
    places = _decimals(value.denominator)
    if places is not None:
        return _decimal(value, places)
    return f"{value.numerator}/{value.denominator} ≈ {_leading(value)}"


def _decimals(denominator: int) -> int | None:
    """How many decimal places 1/denominator has; None when it has no end, or a far one."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    places = max(twos, fives)
    return places if denominator == 1 and places <= DECIMALS else None


def _decimal(value: Fraction, places: int) -> str:
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _leading(value: Fraction) -> str:
    try:
        return f"{float(value):.{DIGITS}g}"
    except OverflowError:
        return f"a number of {len(str(abs(value.numerator) // value.denominator)):,} digits"
