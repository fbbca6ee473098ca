"""The process that validates against a JSON Schema; started by `checking.py`.

One JSON object per line in, `{"schema", "text", "seconds"}`, one out, `{"path", "message", "refused"}`: all
null when the text fits, `refused` when the schema cannot be applied. `text` null asks whether the schema is
one. A regular expression or a schema that refers to itself can take for ever: a timer of the kernel's ends
the process then, so that not even a worker whose parent was killed can stay. It ends itself when its input
does.
"""

from __future__ import annotations

import json
import re
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError, best_match
from jsonschema_specifications import REGISTRY
from referencing.exceptions import Unresolvable

from conversations.processes import serve
from conversations.structured.scalars import number

ERRORS_COMPARED = 100
"""Of these the one that tells most is reported."""

MESSAGE_LIMIT = 300


def answer(schema: Any, text: str | None) -> dict[str, Any]:
    """What is wrong with the text, or with the schema."""
    try:
        if text is None:
            Draft202012Validator.check_schema(schema)
            return _wrong(None)
        value = json.loads(text, parse_int=number, parse_float=number)
        # The registry holds the drafts of JSON Schema and fetches nothing.
        errors = Draft202012Validator(schema, registry=REGISTRY).iter_errors(value)
        return _wrong(best_match(error for _, error in zip(range(ERRORS_COMPARED), errors, strict=False)))
    except SchemaError as error:
        return _wrong(error)
    except Unresolvable as error:
        return _refused(f"it refers to “{str(error.ref)[:80]}”, which is not in it")
    except re.error as error:
        return _refused(f"one of its patterns is no regular expression: {error}")
    except RecursionError:
        return _refused("it or the text is nested too deeply, or it refers to itself without end")
    except MemoryError:
        return _refused("applying it takes too much memory")


def _wrong(error: ValidationError | SchemaError | None) -> dict[str, Any]:
    if error is None:
        return {"path": None, "message": None, "refused": None}
    return {"path": list(error.absolute_path), "message": _short(error.message), "refused": None}


def _refused(why: str) -> dict[str, Any]:
    return {"path": None, "message": None, "refused": why[:MESSAGE_LIMIT]}


def _short(message: str) -> str:
    """The message without the middle, where a long one quotes the value."""
    if len(message) <= MESSAGE_LIMIT:
        return message
    half = MESSAGE_LIMIT // 2
    return f"{message[:half]} … {message[-half:]}"


def main() -> None:
    """Serve until the input ends."""
    serve(lambda job: answer(job["schema"], job["text"]))
