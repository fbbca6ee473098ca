"""Read which MCP servers are to be used. Admins write these rows, on the admin pages."""

from __future__ import annotations

from conversations.models import McpServer


def mcp_servers_enabled() -> list[McpServer]:
    """Those that are switched on, by name."""
    return list(McpServer.objects.filter(enabled=True).order_by("name"))
