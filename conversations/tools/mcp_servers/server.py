"""A server as it is configured. Two that are equal need no new connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings

from chatsite.mcp import StdioServer
from conversations.models import McpServer


@dataclass(frozen=True)
class Server:
    """Either `url`, with the secret it wants, or `program`. asks: a person approves each call."""

    name: str
    asks: bool
    url: str = ""
    token: str = field(default="", repr=False)
    program: StdioServer | None = None


def of_row(row: McpServer) -> Server:
    token = settings.MCP_TOKENS.get(row.token_variable, "")
    return Server(row.name, row.asks, url=row.url, token=token)


def of_settings() -> list[Server]:
    return [Server(name, program.asks, program=program) for name, program in settings.MCP_STDIO.items()]
