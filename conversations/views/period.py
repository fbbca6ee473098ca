"""The days that a page looks back on, in the time zone of who looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

from conversations.errors import Refused

LAST_DAYS: Final = (7, 30, 90)
THIS_MONTH: Final = "month"
USUAL: Final = "30"
CHOICES: Final = (*((str(days), f"{days} days") for days in LAST_DAYS), (THIS_MONTH, "This month"))


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, both among them, of `zone`. `key`: as an address names it."""

    key: str
    first: date
    last: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """The first moment of the first day."""
        return datetime.combine(self.first, time.min, self.zone)

    @property
    def end(self) -> datetime:
        """The first moment after the last day."""
        return datetime.combine(self.last + timedelta(days=1), time.min, self.zone)

    @property
    def days(self) -> list[date]:
        """Every day, the earliest first."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]


def period_named(key: str, zone: ZoneInfo, now: datetime) -> Period:
    """One of CHOICES that ends with today. Raises Refused for any other."""
    today = now.astimezone(zone).date()
    if key == THIS_MONTH:
        return Period(key, today.replace(day=1), today, zone)
    if key not in dict(CHOICES):
        known = ", ".join(name for name, _ in CHOICES)
        raise Refused("bad_frame", f"There is no such period. Choose one of {known}.")
    return Period(key, today - timedelta(days=int(key) - 1), today, zone)


def zone_named(name: str) -> ZoneInfo:
    """A time zone by its name; for one that this machine does not know, the site's. The page says which."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError; a folder is an OSError
        return ZoneInfo(settings.TIME_ZONE)
