"""The tool `convert_units`."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from typing import Annotated, Final

from msgspec import Meta

from conversations.tools.registry import tool
from conversations.tools.types import ToolFailed
from conversations.tools.units import DifferentKinds, UnknownUnit, convert, unit_named

_SHOWN: Final = Context(prec=12)

Name = Annotated[str, Meta(min_length=1, max_length=60)]


@tool(title="Unit conversion")
def convert_units(
    value: float,
    from_unit: Annotated[Name, Meta(description="Symbol or name, such as km, °F, imperial gallon, MiB.")],
    to_unit: Annotated[Name, Meta(description="A unit of the same kind.")],
) -> str:
    """Convert a measure: length, mass, volume, area, speed, time, temperature, data, pressure, energy.

    pt, gal, cup and fl_oz are the US ones; imp_pt, imp_gal and imp_fl_oz the imperial ones.
    """
    try:
        source, target = unit_named(from_unit), unit_named(to_unit)
        # The digits as the model wrote them, not the binary number nearest to them.
        result = convert(Fraction(repr(value)), source, target)
    except (UnknownUnit, DifferentKinds) as why:
        raise ToolFailed(str(why)) from why
    shown = _SHOWN.divide(Decimal(result.numerator), Decimal(result.denominator))
    sign = "=" if Fraction(shown) == result else "≈"
    return f"{_plain(Decimal(repr(value)))} {source.symbol} {sign} {_plain(shown)} {target.symbol}"


def _plain(number: Decimal) -> str:
    """Without zeros at the end, and without an exponent where it can be read without one."""
    if not number:
        return "0"
    number = number.normalize(_SHOWN)
    return f"{number:f}" if -7 < number.adjusted() < 15 else f"{number}"
