"""Turn a Python function with type hints into a Tool.

    @tool(title="Dice")
    def roll(sides: Annotated[int, Meta(ge=2, le=1000, description="How many sides")] = 6) -> str:
        \"""Roll one die.\"""

The name, the docstring and the hints are what the model is told. Hints may be str, int, float, bool, Literal,
an Enum, a list of these, `| None`, and Annotated with `msgspec.Meta` for limits and a description. A
parameter that is hinted as ToolContext gets the context, and the model never hears of it. A plain function
runs in a thread of its own, which no time-out can end: what may wait for something should be `async`. What
is not a string is given to the model as JSON.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any, get_type_hints

import msgspec

from conversations.tools.threads import in_thread
from conversations.tools.types import Arguments, BadArguments, Tool, ToolContext

Function = Callable[..., Any]


def tool(
    *, title: str, asks: bool = False, seconds: float | None = None, name: str = ""
) -> Callable[[Function], Tool]:
    """Make the function a Tool. Raises ValueError or TypeError for one that a model could not be told."""

    def make(function: Function) -> Tool:
        description = inspect.getdoc(function)
        if not description:
            raise ValueError(f"{function.__name__} needs a docstring: it tells the model what it is for")
        fields, context_name = _fields(function)
        shape = msgspec.defstruct(function.__name__, fields, kw_only=True, forbid_unknown_fields=True)

        async def check(arguments: Arguments) -> None:
            _converted(arguments, shape)

        async def run(arguments: Arguments, context: ToolContext) -> str:
            given = _converted(arguments, shape)
            if context_name:
                given[context_name] = context
            if inspect.iscoroutinefunction(function):
                result = await function(**given)
            else:
                result = await in_thread(partial(function, **given))
            return result if isinstance(result, str) else msgspec.json.encode(result).decode()

        return Tool(
            name=name or function.__name__,
            title=title,
            description=description,
            parameters=_schema(shape),
            check=check,
            run=run,
            asks=asks,
            seconds=seconds,
        )

    return make


def _fields(function: Function) -> tuple[list[Any], str]:
    """The parameters for the model, in the way of `msgspec.defstruct`; the name of that for the context."""
    hints = get_type_hints(function, include_extras=True)
    fields: list[Any] = []
    context_name = ""
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise TypeError(f"{function.__name__}: {parameter} cannot be told to a model")
        if parameter.name not in hints:
            raise TypeError(f"{function.__name__}: {parameter.name} has no type hint")
        hint = hints[parameter.name]
        if hint is ToolContext:
            context_name = parameter.name
        elif parameter.default is parameter.empty:
            fields.append((parameter.name, hint))
        else:
            fields.append((parameter.name, hint, parameter.default))
    return fields, context_name


def _converted(arguments: Arguments, shape: type[msgspec.Struct]) -> dict[str, Any]:
    try:
        value = msgspec.convert(arguments, shape)
    except msgspec.ValidationError as error:
        raise BadArguments(str(error).replace("`", '"').replace("$.", "")) from error
    return {field: getattr(value, field) for field in shape.__struct_fields__}


def _schema(shape: type[msgspec.Struct]) -> dict[str, Any]:
    """The JSON Schema of the arguments, without references: not every model follows them."""
    (_,), definitions = msgspec.json.schema_components([shape], ref_template="{name}")
    schema: dict[str, Any] = _inlined(definitions[shape.__name__], definitions)
    return schema


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_inlined(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    target = definitions[schema["$ref"]] if isinstance(schema.get("$ref"), str) else {}
    merged = target | {name: value for name, value in schema.items() if name != "$ref"}
    if isinstance(merged.get("title"), str):
        del merged["title"]
    return {name: _inlined(value, definitions) for name, value in merged.items()}
