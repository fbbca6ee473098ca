"""Which tools there are: those the settings name, and those of the owner's modules."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import LazySettings
from django.core.checks import run_checks

from chatsite.env import BadSetting, Env
from chatsite.settings import BUILT_IN_TOOLS
from conversations.tools import Tool, available, tool
from conversations.tools.toolbox import BadToolModule, tools_of

ROOT = Path(__file__).resolve().parents[2]
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


@pytest.mark.parametrize("line", ["import nothing_like_this", "1 / 0", "this is no Python"])
def test_what_is_wrong_with_a_module_is_told_at_the_start(
    line: str, settings: LazySettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name = f"broken_tools_{abs(hash(line))}"
    (tmp_path / f"{name}.py").write_text(line)
    monkeypatch.syspath_prepend(tmp_path)
    settings.TOOL_MODULES = (name,)
    (error,) = run_checks()
    assert error.id == "conversations.E001"
    assert f"CHATSITE_TOOL_MODULES: {name} cannot be imported: " in error.msg


def test_the_example_of_the_documents_works(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = (ROOT / "docs" / "tools.md").read_text("utf-8")
    (tmp_path / "mytools.py").write_text(page.split("```python\n")[1].split("```")[0])
    monkeypatch.syspath_prepend(tmp_path)
    settings.TOOL_MODULES = ("mytools",)
    assert run_checks() == []
    made = available()["stock_level"]
    assert (made.title, made.seconds) == ("Stock level", 5)


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
