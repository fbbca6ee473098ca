"""What a tool of an MCP server returned, as a text for the model: texts as they are, all else described."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from mcp_types import (
    AudioContent,
    CallToolResult,
    ContentBlock,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
)


def result_text(result: CallToolResult) -> str:
    """The content, or the structured content where there is no other."""
    if not result.content and result.structured_content is not None:
        return msgspec.json.encode(result.structured_content).decode()
    return "\n\n".join(_texts(result.content))


def _texts(content: Sequence[ContentBlock]) -> Iterator[str]:
    for block in content:
        match block:
            case TextContent():
                yield block.text
            case ImageContent() | AudioContent():
                size = len(block.data) * 3 // 4
                yield f"[{block.type}, {block.mime_type[:100]}, about {size:,} bytes: not shown]"
            case ResourceLink():
                yield f"[{block.name}: {block.uri}]"
            case EmbeddedResource(resource=TextResourceContents() as resource):
                yield f"[{resource.uri}]\n{resource.text}"
            case EmbeddedResource(resource=resource):
                yield f"[{resource.uri}: not text, not shown]"
