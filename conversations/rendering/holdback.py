"""How much of a growing message may be shown: an unfinished last line that could still mean several things
waits.

A lone `-` may become a list, a rule or an underline; a row with pipes may become a table. Shown too early,
such a line appears as text and turns into something else a moment later. Held back, the blocks before it
never change again.
"""

import re

HOLD_LIMIT = 2_000
"""Code points that may wait; a longer line is shown as it is."""

_UNDECIDED = re.compile(
    r"""[ \t>]*(?:
      [-*_+=\s]*                                   # list marker, rule, emphasis, underline of a heading
    | \d{1,9}[.)]?[ \t]*                           # number of a list item
    | (?:[-*+]|\d{1,9}[.)])[ \t]+\[[ xX]?\]?[ \t]* # task
    | \#{1,6}[ \t]*                                # heading
    | `{1,2} | (?:`{3,}|~{3,})[^`]*                # fence with its language
    | \|.*                                         # table row
    | \[[^\]]*(?:\]:?[^(]*)?                       # definition of a link or footnote
    | \$\$? | \\[(\[]?                             # formula
    )""",
    re.VERBOSE,
)
_DELIMITER_START = re.compile(r"[ \t>]*\|?[ \t:|-]*")


def decided_length(text: str) -> int:
    """Code points of `text` that can be shown now; the rest is its undecided end."""
    line_start = text.rfind("\n") + 1
    line = text[line_start:]
    if len(line) > HOLD_LIMIT:
        return len(text)
    header_start = _table_header_start(text, line_start)
    if header_start is not None and _DELIMITER_START.fullmatch(line):
        return header_start
    if _UNDECIDED.fullmatch(line):
        return line_start
    # The other half of a line end may follow.
    return len(text) - 1 if line.endswith("\r") else len(text)


def _table_header_start(text: str, line_start: int) -> int | None:
    """Where the line before begins if it looks like the first row of a table."""
    start = text.rfind("\n", 0, max(line_start - 1, 0)) + 1
    if line_start - start > HOLD_LIMIT or not text[start:line_start].lstrip(" \t>").startswith("|"):
        return None
    before = text.rfind("\n", 0, max(start - 1, 0)) + 1
    return None if text[before:start].lstrip(" \t>").startswith("|") else start
