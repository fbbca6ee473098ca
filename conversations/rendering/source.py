"""What is done to Markdown source before it is parsed: repair, and limits.

Vocabulary:

* *source*: the message's text as received, in code points;
* *head*: the part rendered as Markdown, at most `MARKDOWN_LIMIT` code points;
* *tail*: what is beyond it, shown in full as plain text, so that a very long reply stays readable at a
  bounded cost.

Every rule here depends only on text already received, so that a growing message does not change its mind.
"""

import html
import re

MARKDOWN_LIMIT = 64 * 1024
"""Code points rendered as Markdown; the rest of the message follows as plain text."""

TABLE_PIPE_LIMIT = 64
"""Pipes in one line; above it tables are not recognised in this message."""

TABLE_CELL_LIMIT = 50_000
"""Lines times the widest row's pipes: what the table extension could be made to pad out to."""

LATEX_OPENER_LIMIT = 2_000
"""`\\(` and `\\[` in one message; each unclosed one is searched for to the end, so their cost is quadratic.
"""

PLAIN_BLOCK_LIMIT = 4_000
"""Code points in one block of plain text."""

PLAIN_OPENING = '<p class="plain-text">'

_CUT_WINDOW = 8 * 1024
_SURROGATE = re.compile("[\ud800-\udfff]")


def repaired(text: str) -> str:
    """The text with each lone surrogate replaced by U+FFFD, code point for code point (UTF-8 has no form for
    them).
    """
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def split_at_limit(text: str) -> tuple[str, str]:
    """Return (head, tail). The cut is at a blank line near the limit, else at a line end, else at the limit
    itself.
    """
    if len(text) <= MARKDOWN_LIMIT:
        return text, ""
    for boundary in ("\n\n", "\n"):
        at = text.rfind(boundary, MARKDOWN_LIMIT - _CUT_WINDOW, MARKDOWN_LIMIT)
        if at >= 0:
            cut = at + len(boundary)
            return text[:cut], text[cut:]
    return text[:MARKDOWN_LIMIT], text[MARKDOWN_LIMIT:]


def tables_allowed(text: str) -> bool:
    """Whether the table extension is safe here: a row shorter than its header is padded with empty cells."""
    if text.count("|") <= TABLE_PIPE_LIMIT:
        widest = text.count("|")
    else:
        widest = max(line.count("|") for line in text.splitlines())
    return widest <= TABLE_PIPE_LIMIT and widest * (text.count("\n") + 1) <= TABLE_CELL_LIMIT


def latex_delimiters_allowed(text: str) -> bool:
    r"""Whether `\(...\)` and `\[...\]` may be recognised here."""
    return text.count("\\(") + text.count("\\[") <= LATEX_OPENER_LIMIT


def plain_blocks(text: str) -> list[str]:
    """The text as escaped paragraphs with class `plain-text` (shown with their white space), cut at line
    ends.
    """
    blocks = []
    start = 0
    while start < len(text):
        end = start + PLAIN_BLOCK_LIMIT
        if end < len(text):
            line_end = text.rfind("\n", start, end)
            end = line_end + 1 if line_end >= 0 else end
        blocks.append(plain_block(html.escape(text[start:end])))
        start = end
    return blocks


def plain_block(escaped: str) -> str:
    """One paragraph of plain text from text that is escaped already."""
    return f"{PLAIN_OPENING}{escaped}</p>\n"
