"""Which tools a conversation offers to the model, and how the model is to use them.

Three parameters, kept as the completions API names them: `tools`, of which only the names are kept (what a
tool is stands in conversations.tools), `tool_choice` and `parallel_tool_calls`. In the panel every tool is a
box of its own, `tool:` and its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conversations.completions import NamedToolChoice, Tool
from conversations.errors import Refused

BOX: Final = "tool:"
UNASKED: Final = "unasked:"
"""The box of a tool that asks, by which it need not ask in this conversation. Sent only when it was changed:
meanwhile the person may have said "always" elsewhere."""
NAMED: Final = "named:"
TOOLS: Final = 128
"""The documented limit of tools in a request."""
NAMES: Final = frozenset({"tools", "tool_choice", "parallel_tool_calls"})

CHOICES: Final = {
    "": "Not sent: the model decides",
    "auto": "The model decides",
    "none": "Use none",
    "required": "Use at least one",
}


def tools_from_form(form: Mapping[str, str]) -> dict[str, Any]:
    """The three parameters as typed into the panel; None for those that are not sent."""
    choice = form.get("tool_choice", "")
    parallel = form.get("parallel_tool_calls", "")
    return {
        "tools": [name.removeprefix(BOX) for name in form if name.startswith(BOX)] or None,
        "tool_choice": _named(choice.removeprefix(NAMED)) if choice.startswith(NAMED) else choice or None,
        "parallel_tool_calls": parallel == "yes" if parallel else None,
    }


def approvals_from_form(form: Mapping[str, str]) -> dict[str, bool]:
    """By name, whether a tool need not ask: of those alone whose tick was changed in the panel (yes, no)."""
    return {
        name.removeprefix(UNASKED): typed == "yes" for name, typed in form.items() if name.startswith(UNASKED)
    }


def tools_as_typed(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The boxes of the panel, from what is kept. A tool that is not switched on has none, as in a form."""
    choice = parameters.get("tool_choice") or ""
    parallel = parameters.get("parallel_tool_calls")
    return {f"{BOX}{name}": "yes" for name in parameters.get("tools", [])} | {
        "tool_choice": choice if isinstance(choice, str) else f"{NAMED}{choice['function']['name']}",
        "parallel_tool_calls": "" if parallel is None else "yes" if parallel else "no",
    }


def checked_tool_fields(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The three as fields of a request, to be checked by making one: its tools have a name and nothing else.

    Raises Refused, and InvalidRequest for a name that no tool can have.
    """
    names = parameters.get("tools", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Refused("bad_frame", "Tools: a list of names.")
    if len(set(names)) != len(names) or len(names) > TOOLS:
        raise Refused("bad_frame", f"Tools: at most {TOOLS} names, each of them once.")
    choice = parameters.get("tool_choice")
    if isinstance(choice, dict) and choice != _named(_name_in(choice)):
        raise Refused("bad_frame", "Tool choice: none, auto, required, or one function by its name.")
    if isinstance(choice, dict) and _name_in(choice) not in names:
        raise Refused("bad_frame", f"Tool choice: “{_name_in(choice)}” is not switched on. Switch it on too.")
    return _fields(parameters, {name: Tool(name, {}) for name in names})


def tool_fields(parameters: Mapping[str, Any], offered: Mapping[str, Tool]) -> dict[str, Any]:
    """The fields of a request that offers these tools, by name.

    None without any: servers refuse a choice of nothing. A choice of a tool that is not offered is left out.
    """
    return _fields(parameters, offered) if offered else {}


def _fields(parameters: Mapping[str, Any], offered: Mapping[str, Tool]) -> dict[str, Any]:
    choice = parameters.get("tool_choice")
    if isinstance(choice, dict):
        choice = NamedToolChoice(_name_in(choice)) if _name_in(choice) in offered else None
    return {
        "tools": tuple(offered.values()) or None,
        "tool_choice": choice,
        "parallel_tool_calls": parameters.get("parallel_tool_calls"),
    }


def _named(name: str) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name}}


def _name_in(choice: Mapping[str, Any]) -> str:
    function = choice.get("function")
    return str(function.get("name", "")) if isinstance(function, dict) else ""
