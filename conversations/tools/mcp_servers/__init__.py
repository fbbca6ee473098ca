"""Tools of other programs, by the Model Context Protocol (MCP).

- `server`: a server as it is configured: an address, or a program to start
- `service`: keeps a connection to each of them, as they are configured at the moment
- `connection`: one server: connects, lists its tools, connects again
- `session`: the only module that imports the SDK, once there is a server
- `listing`: which of a server's tools are fit to be offered
- `results`: what a call returned, as text

Nothing waits for a server but a call of its own tools: one that is away offers none.
"""

from conversations.tools.mcp_servers.service import SERVERS, McpServers

__all__ = ["SERVERS", "McpServers"]
