"""Read an expression and work it out on the way, by precedence climbing.

+ -    lowest
* / //
- +    before a number
^ **   from the right: 2^3^2 is 2^9, and -2^2 is -4
!      behind a number
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from conversations.tools.arithmetic.functions import CONSTANTS, FUNCTIONS, factorial
from conversations.tools.arithmetic.numbers import CannotCompute, Number, bounded, power

CHARACTERS: Final = 1_000
DEPTH: Final = 50
"""Of parentheses, signs and powers within one another: each is a call of ours within a call."""
EXPONENT: Final = 1_000
"""Of a number like 1e6."""

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>(?:\d[\d_]*(?:\.\d[\d_]*|\.(?!\d))?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[^\W\d_]\w*)|(?P<sign>\*\*|//|[-+*/^!(),×·÷−%])|(?P<other>\S))",
    re.UNICODE,
)
_SAME: Final = {"×": "*", "·": "*", "÷": "/", "−": "-", "**": "^"}


def _quotient(left: Number, right: Number) -> Number:
    if right == 0:
        raise CannotCompute("division by zero")
    return left / right


_SUMS: Final[Mapping[str, Callable[[Number, Number], Number]]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
}
_PRODUCTS: Final[Mapping[str, Callable[[Number, Number], Number]]] = {
    "*": lambda left, right: left * right,
    "/": _quotient,
    "//": lambda left, right: Fraction(math.floor(_quotient(left, right))),
}


def evaluate(text: str) -> Number:
    """The value of the expression. Raises CannotCompute."""
    if len(text) > CHARACTERS:
        raise CannotCompute(f"the expression has {len(text):,} characters, and {CHARACTERS:,} are allowed")
    try:
        reading = _Reading(text)
        value = reading.sum()
    except OverflowError as error:
        raise CannotCompute("the result is too large") from error
    except ZeroDivisionError as error:  # by a fraction that is too small for a float
        raise CannotCompute("division by zero") from error
    if reading.symbol:
        raise reading.unexpected()
    return value


class _Reading:
    """`symbol` is the next one, empty at the end; `kind` what it is."""

    def __init__(self, text: str) -> None:
        self._text = text.rstrip()
        self._place = 0
        self._depth = 0
        self._next()

    def sum(self) -> Number:
        return self._chain(_SUMS, self._product)

    def unexpected(self) -> CannotCompute:
        if not self.symbol:
            return CannotCompute("the expression ends where a number should be")
        if self.symbol == "%":
            return CannotCompute("% has two meanings: write mod(a, b) for the rest, or /100 for per cent")
        return CannotCompute(
            f"“{self.symbol}” cannot stand at character {self._place - len(self.symbol) + 1}"
        )

    def _next(self) -> None:
        found = _TOKEN.match(self._text, self._place)
        if found is None:
            self.kind, self.symbol = "end", ""
            return
        self._place = found.end()
        self.kind = found.lastgroup or ""
        self.symbol = _SAME.get(found[self.kind], found[self.kind])

    def _chain(
        self, operators: Mapping[str, Callable[[Number, Number], Number]], operand: Callable[[], Number]
    ) -> Number:
        value = operand()
        while self.symbol in operators:
            compute = operators[self.symbol]
            self._next()
            value = bounded(compute(value, operand()))
        return value

    def _product(self) -> Number:
        return self._chain(_PRODUCTS, self._signed)

    def _signed(self) -> Number:
        """A power with any signs before it, each of which is a step down."""
        if self.symbol not in ("-", "+"):
            return self._power()
        negative = self.symbol == "-"
        self._next()
        value = self._deeper(self._signed)
        return -value if negative else value

    def _power(self) -> Number:
        base = self._primary()
        while self.symbol == "!":
            self._next()
            base = bounded(factorial(base))
        if self.symbol != "^":
            return base
        self._next()
        return power(base, self._deeper(self._signed))

    def _primary(self) -> Number:
        if self.kind == "number":
            return self._number()
        if self.kind == "name":
            return self._named()
        if self.symbol != "(":
            raise self.unexpected()
        self._next()
        value = self._deeper(self.sum)
        self._close()
        return value

    def _number(self) -> Number:
        text = self.symbol.replace("_", "")
        _, _, exponent = text.lower().partition("e")
        if exponent and (len(exponent) > 5 or abs(int(exponent)) > EXPONENT):
            raise CannotCompute(f"the exponent of {self.symbol[:20]} is beyond {EXPONENT:,}")
        self._next()
        if self.kind in ("number", "name") or self.symbol == "(":
            raise CannotCompute(f"an operator is missing before “{self.symbol}”, such as *")
        return bounded(Fraction(text.removesuffix(".")))

    def _named(self) -> Number:
        name = self.symbol
        self._next()
        if self.symbol != "(":
            if name not in CONSTANTS:
                raise CannotCompute(f"“{name[:40]}” is not known; known are {_known()}")
            return CONSTANTS[name]
        if name not in FUNCTIONS:
            raise CannotCompute(f"there is no function “{name[:40]}”; known are {_known()}")
        least, most, compute = FUNCTIONS[name]
        self._next()
        values = [self._deeper(self.sum)] if self.symbol != ")" else []
        while self.symbol == ",":
            self._next()
            values.append(self._deeper(self.sum))
        self._close()
        if not least <= len(values) <= most:
            count = f"{least}" if least == most else f"{least} to {most}"
            raise CannotCompute(f"{name} takes {count} numbers, not {len(values)}")
        return bounded(compute(*values))

    def _close(self) -> None:
        if self.symbol == ",":
            raise CannotCompute("a comma stands between the numbers of a function only, as in max(1, 2)")
        if self.symbol != ")":
            raise self.unexpected() if self.symbol else CannotCompute("a ) is missing")
        self._next()

    def _deeper(self, read: Callable[[], Number]) -> Number:
        self._depth += 1
        if self._depth > DEPTH:
            raise CannotCompute(f"the expression is nested more than {DEPTH} deep")
        value = read()
        self._depth -= 1
        return value


def _known() -> str:
    return ", ".join([*FUNCTIONS, *CONSTANTS])
