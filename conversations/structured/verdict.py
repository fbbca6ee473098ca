"""What a finished reply in JSON mode is worth: one word, and a sentence for the person who asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from conversations.structured.checking import Checker, Unchecked
from conversations.structured.early import Schema
from conversations.structured.formats import ANY_OBJECT
from conversations.structured.paths import path_text
from conversations.structured.reader import Reader

Word = Literal["valid", "invalid", "cut_off", "not_json", "unchecked"]
"""invalid: JSON that does not fit its schema. cut_off: it ends before the value does. unchecked: JSON, but
the schema could not be applied.
"""

CHECKED_DEPTH: Final = 200
"""Of nesting; a deeper value is not checked against a schema."""


@dataclass(frozen=True)
class Verdict:
    """`path`: where the trouble is, in words like `$.items[2]`; empty when there is none."""

    state: Word
    path: str
    message: str


def judge(text: str, *, schema: Schema, cut: bool, checker: Checker | None) -> Verdict:
    """The verdict on a whole reply. Blocks for the check against `schema`; without a checker there is none.

    `cut`: the model did not end the text by itself (the length limit, Stop, a failure).
    """
    reader = Reader()
    reader.feed(text)
    here = path_text(reader.path)
    if cut and reader.problem is None and not reader.complete:
        return Verdict("cut_off", here, f"Cut off at {here}: the JSON is not complete.")
    reader.finish()
    if reader.problem is not None:
        return Verdict("not_json", path_text(reader.problem.path), f"Not JSON: {reader.problem.told(text)}.")
    if not reader.complete:
        return Verdict("not_json", here, f"Not JSON: the reply ends at {here}, before the JSON is complete.")
    if reader.deepest > CHECKED_DEPTH:
        return Verdict("unchecked", "", "JSON, but nested too deeply to be checked.")
    return _checked(text, schema, reader, checker)


def _checked(text: str, schema: Schema, reader: Reader, checker: Checker | None) -> Verdict:
    if checker is None:
        return Verdict("unchecked", "", "JSON, but the site stopped before it was checked.")
    try:
        misfit = checker.check(schema, text)
    except Unchecked as why:
        return Verdict("unchecked", "", f"JSON, but the schema could not be applied: {why}.")
    if misfit is not None:
        path = path_text(misfit.path)
        return Verdict("invalid", path, f"JSON, but not as asked for, at {path}: {misfit.message}.")
    said = "Valid JSON." if schema is ANY_OBJECT or schema is True else "Valid JSON that fits the schema."
    if reader.repeated is not None:
        said += f" The member {path_text(reader.repeated)} is there more than once; the last one counts."
    return Verdict("valid", "", said)
