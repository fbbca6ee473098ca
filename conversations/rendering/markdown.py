"""Markdown to raw HTML blocks. The one file that knows comrak (https://docs.rs/comrak), so that it can be
exchanged.

Vocabulary:

* *raw block*: comrak's HTML of one top-level block, not sanitised yet. HTML in the source arrives escaped, so
  every tag in a raw block is comrak's own, and a `<` at the start of a line can be trusted to be a tag;
* *open code*: the code block the end of the source is inside of, because its fence is not closed yet.

Only `markdown_to_html` is used: comrak-ext's syntax tree leaks memory at every parse.
"""

import re

import comrak

from conversations.rendering.source import (
    latex_delimiters_allowed,
    plain_block,
    plain_blocks,
    split_at_limit,
    tables_allowed,
)

RAW_HTML_LIMIT = 2_000_000
"""Characters of raw HTML; a head that grows beyond it is shown as plain text."""

CODE_OPENING = "<pre><code"

_RENDER = comrak.RenderOptions(escape=True)
_PARSE = comrak.ParseOptions()
_BLOCK_LINE = re.compile(
    r"^<(?:(?P<close>/)?(?P<container>ul|ol|blockquote|table|section)|p|h[1-6]|pre|hr)(?=[ >])", re.MULTILINE
)
_LINE_PREFIX = re.compile(r"[ \t>]*")
_PROBE = "openfenceprobe7f3a"


def raw_blocks(source: str) -> list[str]:
    """The raw blocks of a message: its head as Markdown, then its tail as plain text."""
    head, tail = split_at_limit(source)
    markup = _to_html(head)
    blocks = plain_blocks(head) if len(markup) > RAW_HTML_LIMIT else _split(markup)
    return blocks + plain_blocks(tail)


def open_code_index(source: str, blocks: list[str]) -> int | None:
    """The number (from 0, in document order) of the code block that the end of `source` is inside of, if any.

    `blocks` are its raw blocks. Asked of comrak itself: a word is added on a line of its own, indented like
    the last one, and looked for in the code blocks. An empty block in a list item may be missed; a miss only
    means that unfinished code is highlighted early.
    """
    head, tail = split_at_limit(source)
    if tail or not any(CODE_OPENING in block for block in blocks[-2:]):
        return None
    last_line = head.rstrip().rpartition("\n")[2]
    prefix = _LINE_PREFIX.match(last_line)
    indent = prefix.group() if prefix else ""
    separator = "" if head.endswith("\n") else "\n"
    before, found, _ = _to_html(f"{head}{separator}{indent}{_PROBE}").partition(_PROBE)
    opening = before.rfind(CODE_OPENING)
    if not found or opening < before.rfind("</code></pre>") or opening < 0:
        return None
    return before.count(CODE_OPENING) - 1


def _to_html(head: str) -> str:
    options = comrak.ExtensionOptions(
        autolink=True,
        cjk_friendly_emphasis=True,
        footnotes=True,
        math_dollars=True,
        math_latex=latex_delimiters_allowed(head),
        strikethrough=True,
        table=tables_allowed(head),
        tasklist=True,
    )
    return str(comrak.markdown_to_html(head, options, _PARSE, _RENDER))


def _split(markup: str) -> list[str]:
    """Cut comrak's HTML where a block begins at depth 0. Text outside any block is escaped HTML from the
    source.
    """
    blocks: list[str] = []
    depth = start = 0
    for line in _BLOCK_LINE.finditer(markup):
        if line["close"]:
            depth -= 1
            if depth == 0:
                end = markup.find("\n", line.end()) + 1 or len(markup)
                blocks.append(markup[start:end])
                start = end
            continue
        if depth == 0 and line.start() > start:
            blocks.append(markup[start : line.start()])
            start = line.start()
        if line["container"]:
            depth += 1
    if start < len(markup):
        blocks.append(markup[start:])
    return [piece for block in blocks for piece in _with_loose_text_wrapped(block)]


def _with_loose_text_wrapped(block: str) -> list[str]:
    """Blocks begin with a tag; a block of escaped HTML is bare text, and follows other blocks without a tag
    between.
    """
    if _BLOCK_LINE.match(block) is None:
        return [plain_block(block)] if block.strip() else []
    end = _end_of_simple_block(block)
    loose = block[end:]
    return [block[:end], plain_block(loose)] if loose.strip() else [block]


def _end_of_simple_block(block: str) -> int:
    """Where a paragraph, heading, code block or rule ends; containers were cut at their end already."""
    opening = _BLOCK_LINE.match(block)
    if opening is None or opening["container"]:
        return len(block)
    if block.startswith("<hr"):
        return block.find("\n") + 1 or len(block)
    name = opening.group()[1:]
    closing = f"</{name}>"
    at = block.find(closing)
    return at + len(closing) + 1 if at >= 0 else len(block)
