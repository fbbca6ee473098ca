"""The tool `calculator`."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from conversations.tools.arithmetic import CannotCompute, evaluate, written
from conversations.tools.registry import tool
from conversations.tools.types import ToolFailed


@tool(title="Calculator")
def calculator(
    expression: Annotated[
        str, Meta(min_length=1, description="For example: (1.19 * 84.50 - 3/4) / 7, or sqrt(2)^5 + ln(10).")
    ],
) -> str:
    """Work out an expression: exactly for whole numbers, decimals and fractions.

    Operators: + - * / // (whole part) ^ or ** (power) ! ( ). Functions: abs, round(x, places), floor, ceil,
    trunc, mod(a, b), min, max, gcd, lcm, factorial, sqrt, exp, ln, log(x, base), log10, log2, sin, cos, tan,
    asin, acos, atan, atan2(y, x), degrees, radians (angles in radians). Constants: pi, e, tau. No variables,
    no % sign, no commas within numbers. ≈ stands before what is rounded.
    """
    try:
        return written(evaluate(expression))
    except CannotCompute as why:
        raise ToolFailed(str(why)) from why
