"""The tool `search_conversations`."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

from conversations.store.searching import Hit, search_messages
from conversations.store.threads import in_database
from conversations.tools.registry import tool
from conversations.tools.types import BadArguments, ToolContext

WORDS: Final = 8
FOUND: Final = 10
EXCERPT: Final = 400
"""Characters around the first word that was found: ten of these are about a thousand tokens."""


@tool(title="Search in your conversations")
async def search_conversations(
    query: Annotated[str, Meta(min_length=1, max_length=200, description="One to eight words, by blanks.")],
    context: ToolContext,
) -> str:
    """Find earlier messages of the person's own conversations that contain all the words, newest first.

    Returns excerpts with the title and date of the conversation. Fewer and rarer words find more.
    """
    words = list(dict.fromkeys(query.split()))
    if not 1 <= len(words) <= WORDS:
        raise BadArguments(f"query must have 1 to {WORDS} words, not {len(words)}")
    hits = await in_database(
        search_messages,
        person_id=context.person_id,
        words=words,
        without=context.message_id,
        limit=FOUND,
    )
    if not hits:
        return "No earlier message contains all of these words. Fewer or other words may find one."
    parts = [_told(hit, words) for hit in hits]
    if len(hits) == FOUND:
        parts.append(f"These are the newest {FOUND}; there may be more.")
    return "\n\n".join(parts)


def _told(hit: Hit, words: list[str]) -> str:
    source = f"{hit.created_at:%Y-%m-%d %H:%M} UTC, {hit.role}, in “{hit.conversation_title}”"
    return f"[{source}]\n{_excerpt(hit, words)}"


def _excerpt(hit: Hit, words: list[str]) -> str:
    folded = hit.content.lower()
    places = [place for word in words if (place := folded.find(word.lower())) >= 0]
    start = max(0, min(places, default=0) - EXCERPT // 4)
    piece = " ".join(hit.content[start : start + EXCERPT].split())
    before, after = "… " if start else "", " …" if start + EXCERPT < len(hit.content) else ""
    return f"{before}{piece}{after}"
