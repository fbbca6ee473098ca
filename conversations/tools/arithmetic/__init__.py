"""Arithmetic that is exact as long as it can be, over a small language of its own: nothing is ever executed.

- `numbers`: a value, which is a fraction or, after a root or a sine, a float; its bounds; how it is written
- `functions`: the functions and constants that an expression may name
- `expressions`: reads an expression and works it out
"""

from conversations.tools.arithmetic.expressions import evaluate
from conversations.tools.arithmetic.numbers import CannotCompute, Number, written

__all__ = ["CannotCompute", "Number", "evaluate", "written"]
