"""The classes of `conversations.protocol` as Markdown: each with its docstring and a table of its fields."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any, Final, get_args

import msgspec
import msgspec.inspect as shapes

from conversations import protocol

STATES: Final = frozenset(get_args(protocol.State))


def described(struct: type[msgspec.Struct]) -> str:
    """A frame, or a value in one: its name, its docstring, and a table of its fields."""
    shape = shapes.type_info(struct)
    assert isinstance(shape, shapes.StructType)  # noqa: S101  # for the type checker: a Struct has no other
    words = _field_words().get(struct.__name__, {})
    from_client = issubclass(struct, protocol.Inbound)
    rows = [
        (
            f"`{field.name}`",
            _type_of(field, by_client=from_client),
            _presence(field, by_client=from_client),
            words.get(field.name, ""),
        )
        for field in shape.fields
        if field.name != "ref"
    ]
    name = f"`{shape.tag}`" if shape.tag else struct.__name__
    fields = table(("Field", "Type", "If absent", ""), rows) if rows else "No fields of its own."
    return f"### {name}\n\n{inspect.cleandoc(struct.__doc__ or '')}\n\n{fields}"


def _presence(field: shapes.Field, *, by_client: bool) -> str:
    if field.required:
        return "required" if by_client else "always there"
    return "none" if field.default is None else f"`{msgspec.json.encode(field.default).decode()}`"


def _type_of(field: shapes.Field, *, by_client: bool) -> str:
    """What the server has not it leaves out; what a client has not it may leave out or send as null."""
    kind = field.type
    if isinstance(kind, shapes.UnionType) and not by_client and not field.required:
        return " or ".join(_name_of(each) for each in kind.types if not isinstance(each, shapes.NoneType))
    return _name_of(kind)


def _name_of(kind: shapes.Type) -> str:
    match kind:
        case shapes.Metadata():
            description = (kind.extra_json_schema or {}).get("description", "")
            return f"{_name_of(kind.type)} {description}".strip()
        case shapes.UnionType():
            return " or ".join(_name_of(each) for each in kind.types)
        case shapes.LiteralType() if set(kind.values) == STATES:
            return "[state](#states)"
        case shapes.LiteralType():
            return " or ".join(f'`"{value}"`' for value in kind.values)
        case shapes.ListType(item_type=shapes.TupleType()):
            return "[Patch](#patch)"
        case shapes.ListType():
            return f"list of {_name_of(kind.item_type)}"
        case shapes.StructType():
            return f"[{kind.cls.__name__}](#{kind.cls.__name__.lower()})"
        case shapes.StrType() if kind.pattern:
            return f"text like `{kind.pattern}`."
        case shapes.StrType() if kind.max_length:
            return f"text of at most {kind.max_length} characters."
        case shapes.IntType() if kind.ge is not None:
            return f"integer, at least {kind.ge}"
        case _:
            return _PLAIN_NAMES[type(kind)]


_PLAIN_NAMES: Final[dict[type[shapes.Type], str]] = {
    shapes.StrType: "text",
    shapes.IntType: "integer",
    shapes.FloatType: "number",
    shapes.BoolType: "true or false",
    shapes.UUIDType: "UUID",
    shapes.NoneType: "null",
    shapes.DictType: "JSON object",
}


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


# The docstrings of fields and constants, which Python does not keep


@cache
def _source() -> ast.Module:
    return ast.parse(inspect.getsource(protocol))


def _words_in(body: list[ast.stmt]) -> dict[str, str]:
    found = {}
    for before, statement in pairwise(body):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            target: Any = before.target if isinstance(before, ast.AnnAssign) else None
            if isinstance(before, ast.Assign):
                target = before.targets[0]
            if isinstance(target, ast.Name):
                found[target.id] = " ".join(str(statement.value.value).split())
    return found


@cache
def _field_words() -> dict[str, dict[str, str]]:
    classes = [node for node in _source().body if isinstance(node, ast.ClassDef)]
    return {node.name: _words_in(node.body) for node in classes}


def word_of(constant: str) -> str:
    """The docstring below a constant of `conversations.protocol`. Raises KeyError when it has none."""
    return _words_in(_source().body)[constant]
