"""What is wrong with the owner's own tools is told at the start, and not in the middle of a turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from conversations.tools.toolbox import BadToolModule, available


@register()
def tools_can_be_offered(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every module that CHATSITE_TOOL_MODULES names can be imported and has tools."""
    try:
        available()
    except BadToolModule as why:
        return [Error(f"CHATSITE_TOOL_MODULES: {why}", hint="See docs/tools.md.", id="conversations.E001")]
    return []
