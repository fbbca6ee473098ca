"""MCP servers that are programs on this machine: a JSON file that only whoever runs the site can write.

    {"mcpServers": {"files": {"command": "mcp-files", "args": ["/srv/shared"], "env": {"LEVEL": "info"}}}}

is the form other clients of MCP read too; `asks`, which they lack, is true unless the file says otherwise.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import msgspec

from chatsite.env import BadSetting, refuse

SERVER_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,19}", re.ASCII)
"""Begins the names of its tools, up to the first _; these have 64 characters at most."""


class StdioServer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A program to start. env: added to the few variables it gets. asks: a person approves each call."""

    command: str
    args: tuple[str, ...] = ()
    env: dict[str, str] = {}
    cwd: str | None = None
    asks: bool = True


class _File(msgspec.Struct, rename="camel"):
    mcp_servers: dict[str, StdioServer]


def stdio_servers(name: str, path: Path) -> dict[str, StdioServer]:
    """The servers in the file that the setting `name` points to. Raises BadSetting."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_File).mcp_servers
    except OSError as error:
        raise refuse(name, str(path), f"a file this process can read ({error.strerror})") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadSetting(f"{name}: {path} is not as docs/tools.md describes it: {error}") from error
    for server in found:
        if not SERVER_NAME.fullmatch(server):
            raise BadSetting(f"{name}: {server!r} is no name of a server: 1 to 20 of a-z 0-9 -")
    return found
