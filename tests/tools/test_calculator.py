"""The calculator: exact where it can be, honest where it cannot, and bounded whatever it is asked."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.tools.arithmetic import CannotCompute, evaluate, written
from conversations.tools.arithmetic.expressions import CHARACTERS, DEPTH
from tests.tools.calling import called, refused

Sum = tuple[str, Fraction | None]
"""An expression and its value; None: it has none."""


def joined(parts: tuple[Sum, str, Sum]) -> Sum:
    (left, left_value), sign, (right, right_value) = parts
    text = f"({left}) {sign} ({right})"
    if left_value is None or right_value is None or (sign in "/ //" and right_value == 0):
        return text, None
    match sign:
        case "+":
            return text, left_value + right_value
        case "-":
            return text, left_value - right_value
        case "*":
            return text, left_value * right_value
        case "/":
            return text, left_value / right_value
        case _:
            return text, Fraction(left_value // right_value)


numbers = st.decimals(-1000, 1000, places=3).map(lambda number: (str(number), Fraction(number)))
sums = st.recursive(
    numbers,
    lambda inner: st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//"]), inner).map(joined),
    max_leaves=12,
)


@given(sums)
def test_it_agrees_with_pythons_fractions(asked: Sum) -> None:
    text, value = asked
    if value is None:
        with pytest.raises(CannotCompute, match="division by zero"):
            evaluate(text)
    else:
        assert evaluate(text) == value


@pytest.mark.filterwarnings("ignore::SyntaxWarning")  # Python's, over 1 (2)
@given(st.lists(st.sampled_from(["1", "2.5", "+", "-", "*", "/", "//", "(", ")"]), max_size=15))
def test_it_reads_what_python_reads_and_nothing_else(symbols: list[str]) -> None:
    text = " ".join(symbols)
    try:
        expected = eval(text, {"__builtins__": {}})
    except (SyntaxError, TypeError, ZeroDivisionError):
        with pytest.raises(CannotCompute):
            evaluate(text)
    else:
        if isinstance(expected, tuple):  # () is no number
            with pytest.raises(CannotCompute):
                evaluate(text)
        elif "//" not in text:  # whose floats Python rounds before it cuts
            assert float(evaluate(text)) == pytest.approx(expected)


@given(st.text(max_size=60))
def test_any_text_ends_in_a_number_or_a_refusal(text: str) -> None:
    try:
        written(evaluate(text))
    except CannotCompute as why:
        assert str(why)


@given(st.text(alphabet="0123456789.eE+-*/^!()pisqrtlognad, ", max_size=60))
def test_any_expression_ends_in_a_number_or_a_refusal(text: str) -> None:
    try:
        written(evaluate(text))
    except CannotCompute as why:
        assert str(why)


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("1 + 2 * 3", "7"),
        ("0.1 + 0.2", "0.3"),
        ("1/3", "1/3 ≈ 0.333333333333333"),
        ("1/8 - 1", "-0.875"),
        ("-2^2", "-4"),
        ("2^3^2", "512"),
        ("2 ** -2", "0.25"),
        ("0^0", "1"),
        ("(-1)^100001", "-1"),
        ("3! / 4", "1.5"),
        ("−3 × 4 ÷ 2", "-6"),
        ("7 // -2", "-4"),
        ("mod(7, -2)", "-1"),
        ("1_000 + .5 + 1.", "1001.5"),
        ("1e3 + 2E-1", "1000.2"),
        ("sqrt(16/9)", "4/3 ≈ 1.33333333333333"),
        ("sqrt(2)", "≈ 1.4142135623731"),
        ("round(2.5) + round(-2.5)", "0"),
        ("round(1.005, 2)", "1.01"),
        ("round(1234, -2)", "1200"),
        ("floor(-1.5) + ceil(1.5) + trunc(-1.5)", "-1"),
        ("min(3, 1, 2) + max(3, 1, 2) + abs(-1)", "5"),
        ("gcd(12, 18) + lcm(4, 6)", "18"),
        ("log(8, 2) + log10(1000) + log2(1024)", "≈ 16"),
        ("ln(e^2) + sin(pi/6) + cos(0) + tan(0)", "≈ 3.5"),
        ("degrees(atan2(1, 1)) + radians(0)", "≈ 45"),
        ("log10(10^1000)", "≈ 1000"),
    ],
)
async def test_results(expression: str, result: str) -> None:
    assert await called("calculator", expression=expression) == result


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("1 / 0", "division by zero"),
        ("0 ^ -1", "division by zero"),
        ("mod(1, 0)", "division by zero"),
        ("pi / 1e-400", "division by zero"),
        ("", "of length >= 1"),
        ("1 +", "ends where a number should be"),
        ("(1", "a ) is missing"),
        ("1)", "“)” cannot stand at character 2"),
        ("1,000", "“,” cannot stand"),
        ("(1,000)", "only, as in max(1, 2)"),
        ("2 pi", "an operator is missing before “pi”"),
        ("2(3)", "an operator is missing before “(”"),
        ("15% * 80", "% has two meanings"),
        ("__import__('os')", "cannot stand"),
        ("open(1)", "there is no function “open”"),
        ("x + 1", "“x” is not known; known are abs"),
        ("log(2)", "log takes 2 numbers, not 1"),
        ("round(1, 2, 3)", "round takes 1 to 2 numbers, not 3"),
        ("sqrt(-1)", "no real number"),
        ("(-8) ^ (1/3)", "no real number"),
        ("ln(0)", "above 0"),
        ("asin(2)", "asin has no real value there"),
        ("0.5!", "must be a whole number"),
        ("round(1, 101)", "places must be"),
        ("exp(1000)", "too large"),
        ("1e308 * 10.0 * pi * 1e5", "too large"),
    ],
)
async def test_what_has_no_answer_is_told_in_words(expression: str, words: str) -> None:
    assert words in await refused("calculator", expression=expression)


@pytest.mark.parametrize(
    ("fits", "beyond"),
    [
        ("1".ljust(CHARACTERS), "1".ljust(CHARACTERS + 1)),
        ("(" * DEPTH + "1" + ")" * DEPTH, "(" * (DEPTH + 1) + "1" + ")" * (DEPTH + 1)),
        ("1e1000", "1e1001"),
        ("1000!", "1001!"),
        ("2^9999", "2^10000"),
        ("round(1, 100)", "round(1, 101)"),
    ],
)
def test_each_bound_at_its_limit_and_one_beyond(fits: str, beyond: str) -> None:
    assert evaluate(fits) > 0
    with pytest.raises(CannotCompute):
        evaluate(beyond)


def test_a_long_exact_decimal_is_written_to_its_end_up_to_forty_places() -> None:
    assert written(evaluate("2^-40")) == f"{2**-40:.40f}"
    assert written(evaluate("2^-41")).startswith("1/2199023255552 ≈ 4.54747350886464e-13")


def test_a_fraction_too_large_for_a_float_is_told_by_its_digits() -> None:
    assert written(evaluate("10^400 / 3")).endswith("≈ a number of 400 digits")


def test_a_rounded_number_is_exact_from_then_on() -> None:
    assert written(evaluate("round(pi, 4)")) == "3.1416"
    assert math.isclose(float(evaluate("pi")), math.pi)
