"""JSON replies: read while they arrive, checked against a schema, shown, and judged. No Django, no network.

The way of a reply: `formats` says what was asked for; `reader` (on `lexer`, `scalars`) knows at every moment
where the text stands, and `early` (on `keywords`) whether it can still fit the schema; `verdict` judges the
whole, with the final check in another process (`checking`, `worker`); `blocks` and `tree` are the HTML.
`guard` looks for the word that JSON mode needs; `mending` is the message about a wrong reply; `examples` are
schemas to begin with.
"""

from conversations.structured.blocks import JsonStream, json_blocks
from conversations.structured.checking import CHECKER, EDITOR_CHECKER, Checker
from conversations.structured.early import Schema
from conversations.structured.examples import EXAMPLES, Example
from conversations.structured.formats import SCHEMA_CHARACTERS, SchemaCheck, check_schema, schema_asked
from conversations.structured.guard import says_json
from conversations.structured.mending import is_mending, mending_message
from conversations.structured.verdict import Verdict, Word, judge

__all__ = [
    "CHECKER",
    "EDITOR_CHECKER",
    "EXAMPLES",
    "SCHEMA_CHARACTERS",
    "Checker",
    "Example",
    "JsonStream",
    "Schema",
    "SchemaCheck",
    "Verdict",
    "Word",
    "check_schema",
    "is_mending",
    "json_blocks",
    "judge",
    "mending_message",
    "says_json",
    "schema_asked",
]
