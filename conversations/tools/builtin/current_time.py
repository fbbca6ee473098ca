"""The tool `current_time`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta

from conversations.tools.registry import tool
from conversations.tools.types import ToolFailed

Zone = Annotated[
    str, Meta(max_length=64, description="An IANA time zone such as Europe/Berlin, America/New_York or UTC.")
]


@tool(title="Current time")
def current_time(time_zone: Zone = "UTC") -> str:
    """Tell the current date, time and weekday in a time zone. Without one: in UTC."""
    try:
        now = datetime.now(ZoneInfo(time_zone))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ToolFailed(
            f"there is no time zone “{time_zone}”; name one of the IANA database, such as Europe/Berlin"
        ) from error
    return f"{now:%A}, {now.isoformat(sep=' ', timespec='seconds')} ({time_zone}, {now:%Z})"
