"""Units of measure, each by its exact size in the base unit of its kind; conversion between two of a kind.

Sizes are definitions, not measurements: the international yard and pound (1959), the US and the imperial
gallon, the thermochemical calorie, the astronomical unit of 2012, the Julian year. Sources: BIPM, "The
International System of Units", 9th edition; NIST Handbook 44, appendix C.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final


class UnknownUnit(Exception):
    """The message names the unit and those that are known."""


class DifferentKinds(Exception):
    """A length is no mass; the message says what the two units measure."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A value in it is `value * size + zero` in the base unit. names: the symbol, then other names."""

    kind: str
    names: tuple[str, ...]
    size: Fraction
    zero: Fraction = Fraction(0)

    @property
    def symbol(self) -> str:
        return self.names[0]


# One unit a line: its size in the base unit, its symbol, and other names, of which plurals need not be given.
_TABLE: Final = """
length
  1 m metre meter
  1000 km kilometre kilometer
  1/10 dm decimetre decimeter
  1/100 cm centimetre centimeter
  1/1000 mm millimetre millimeter
  1/1000000 µm um micrometre micrometer micron
  1/1000000000 nm nanometre nanometer
  0.0254 in inch inches
  0.3048 ft foot feet
  0.9144 yd yard
  1609.344 mi mile
  1852 nmi nautical_mile
  149597870700 au astronomical_unit
  9460730472580800 ly light_year
mass
  1 kg kilogram kilogramme kilo
  1/1000 g gram gramme
  1/1000000 mg milligram
  1/1000000000 µg ug microgram
  1000 t tonne metric_ton
  0.45359237 lb pound lbs
  0.028349523125 oz ounce
  6.35029318 st stone
  907.18474 short_ton us_ton
  1016.0469088 long_ton imperial_ton
volume
  1 L litre liter
  1/1000 mL millilitre milliliter cc
  1/100 cL centilitre centiliter
  1/10 dL decilitre deciliter
  1000 m3 m³ cubic_metre cubic_meter
  1/1000 cm3 cm³ cubic_centimetre cubic_centimeter
  0.016387064 in3 in³ cubic_inch
  28.316846592 ft3 ft³ cubic_foot cubic_feet
  3.785411784 gal gallon us_gallon
  0.946352946 qt quart us_quart
  0.473176473 pt pint us_pint
  0.2365882365 cup us_cup
  0.0295735295625 fl_oz fluid_ounce us_fluid_ounce
  0.01478676478125 tbsp tablespoon
  0.00492892159375 tsp teaspoon
  4.54609 imp_gal imperial_gallon uk_gallon
  0.56826125 imp_pt imperial_pint uk_pint
  0.0284130625 imp_fl_oz imperial_fluid_ounce uk_fluid_ounce
area
  1 m2 m² square_metre square_meter sqm
  1000000 km2 km² square_kilometre square_kilometer
  1/10000 cm2 cm² square_centimetre square_centimeter
  1/1000000 mm2 mm² square_millimetre square_millimeter
  10000 ha hectare
  4046.8564224 ac acre
  0.09290304 ft2 ft² square_foot square_feet sqft
  0.00064516 in2 in² square_inch
  0.83612736 yd2 yd² square_yard
  2589988.110336 mi2 mi² square_mile
speed
  1 m/s mps metre_per_second meter_per_second
  1/3.6 km/h kmh kph kilometre_per_hour kilometer_per_hour
  0.44704 mph mi/h mile_per_hour miles_per_hour
  1852/3600 kn knot kt
  0.3048 ft/s fps foot_per_second feet_per_second
time
  1 s second sec
  1/1000 ms millisecond
  1/1000000 µs us microsecond
  1/1000000000 ns nanosecond
  60 min minute
  3600 h hour hr
  86400 d day
  604800 wk week
  31557600 yr year
data
  1 bit
  8 B byte
  1000 kbit kb kilobit
  1000000 Mbit Mb megabit
  1000000000 Gbit Gb gigabit
  8000 kB kilobyte
  8000000 MB megabyte
  8000000000 GB gigabyte
  8000000000000 TB terabyte
  8000000000000000 PB petabyte
  8192 KiB kibibyte
  8388608 MiB mebibyte
  8589934592 GiB gibibyte
  8796093022208 TiB tebibyte
pressure
  1 Pa pascal
  100 hPa hectopascal
  1000 kPa kilopascal
  1000000 MPa megapascal
  100000 bar
  100 mbar millibar
  101325 atm atmosphere
  101325/760 Torr
  133.322387415 mmHg
  44482216152605/6451600000 psi pound_per_square_inch
energy
  1 J joule
  1000 kJ kilojoule
  1000000 MJ megajoule
  4.184 cal calorie
  4184 kcal Cal kilocalorie
  3600 Wh watt_hour
  3600000 kWh kilowatt_hour
  1055.05585262 BTU british_thermal_unit
  1.602176634e-19 eV electronvolt
  1.3558179483314004 ft_lb foot_pound
"""


def _table() -> Iterator[Unit]:
    kind = ""
    for line in _TABLE.strip().splitlines():
        if not line.startswith(" "):
            kind = line
            continue
        size, *names = line.split()
        above, _, below = size.partition("/")
        yield Unit(kind, tuple(names), Fraction(above) / Fraction(below or 1))
    kelvin = Fraction("273.15")
    yield Unit("temperature", ("K", "kelvin"), Fraction(1))
    yield Unit("temperature", ("°C", "C", "celsius", "degree_celsius"), Fraction(1), kelvin)
    yield Unit(
        "temperature",
        ("°F", "F", "fahrenheit", "degree_fahrenheit"),
        Fraction(5, 9),
        kelvin - 32 * Fraction(5, 9),
    )
    yield Unit("temperature", ("°R", "R", "rankine"), Fraction(5, 9))


UNITS: Final = tuple(_table())
_BY_NAME: Final = {name: unit for unit in UNITS for name in unit.names}
_BY_FOLDED: Final[dict[str, set[Unit]]] = {}
for _name, _unit in _BY_NAME.items():
    _BY_FOLDED.setdefault(_name.casefold(), set()).add(_unit)


def unit_named(name: str) -> Unit:
    """The unit by symbol or name; capitals matter only where they tell two units apart (Mb, MB).

    Raises UnknownUnit.
    """
    wanted = "_".join(name.replace("μ", "µ").split())
    if wanted in _BY_NAME:
        return _BY_NAME[wanted]
    for form in (wanted.casefold(), wanted.casefold().replace("^", ""), wanted.casefold().removesuffix("s")):
        found = _BY_FOLDED.get(form, set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            symbols = " or ".join(sorted(unit.symbol for unit in found))
            raise UnknownUnit(f"“{name[:40]}” may be {symbols}: capitals matter there")
    kinds: dict[str, list[str]] = {}
    for unit in UNITS:
        kinds.setdefault(unit.kind, []).append(unit.symbol)
    known = "; ".join(f"{kind}: {', '.join(symbols)}" for kind, symbols in kinds.items())
    raise UnknownUnit(f"the unit “{name[:40]}” is not known. Known are {known}")


def convert(value: Fraction, source: Unit, target: Unit) -> Fraction:
    """The same amount in another unit, exactly. Raises DifferentKinds."""
    if source.kind != target.kind:
        raise DifferentKinds(
            f"{source.symbol} is a unit of {source.kind}, {target.symbol} is one of {target.kind}"
        )
    return (value * source.size + source.zero - target.zero) / target.size
