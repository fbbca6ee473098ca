"""The tool `read_attachment`."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

from conversations.errors import Refused
from conversations.store.attached_texts import attachment_names, attachment_text
from conversations.store.threads import in_database
from conversations.tools.registry import tool
from conversations.tools.types import ToolContext, ToolFailed

PART: Final = 20_000
"""Characters of one answer: less than the limit of a result, so that none is cut by it."""


@tool(title="Read an attached file")
async def read_attachment(
    context: ToolContext,
    name: Annotated[str, Meta(max_length=255, description="The file's name; leave it out for a list.")] = "",
    start: Annotated[int, Meta(ge=1, description="The first character to read, for a long file.")] = 1,
) -> str:
    """Read the text of a file attached in this conversation: text files, and PDFs that carry text.

    A long file comes in parts of 20,000 characters; each part says how to go on.
    """
    if not name:
        return await _names(context)
    try:
        text = await attachment_text(
            person_id=context.person_id, conversation_id=context.conversation_id, name=name
        )
    except Refused as why:
        raise ToolFailed(f"{why} {await _names(context)}") from why
    part = text[start - 1 : start - 1 + PART]
    end = start - 1 + len(part)
    if start > 1 and not part:
        raise ToolFailed(f"“{name}” has only {len(text):,} characters")
    if start == 1 and end == len(text):
        return part or "[The file is empty.]"
    rest = f" Go on with start={end + 1}." if end < len(text) else " This is the end."
    return f"[Characters {start:,} to {end:,} of {len(text):,}.{rest}]\n{part}"


async def _names(context: ToolContext) -> str:
    names = await in_database(
        attachment_names, person_id=context.person_id, conversation_id=context.conversation_id
    )
    if not names:
        return "No files are attached in this conversation."
    return "Attached files, the newest first: " + ", ".join(f"“{name}”" for name in names)
