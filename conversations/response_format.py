"""What a reply is to be: text, any JSON object, or JSON that fits a schema: the parameter `response_format`.

It is kept in the wire form of the completions API (`conversations.structured.formats`), and typed in as four
boxes of the panel: response_format, schema_name, schema_strict and schema.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeGuard

from conversations.completions import JsonSchemaFormat
from conversations.errors import Refused
from conversations.structured import EDITOR_CHECKER, SCHEMA_CHARACTERS, SchemaCheck, check_schema

KINDS = {
    "": "Not sent",
    "text": "Text",
    "json_object": "JSON object",
    "json_schema": "JSON that fits a schema",
}


def typed_check(form: Mapping[str, str]) -> SchemaCheck:
    """What is right and wrong with the schema as typed. Blocks for the check, a second at most."""
    return check_schema(
        form.get("schema_name", ""),
        form.get("schema", "").replace("\r\n", "\n"),
        strict=form.get("schema_strict") == "yes",
        checker=EDITOR_CHECKER,
    )


def format_from_form(form: Mapping[str, str]) -> dict[str, Any] | None:
    """The format as typed into the panel; None: not sent. Blocks for the check. Raises Refused."""
    kind = form.get("response_format", "")
    if not kind:
        return None
    if kind != "json_schema":
        return {"type": kind}
    found = typed_check(form)
    if found.schema is None:
        raise Refused("bad_frame", found.problem)
    strict = form.get("schema_strict") == "yes"
    return {
        "type": kind,
        "json_schema": {"name": form["schema_name"], "schema": found.schema, "strict": strict},
    }


def format_as_typed(raw: Mapping[str, Any] | None) -> dict[str, str]:
    """The four boxes of the panel, from what is kept."""
    raw = raw or {}
    schema = raw.get("json_schema", {})
    return {
        "response_format": raw.get("type", ""),
        "schema_name": schema.get("name", ""),
        "schema_strict": "no" if schema.get("strict") is False else "yes",
        "schema": json.dumps(schema["schema"], indent=2, ensure_ascii=False) if "schema" in schema else "",
    }


def format_to_send(raw: Any) -> str | JsonSchemaFormat:
    """A format in the wire form as CompletionRequest takes it. Raises Refused and InvalidRequest.

    Whether the schema is one is not looked at: that takes a process and time, and the verdict on each reply
    says so if it cannot be applied.
    """
    asked: dict[str, Any] = raw if isinstance(raw, dict) else {}
    kind, schema = asked.get("type"), asked.get("json_schema")
    if kind in ("text", "json_object") and asked.keys() == {"type"}:
        return str(kind)
    if kind == "json_schema" and asked.keys() == {"type", "json_schema"} and _can_be_kept(schema):
        return JsonSchemaFormat(**schema)
    raise Refused(
        "bad_frame",
        "Response format: text, json_object, or json_schema with a name and a schema of at most"
        f" {SCHEMA_CHARACTERS:,} characters, without NUL.",
    )


def _can_be_kept(named: object) -> TypeGuard[dict[str, Any]]:
    """A name and a schema, not too long, and without what PostgreSQL does not store: NUL, lone surrogates."""
    if not isinstance(named, dict) or not {"name", "schema"} <= named.keys() <= {"name", "schema", "strict"}:
        return False
    if not isinstance(named["schema"], dict):
        return False
    try:
        text = json.dumps(named["schema"], separators=(",", ":"), ensure_ascii=False)
        text.encode()
    except (RecursionError, UnicodeEncodeError):
        return False
    return len(text) <= SCHEMA_CHARACTERS and "\\u0000" not in text
