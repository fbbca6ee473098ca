"""The MCP servers in the admin: added, changed, and shown with how they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from conversations.models import McpServer
from conversations.tools.mcp_servers import SERVERS

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[McpServer]
else:
    ModelAdmin = admin.ModelAdmin


@admin.register(McpServer)
class McpServerAdmin(ModelAdmin):
    """`state` and `tools` are what this process knows of the server at the moment."""

    list_display = ("name", "state", "url", "enabled", "asks")
    list_filter = ("enabled",)
    fields = ("name", "url", "token_variable", "asks", "enabled", "state", "tools")
    readonly_fields = ("state", "tools")
    actions = ("look_again",)

    @admin.display(description="state")
    def state(self, server: McpServer) -> str:
        return SERVERS.status(server.name)

    @admin.display(description="tools")
    def tools(self, server: McpServer) -> SafeString | str:
        """Each with what the server says of it, as models are told."""
        found = [tool for tool in SERVERS.tools().values() if tool.source == server.name]
        lines = format_html_join(
            "", "<li><b>{}</b>: {}</li>", ((tool.name, tool.description) for tool in found)
        )
        return format_html("<ul>{}</ul>", lines) if found else "none"

    @admin.action(description="Look again")
    def look_again(self, request: HttpRequest, servers: QuerySet[McpServer]) -> None:
        SERVERS.look_again([server.name for server in servers])
        self.message_user(
            request, "The servers are being asked; load this page again in a moment.", messages.INFO
        )
