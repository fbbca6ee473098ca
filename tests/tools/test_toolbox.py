"""Which tools there are: those the settings name, and those of the owner's modules."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import LazySettings

from chatsite.env import BadSetting, Env
from chatsite.settings import BUILT_IN_TOOLS
from conversations.tools import Tool, available, tool
from conversations.tools.toolbox import BadToolModule, tools_of

BUILTIN = Path(sys.modules["conversations.tools"].__path__[0]) / "builtin"


def module(name: str, monkeypatch: pytest.MonkeyPatch, *tools: Tool) -> str:
    made = ModuleType(name)
    for each in tools:
        setattr(made, each.name, each)
    monkeypatch.setitem(sys.modules, name, made)
    return name


@tool(title="Dice")
def dice(sides: int = 6) -> int:
    """Roll one die."""
    return sides


def test_each_built_in_tool_has_a_file_of_its_name() -> None:
    assert set(BUILT_IN_TOOLS) == {path.stem for path in BUILTIN.glob("*.py")} - {"__init__"}


def test_the_settings_say_which_there_are(settings: LazySettings) -> None:
    settings.TOOLS = BUILT_IN_TOOLS
    assert list(available()) == list(BUILT_IN_TOOLS)
    settings.TOOLS = ()
    assert available() == {}


def test_a_module_of_the_owner_adds_its_own(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TOOLS = ("current_time",)
    settings.TOOL_MODULES = (module("house_tools", monkeypatch, dice),)
    assert list(available()) == ["current_time", "dice"]


def test_a_module_without_tools_is_refused(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TOOL_MODULES = (module("no_tools", monkeypatch),)
    with pytest.raises(BadToolModule, match="no_tools has no tools"):
        available()


def test_a_name_that_is_taken_is_refused(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TOOL_MODULES = (
        module("one_dice", monkeypatch, dice),
        module("two_dice", monkeypatch, dice),
    )
    with pytest.raises(BadToolModule, match="two_dice has a tool dice"):
        available()


def test_tools_are_found_by_what_they_are() -> None:
    found = ModuleType("any")
    vars(found).update(dice=dice, other=5)
    assert tools_of(found) == [dice]


@pytest.mark.parametrize(
    ("given", "names"), [("", ("a", "b")), ("none", ()), ("b", ("b",)), ("b, a", ("b", "a"))]
)
def test_some_of_a_list_can_be_chosen(given: str, names: tuple[str, ...]) -> None:
    assert Env({"TOOLS": given}).some_of("TOOLS", ("a", "b", "c"), ("a", "b")) == names


@pytest.mark.parametrize("given", ["d", "a,none", "a,,b", "a,a"])
def test_what_is_not_on_the_list_is_refused(given: str) -> None:
    with pytest.raises(BadSetting, match="TOOLS is"):
        Env({"TOOLS": given}).some_of("TOOLS", ("a", "b", "c"), ())
