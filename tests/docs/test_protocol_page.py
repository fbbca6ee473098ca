"""docs/protocol.md says what the code does: its parts are up to date, and its examples work."""

import json
from typing import Any, Union, get_args

import msgspec
import pytest
from playwright.sync_api import sync_playwright

from conversations import consumers, protocol
from conversations.protocol_page import MAKERS, PART, TOLD_LIMITS, outbound_frames, renewed
from conversations.rendering import diff_blocks
from conversations.sockets import connection
from tests.conftest import CHROMIUM
from tests.docs.examples import PAGE, example

BLOCKS: list[list[str]] = [
    [],
    ["<p>a</p>"],
    ["<p>a 😀</p>", "<p>𝒳</p>"],
    ["<p>a 😀 b 😁</p>", "<p>𝒳 = <em>é</em></p>", "<ul><li>🇫🇷</li></ul>"],
    ["<p>a 😁 b 😀</p>", "<h2>𝒳</h2>"],
    ["", "<p>👩‍👩‍👧</p>"],
]
STEPS = [(before, after) for before in BLOCKS for after in BLOCKS]


def frames(sign: str) -> list[str]:
    """The lines of the page's example session in one direction."""
    lines = PAGE.read_text("utf-8").splitlines()
    return [line[2:] for line in lines if line.startswith(sign + ' {"type"')]


def test_the_page_is_up_to_date() -> None:
    page = PAGE.read_text("utf-8")
    assert renewed(page) == page, "run: manage.py protocol_page"


def test_every_part_is_on_the_page_once() -> None:
    found = [name for _, name, _ in PART.findall(PAGE.read_text("utf-8"))]
    assert sorted(found) == sorted(MAKERS)


def test_every_frame_and_code_is_on_the_page() -> None:
    page = PAGE.read_text("utf-8")
    both = [*get_args(protocol.AnyInbound), *outbound_frames()]
    names = {frame.__struct_config__.tag for frame in both}
    assert {name for name in names if f"### `{name}`" not in page} == set()
    codes = {f"`{code}`" for code in protocol.ERROR_CODES} | {str(code) for code in protocol.CLOSE_CODES}
    assert {code for code in codes if f"| {code} |" not in page} == set()


def test_a_changed_docstring_would_be_noticed() -> None:
    page = PAGE.read_text("utf-8")
    stale = page.replace("Stop watching a conversation.", "Stop.")
    assert stale != page
    assert renewed(stale) == page


def test_the_numbers_in_the_prose_are_those_of_the_code() -> None:
    page = " ".join(PAGE.read_text("utf-8").split())
    welcome = json.loads(frames("<")[0])
    assert f"It may watch {consumers.WATCHES} conversations." in page
    assert welcome["ping_seconds"] == connection.PING_SECONDS
    assert welcome["version"] == protocol.VERSION
    assert f"/ws?version={protocol.VERSION}`" in page
    assert "unacked_frames" in TOLD_LIMITS


def test_every_line_of_the_example_session_is_a_frame() -> None:
    sent, received = frames(">"), frames("<")
    assert len(sent) >= 3
    assert len(received) >= 10
    for line in sent:
        protocol.parse(line)
    from_server: Any = msgspec.json.Decoder(Union[tuple(outbound_frames())])  # noqa: UP007  # made at run time
    for line in received:
        assert set(json.loads(line)) <= {"type", *from_server.decode(line).__struct_fields__}


def test_the_patch_code_in_python_gives_the_servers_blocks() -> None:
    names: dict[str, Any] = {}
    exec(example("patch.py"), names)
    for before, after in STEPS:
        patch = diff_blocks(before, after)
        assert names["apply_patch"](before, patch["n"], patch["p"]) == after


@pytest.mark.browser
def test_the_patch_code_in_javascript_gives_the_servers_blocks() -> None:
    asked = [[before, *diff_blocks(before, after).values()] for before, after in STEPS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        code = f"(asked) => {{ {example('patch.js')} return asked.map((each) => applyPatch(...each)); }}"
        made = browser.new_page().evaluate(code, asked)
        browser.close()
    assert made == [after for _, after in STEPS]
