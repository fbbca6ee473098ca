"""The MCP servers in the admin: added, changed, and shown with how they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from conversations.models import McpServer
from conversations.tools.mcp_servers import SERVERS

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[McpServer]
else:
    ModelAdmin = admin.ModelAdmin


@admin.register(McpServer)
class McpServerAdmin(ModelAdmin):
    list_display = ("name", "url", "enabled", "asks", "state")
    list_filter = ("enabled",)
    fields = ("name", "url", "token_variable", "asks", "enabled", "state")
    readonly_fields = ("state",)
    actions = ("look_again",)

    @admin.display(description="state")
    def state(self, server: McpServer) -> str:
        return SERVERS.status(server.name)

    @admin.action(description="Look again")
    def look_again(self, request: HttpRequest, servers: QuerySet[McpServer]) -> None:
        SERVERS.look_again([server.name for server in servers])
        self.message_user(
            request, "The servers are being asked; load this page again in a moment.", messages.INFO
        )
