"""The safe HTML kept beside a message's Markdown, made anew when the renderer has changed since."""

from __future__ import annotations

from conversations.models import ACTIVE, Message, Role
from conversations.rendering import RENDERER_VERSION, render_blocks


def id_prefix(message_id: object) -> str:
    """What ids inside a message's HTML begin with, so that two messages never share one."""
    return f"m{str(message_id)[:8]}-"


def blocks_of(message: Message) -> list[str]:
    """The safe HTML of each top-level block of a reply; rendered and kept if it is not yet, or outdated."""
    if message.role != Role.ASSISTANT:
        return []
    if message.blocks is not None and message.renderer_version == RENDERER_VERSION:
        return list(message.blocks)
    blocks = render_blocks(message.content, id_prefix=id_prefix(message.id))
    if message.generation.state not in ACTIVE:
        Message.objects.filter(pk=message.pk, content=message.content).update(
            blocks=blocks, renderer_version=RENDERER_VERSION
        )
    return blocks
