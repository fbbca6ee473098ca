"""The `tools` and `tool_choice` of a request: their documented limits, and which functions to call.

`tool_choice` auto calls the functions whose name the question mentions (`_` and `-` may be spaces). JSON
right after the name gives the arguments, otherwise they are made from the function's schema. A name mentioned
with several JSON objects is called once for each.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from .errors import bad_parameter
from .reply import ToolCall
from .schema import instance

Json = dict[str, Any]

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
MAX_TOOLS = 128
CHOICES = ("none", "auto", "required")


def check_tools(tools: object) -> None:
    """Raise `Refusal` 400 for tools outside the documented limits."""
    if tools is None:
        return
    if not isinstance(tools, list) or len(tools) > MAX_TOOLS:
        received = f"{len(tools)} functions" if isinstance(tools, list) else tools
        raise bad_parameter("tools", f"a list of at most {MAX_TOOLS} functions", received)
    for index, tool in enumerate(tools):
        where = f"tools[{index}]"
        function = tool.get("function") if isinstance(tool, dict) else None
        if not isinstance(function, dict) or tool.get("type") != "function":
            raise bad_parameter(where, "an object with type 'function' and a function", tool)
        name = function.get("name")
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise bad_parameter(f"{where}.function.name", "1 to 64 of A-Z a-z 0-9 _ -", name)
        if not isinstance(function.get("parameters", {}), dict):
            raise bad_parameter(
                f"{where}.function.parameters", "a JSON Schema object", function["parameters"]
            )


def check_tool_choice(choice: object, tools: object) -> None:
    """Raise `Refusal` 400 for a choice which is unknown or names a function that is not offered."""
    if choice is None or choice == "none":
        return
    expected = f"one of {', '.join(CHOICES)}, or one named function"
    if isinstance(choice, dict):
        function = choice.get("function")
        wanted = function.get("name") if isinstance(function, dict) else None
        if choice.get("type") != "function" or wanted not in names(tools):
            raise bad_parameter("tool_choice", "a function named in 'tools'", choice)
    elif choice not in CHOICES:
        raise bad_parameter("tool_choice", expected, choice)
    elif not tools:
        raise bad_parameter("tool_choice", "'tools' beside it", choice)


def names(tools: object) -> list[str]:
    """The function names of a checked list of tools."""
    return [tool["function"]["name"] for tool in tools] if isinstance(tools, list) else []


def calls_for(body: Json, question: str, *, answered: bool, salt: str) -> tuple[ToolCall, ...]:
    """The calls that this request leads to; none when the reply is text.

    `answered`: the tools' results are at the end of the messages, so that auto goes on to the text.
    `salt`: distinguishes the ids of two answers.
    """
    choice = body.get("tool_choice", "auto")
    offered = {tool["function"]["name"]: tool["function"] for tool in body.get("tools") or ()}
    if not offered or choice == "none" or (choice == "auto" and answered):
        return ()
    if isinstance(choice, dict):
        offered = {name: offered[name] for name in (choice["function"]["name"],)}
    wanted = list(_mentioned(question, offered))
    if not wanted and choice != "auto":
        name = next(iter(offered))
        wanted = [(name, None)]
    if body.get("parallel_tool_calls") is False or isinstance(choice, dict):
        wanted = wanted[:1]
    return tuple(
        ToolCall(f"call_{salt}{number}", name, given or arguments_for(offered[name], question))
        for number, (name, given) in enumerate(wanted, 1)
    )


def _mentioned(question: str, offered: dict[str, Json]) -> Iterator[tuple[str, str | None]]:
    """Names found in the question, in its order, each with the JSON objects that follow it."""
    found: list[tuple[int, str, int]] = []
    for name in offered:
        pattern = r"[\s_-]".join(re.escape(part) for part in re.split(r"[_-]", name))
        match = re.search(rf"(?<!\w){pattern}(?!\w)", question, re.IGNORECASE)
        if match:
            found.append((match.start(), name, match.end()))
    for _, name, end in sorted(found):
        objects: list[str | None] = [*_objects(question, end)]
        for given in objects or [None]:
            yield name, given


def _objects(text: str, start: int) -> Iterator[str]:
    """JSON objects that follow one another from `start`, as they are written."""
    decoder = json.JSONDecoder()
    while True:
        gap = re.compile(r"[\s,:()]*(?:and\s*)?(?=\{)").match(text, start)
        if gap is None:
            return
        try:
            _, end = decoder.raw_decode(text, gap.end())
        except ValueError:
            return
        yield text[gap.end() : end]
        start = end


def arguments_for(function: Json, question: str) -> str:
    """JSON that fits the function's schema, about the question."""
    value = instance(function.get("parameters") or {"type": "object"}, question)
    return json.dumps(value, ensure_ascii=False)
