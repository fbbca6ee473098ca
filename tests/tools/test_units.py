"""Unit conversion: exact both ways, by every name, between units of a kind only."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.tools.units import UNITS, Unit, convert, unit_named
from tests.tools.calling import called, refused

units = st.sampled_from(UNITS)


@given(st.fractions(), units, st.data())
def test_there_and_back_is_where_it_began(value: Fraction, source: Unit, data: st.DataObject) -> None:
    target = data.draw(st.sampled_from([unit for unit in UNITS if unit.kind == source.kind]))
    assert convert(convert(value, source, target), target, source) == value


@given(st.fractions(), st.data())
def test_a_detour_changes_nothing(value: Fraction, data: st.DataObject) -> None:
    first = data.draw(units)
    of_a_kind = st.sampled_from([unit for unit in UNITS if unit.kind == first.kind])
    second, third = data.draw(of_a_kind), data.draw(of_a_kind)
    assert convert(convert(value, first, second), second, third) == convert(value, first, third)


def test_every_name_is_of_one_unit() -> None:
    names = [name for unit in UNITS for name in unit.names]
    assert len(names) == len(set(names))
    for unit in UNITS:
        for name in unit.names:
            assert unit_named(name) is unit


@pytest.mark.parametrize(
    ("value", "source", "target", "told"),
    [
        (1, "mile", "km", "1 mi = 1.609344 km"),
        (98.6, "F", "Celsius", "98.6 °F = 37 °C"),
        (-40, "°F", "°C", "-40 °F = -40 °C"),
        (0, "K", "fahrenheit", "0 K = -459.67 °F"),
        (0, "m", "ft", "0 m = 0 ft"),
        (100, "km/h", "mph", "100 km/h ≈ 62.1371192237 mph"),
        (1, "GB", "GiB", "1 GB ≈ 0.931322574615 GiB"),
        (8, "Mb", "MB", "8 Mbit = 1 MB"),
        (5, "square feet", "m^2", "5 ft2 = 0.4645152 m2"),
        (1, "Nautical Miles", "km", "1 nmi = 1.852 km"),
        (1, "gallon", "L", "1 gal = 3.785411784 L"),
        (1, "imperial gallon", "L", "1 imp_gal = 4.54609 L"),
        (2, "μm", "nm", "2 µm = 2000 nm"),
        (1, "atm", "Torr", "1 atm = 760 Torr"),
        (1, "kWh", "MJ", "1 kWh = 3.6 MJ"),
        (1, "week", "h", "1 wk = 168 h"),
        (1e300, "ly", "m", "1E+300 ly ≈ 9.46073047258E+315 m"),
        (1, "psi", "Pa", "1 psi ≈ 6894.75729317 Pa"),
    ],
)
async def test_conversions(value: float, source: str, target: str, told: str) -> None:
    assert await called("convert_units", value=value, from_unit=source, to_unit=target) == told


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("kg", "m", "kg is a unit of mass, m is one of length"),
        ("parsec", "m", "“parsec” is not known. Known are length: m, km"),
        ("mb", "B", "may be MB or Mbit: capitals matter there"),
        ("", "m", "length >= 1"),
        ("x" * 61, "m", "length <= 60"),
    ],
)
async def test_what_cannot_be_converted_is_told(source: str, target: str, words: str) -> None:
    assert words in await refused("convert_units", value=1, from_unit=source, to_unit=target)
