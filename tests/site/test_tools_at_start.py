"""Tools and a real site: programs of MCP come and go with it, and faults are told before it serves."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from tests.site.servers import ROOT, prepare, serve
from tests.site.test_serve import children, command_line, until

HOUSE = {"command": sys.executable, "args": [str(ROOT / "tests" / "tools" / "mcp_house.py")]}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    prepare(folder)
    return folder


@pytest.mark.parametrize("end", ["terminate", "kill"])
def test_a_program_of_mcp_lives_as_long_as_the_site(data: Path, tmp_path: Path, end: str) -> None:
    file = tmp_path / "servers.json"
    file.write_text(json.dumps({"mcpServers": {"house": HOUSE, "gone": {"command": "/nowhere"}}}))
    with serve(data, CHATSITE_MCP_STDIO_FILE=str(file)) as serving:
        serving.address()
        serving.wait_for(re.compile("MCP server house: reachable, 6 tools"))
        serving.wait_for(re.compile("MCP server gone: it cannot be started: No such file or directory"))
        (program,) = [pid for pid in children(serving) if b"mcp_house" in command_line(pid)]
        getattr(serving.process, end)()
        assert (serving.end() == 0) is (end == "terminate")
        until(lambda: b"mcp_house" not in command_line(program))


def test_a_module_without_tools_keeps_the_site_from_starting(data: Path) -> None:
    with serve(data, CHATSITE_TOOL_MODULES="json") as serving:
        assert serving.end() != 0
        serving.wait_for(re.compile("CHATSITE_TOOL_MODULES: json has no tools"))


def test_a_tool_that_does_not_exist_is_refused_in_one_line(data: Path) -> None:
    with serve(data, CHATSITE_TOOLS="calculator,telepathy") as serving:
        assert serving.end() != 0
        serving.wait_for(re.compile("CHATSITE_TOOLS is 'telepathy', but it must be none, or a list"))
