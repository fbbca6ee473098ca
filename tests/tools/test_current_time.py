"""The current time."""

from __future__ import annotations

import re

import pytest

from tests.tools.calling import called, refused


async def test_it_is_told_with_weekday_zone_and_offset() -> None:
    told = await called("current_time", time_zone="Asia/Kolkata")
    assert re.fullmatch(r"[A-Z][a-z]+day, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+05:30 \(Asia/Kolkata, IST\)", told)


async def test_without_a_zone_it_is_utc() -> None:
    assert (await called("current_time")).endswith("+00:00 (UTC, UTC)")


@pytest.mark.parametrize("name", ["Mars/Base", "../../etc/passwd", "/etc/passwd", "", "Europe", "a\nb"])
async def test_an_unknown_zone_is_told(name: str) -> None:
    assert "there is no time zone" in await refused("current_time", time_zone=name)
