"""MCP servers in the settings: a file of programs, and secrets by their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatsite.env import BadSetting, Env
from chatsite.mcp import StdioServer, stdio_servers

NAME = "CHATSITE_MCP_STDIO_FILE"


def read(folder: Path, text: str) -> dict[str, StdioServer]:
    file = folder / "servers.json"
    file.write_text(text, "utf-8")
    return stdio_servers(NAME, file)


def test_programs_are_read_in_the_form_that_others_use(tmp_path: Path) -> None:
    text = """{"mcpServers": {
        "files": {"command": "mcp-files", "args": ["/srv"], "env": {"LEVEL": "info"}, "cwd": "/tmp"},
        "clock": {"command": "clock", "asks": false}
    }, "other": 1}"""
    assert read(tmp_path, text) == {
        "files": StdioServer("mcp-files", ("/srv",), {"LEVEL": "info"}, "/tmp", True),
        "clock": StdioServer("clock", asks=False),
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not as docs/tools.md describes it"),
        ("[]", "is not as docs/tools.md describes it"),
        ("{}", "mcpServers"),
        ('{"mcpServers": {"a": {}}}', "command"),
        ('{"mcpServers": {"a": {"command": "x", "arg": []}}}', "arg"),
        ('{"mcpServers": {"a": {"command": 5}}}', "command"),
        ('{"mcpServers": {"a_b": {"command": "x"}}}', "'a_b' is no name of a server"),
        ('{"mcpServers": {"' + "x" * 21 + '": {"command": "x"}}}', "is no name of a server"),
    ],
)
def test_what_is_wrong_in_the_file_is_refused_in_one_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadSetting, match=NAME) as why:
        read(tmp_path, text)
    assert words in str(why.value)
    assert "\n" not in str(why.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="No such file"):
        stdio_servers(NAME, tmp_path / "nothing.json")


def test_secrets_are_found_by_their_prefix(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from-a-file\n")
    env = Env({"MCP_TOKEN_A": "one", "MCP_TOKEN_B_FILE": str(file), "MCP_TOKEN_C": "", "OTHER": "x"})
    assert env.secrets("MCP_TOKEN_") == {"MCP_TOKEN_A": "one", "MCP_TOKEN_B": "from-a-file"}


@pytest.mark.parametrize(
    "variables",
    [
        {"MCP_TOKEN_": "x"},
        {"MCP_TOKEN_A": "two words"},
        {"MCP_TOKEN_A": "x", "MCP_TOKEN_A_FILE": "/nowhere"},
        {"MCP_TOKEN_A_FILE": "/nowhere"},
    ],
)
def test_secrets_that_cannot_be_used_are_refused(variables: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match="MCP_TOKEN_"):
        Env(variables).secrets("MCP_TOKEN_")
