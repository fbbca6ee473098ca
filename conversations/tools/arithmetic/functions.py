"""The functions and constants an expression may name. Angles are in radians."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Final, NamedTuple

from conversations.tools.arithmetic.numbers import CannotCompute, Number, bounded, whole

FACTORIAL: Final = 1_000
PLACES: Final = 100

CONSTANTS: Final[Mapping[str, float]] = {"pi": math.pi, "π": math.pi, "e": math.e, "tau": math.tau}


class Function(NamedTuple):
    """Called with `least` to `most` arguments."""

    least: int
    most: int
    compute: Callable[..., Number]


def factorial(value: Number) -> Fraction:
    number = whole(value, "the number before !")
    if not 0 <= number <= FACTORIAL:
        raise CannotCompute(f"factorials are known from 0 to {FACTORIAL:,}")
    return Fraction(math.factorial(number))


def modulo(dividend: Number, divisor: Number) -> Number:
    """The rest, with the sign of the divisor."""
    if divisor == 0:
        raise CannotCompute("division by zero")
    return dividend % divisor


def square_root(value: Number) -> Number:
    if value < 0:
        raise CannotCompute("the root of a negative number is no real number")
    if isinstance(value, Fraction):
        root = Fraction(math.isqrt(value.numerator), math.isqrt(value.denominator))
        if root * root == value:
            return root
    return math.sqrt(float(value))


def rounded(value: Number, places: Number = Fraction(0)) -> Number:
    """To so many decimal places, halves away from zero, as people round."""
    count = whole(places, "the number of places")
    if abs(count) > PLACES:
        raise CannotCompute(f"the number of places must be from -{PLACES} to {PLACES}")
    scale = Fraction(10) ** count
    size = math.floor(abs(Fraction(value)) * scale + Fraction(1, 2)) / scale
    return size if value >= 0 else -size


def logarithm(value: Number, base: Number) -> float:
    if value <= 0 or base <= 0 or base == 1:
        raise CannotCompute("a logarithm needs a number above 0, and a base above 0 that is not 1")
    whole_value = isinstance(value, Fraction) and value.denominator == 1
    if base in (2, 10) and whole_value:  # these are exact where the result is whole
        return math.log2(int(value)) if base == 2 else math.log10(int(value))
    return _ln(value) / _ln(base)


def _ln(value: Number) -> float:
    if value <= 0:
        raise CannotCompute("a logarithm needs a number above 0")
    if isinstance(value, Fraction):  # whose parts may be larger than any float
        return math.log(value.numerator) - math.log(value.denominator)
    return math.log(value)


def _real(compute: Callable[..., float]) -> Callable[..., Number]:
    """A function of `math`, with its errors in words."""

    def computed(*values: Number) -> Number:
        try:
            return bounded(compute(*(float(value) for value in values)))
        except ValueError as error:
            raise CannotCompute(f"{compute.__name__} has no real value there") from error

    return computed


def _of_whole(compute: Callable[[int, int], int], name: str) -> Callable[..., Number]:
    def computed(*values: Number) -> Number:
        numbers = (whole(value, f"each number of {name}") for value in values)
        return bounded(Fraction(reduce(compute, numbers)))

    return computed


_MANY: Final = 100

FUNCTIONS: Final[Mapping[str, Function]] = {
    "abs": Function(1, 1, abs),
    "round": Function(1, 2, rounded),
    "floor": Function(1, 1, lambda value: Fraction(math.floor(value))),
    "ceil": Function(1, 1, lambda value: Fraction(math.ceil(value))),
    "trunc": Function(1, 1, lambda value: Fraction(math.trunc(value))),
    "mod": Function(2, 2, modulo),
    "min": Function(1, _MANY, lambda *values: min(values)),
    "max": Function(1, _MANY, lambda *values: max(values)),
    "gcd": Function(1, _MANY, _of_whole(math.gcd, "gcd")),
    "lcm": Function(1, _MANY, _of_whole(math.lcm, "lcm")),
    "factorial": Function(1, 1, factorial),
    "sqrt": Function(1, 1, square_root),
    "exp": Function(1, 1, _real(math.exp)),
    "ln": Function(1, 1, _ln),
    "log": Function(2, 2, logarithm),
    "log10": Function(1, 1, lambda value: logarithm(value, Fraction(10))),
    "log2": Function(1, 1, lambda value: logarithm(value, Fraction(2))),
    "sin": Function(1, 1, _real(math.sin)),
    "cos": Function(1, 1, _real(math.cos)),
    "tan": Function(1, 1, _real(math.tan)),
    "asin": Function(1, 1, _real(math.asin)),
    "acos": Function(1, 1, _real(math.acos)),
    "atan": Function(1, 1, _real(math.atan)),
    "atan2": Function(2, 2, _real(math.atan2)),
    "degrees": Function(1, 1, _real(math.degrees)),
    "radians": Function(1, 1, _real(math.radians)),
}
