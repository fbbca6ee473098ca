"""Money in a column: US dollars as Decimal, kept as a whole number of the smallest unit.

SQLite has no decimal type and adds decimals up as floats, which loses cents over many small charges. Whole
numbers are added up exactly by every database, so an amount is stored as a count of ten-billionths of a
dollar, and is Decimal again wherever it is read, sums included.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

PLACES: Final = 10
UNIT: Final = Decimal(1).scaleb(-PLACES)
MOST: Final = Decimal(10) ** 6 - UNIT
"""The largest amount of one row. 922 rows of it can be added up; no call costs a millionth of that."""


class MoneyField(models.DecimalField):  # type: ignore[type-arg]  # generic in the stubs only
    """An amount of US dollars from -MOST to MOST, rounded half to even to UNIT."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **(options | {"max_digits": 16, "decimal_places": PLACES}))

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """For migrations: without the digits, which are always the same."""
        name, path, args, options = super().deconstruct()
        del options["max_digits"], options["decimal_places"]
        return name, path, args, options

    def get_internal_type(self) -> str:
        """How the database keeps it."""
        return "BigIntegerField"

    def get_prep_value(self, value: Any) -> int | None:
        """The amount in units. Raises OverflowError beyond MOST."""
        amount = self.to_python(value)
        if amount is None:
            return None
        if not -MOST <= amount <= MOST:
            raise OverflowError(f"{amount} is no amount that one row can hold")
        return int((amount / UNIT).to_integral_value(ROUND_HALF_EVEN))

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        """The amount in units."""
        return value if prepared else self.get_prep_value(value)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Decimal | None:
        """The amount in dollars, of a row or of a sum."""
        return None if value is None else Decimal(value) * UNIT
