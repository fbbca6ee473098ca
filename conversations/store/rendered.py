"""The safe HTML kept beside a message's Markdown, made anew when the renderer has changed since."""

from __future__ import annotations

from typing import cast

from conversations.models import ACTIVE, Message, Role
from conversations.rendering import RENDERER_VERSION, render_blocks
from conversations.structured import JsonStream, Schema, Verdict, Word, json_blocks, judge, schema_asked


def id_prefix(message_id: object) -> str:
    """What ids inside a message's HTML begin with, so that two messages never share one."""
    return f"m{str(message_id)[:8]}-"


def blocks_of(message: Message) -> list[str]:
    """The safe HTML of each top-level block of a reply; rendered and kept if it is not yet, or outdated."""
    if message.role != Role.ASSISTANT:
        return []
    if message.blocks is not None and message.renderer_version == RENDERER_VERSION:
        return list(message.blocks)
    schema = schema_asked(message.generation.response_format) if message.content else None
    if schema is None:
        blocks = render_blocks(message.content, id_prefix=id_prefix(message.id))
    else:
        blocks = _json_blocks(message, schema)
    if message.generation.state not in ACTIVE:
        Message.objects.filter(pk=message.pk, content=message.content).update(
            blocks=blocks,
            renderer_version=RENDERER_VERSION,
            json_verdict=message.json_verdict,
            json_problem=message.json_problem,
        )
    return blocks


def _json_blocks(message: Message, schema: Schema) -> list[str]:
    """Of a reply in JSON mode; one that ended without a verdict, with its process, is given it now."""
    if message.generation.state in ACTIVE:
        return list(JsonStream(schema).render(message.content).blocks)
    if not message.json_verdict:
        verdict = judge(message.content, schema=schema, cut=True, checker=None)
        message.json_verdict, message.json_problem = verdict.state, verdict.message
    stored = Verdict(cast(Word, message.json_verdict), "", message.json_problem)
    return json_blocks(message.content, stored, id_prefix=id_prefix(message.id))
