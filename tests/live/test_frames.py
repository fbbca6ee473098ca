"""Frames that are wrong: each gets a typed error, and the same socket of the same process goes on."""

from __future__ import annotations

import json
import types
import typing
import uuid
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from conversations import protocol
from tests.live.conftest import OpenTab
from tests.live.host import Host, says
from tests.live.site import Site
from tests.live.tabs import Frame, Tab

SOMEWHERE = "00000000-0000-4000-8000-000000000001"
GOOD: dict[str, Any] = {
    "client_id": "wrong-frame-1",
    "text": "text",
    "conversation": SOMEWHERE,
    "before": SOMEWHERE,
    "message": SOMEWHERE,
    "generation": SOMEWHERE,
    "seq": 1,
    "parent": None,
    "revision": 0,
    "format": "html",
    "model": None,
    "system_prompt": None,
    "parameters": None,
    "attachments": None,
    "cursor": None,
    "call": str(uuid.uuid4()),
    "decision": "approve",
    "ref": "r",
}
WRONG: list[Any] = [
    True,
    1.5,
    -1,
    [],
    {},
    [[]],
    {"$ne": ""},
    "'; DROP TABLE x; --",
    "\ud800",
    "x" * 5000,
    None,
]
FREE_TEXT = {"text", "model", "system_prompt"}


def kinds() -> list[type[protocol.Inbound]]:
    return list(typing.get_args(protocol.AnyInbound))


def tag(kind: type[protocol.Inbound]) -> str:
    return str(kind.__struct_config__.tag)


def wrong_frames(kind: type[protocol.Inbound]) -> Iterator[Frame]:
    """Every field with every wrong value, every needed field left out, and one field too many."""
    fields = msgspec.structs.fields(kind)
    good = {"type": tag(kind)} | {field.name: GOOD[field.name] for field in fields}
    for field in fields:
        for value in WRONG:
            if field.name in FREE_TEXT and (
                isinstance(value, str) or (value is None and field.name != "text")
            ):
                continue
            if field.name == "parameters" and isinstance(value, dict):
                continue
            if field.name == "attachments" and value == []:
                continue
            if (value is None and not field.required) or (
                field.name == "ref" and value == "'; DROP TABLE x; --"
            ):
                continue
            yield good | {field.name: value}
        if field.required:
            yield {name: value for name, value in good.items() if name != field.name}
    yield good | {"one_more": 1}


async def answers(tab: Tab, data: str | bytes) -> Frame:
    """Send anything; the one frame that comes back, a ping marking its end."""
    seen = len(tab.frames)
    await tab.send_raw(data)
    await tab.asks("ping")
    (answer, pong) = tab.frames[seen:]
    assert pong["type"] == "pong"
    return answer


@pytest.mark.parametrize("kind", kinds(), ids=tag)
async def test_a_wrong_field_is_a_typed_error_and_the_socket_lives(
    site: Site, host: Host, open_tab: OpenTab, kind: type[protocol.Inbound]
) -> None:
    tab = await open_tab(site, site.person())
    for frame in wrong_frames(kind):
        answer = await answers(tab, json.dumps(frame))
        assert (answer["type"], answer["code"]) == ("error", "bad_frame"), frame
        assert answer["message"]
    await works(tab, host)


@pytest.mark.parametrize(
    "data",
    [
        "",
        " ",
        "null",
        "[]",
        "1",
        '"ping"',
        "{",
        "{}",
        '{"type": "ping"',
        '{"type": "nonsense"}',
        '{"type": 1}',
        '{"type": ["ping"]}',
        '{"type": "welcome"}',
        '{"type": "Ping"}',
        '{"type": "open", "type": "nonsense"}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"type": "ping", "ref": 1e999}',
        '{"type": "ack", "generation": "' + SOMEWHERE + '", "seq": ' + "9" * 5000 + "}",
        "NaN",
        b"{}",
        b"\x00\x01",
        b"",
        json.dumps({"type": "ping"}).encode(),
    ],
    ids=lambda data: ascii(data)[:30],
)
async def test_what_is_no_frame_is_a_typed_error_and_the_socket_lives(
    site: Site, host: Host, open_tab: OpenTab, data: str | bytes
) -> None:
    tab = await open_tab(site, site.person())
    answer = await answers(tab, data)
    assert (answer["type"], answer["code"]) == ("error", "bad_frame")
    await works(tab, host)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * 200_001, "too_large"),
        ("\U0001f600" * 200_001, "too_large"),
        ("", "bad_frame"),
        (" \n\t", "bad_frame"),
        ("\0\0", "bad_frame"),
    ],
    ids=["one too long", "one too long in four bytes", "empty", "blank", "only NUL"],
)
async def test_a_text_that_cannot_be_a_message_is_refused(
    site: Site, host: Host, open_tab: OpenTab, text: str, code: str
) -> None:
    tab = await open_tab(site, site.person())
    refused = await tab.asks("turn.start", client_id=uuid.uuid4().hex, text=text)
    assert (refused["type"], refused["code"], refused["retry"]) == ("error", code, False)
    await works(tab, host)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 200_000,
        "\U0001f600" * 200_000,
        "line\n" * 40_000,
        "a\u202eb\ufeff\u200d\u2028\x7f\x1b[31m",
        "'; DROP TABLE conversations_message; --",
        "<script>alert(1)</script>{{ 7*7 }}{% csrf_token %}",
        "\ufffe\uffff\U0010ffff",
    ],
    ids=["longest", "longest in bytes", "lines", "controls", "SQL", "markup", "noncharacters"],
)
async def test_any_text_that_fits_is_stored_as_it_was_sent(
    site: Site, host: Host, open_tab: OpenTab, text: str
) -> None:
    tab = await open_tab(site, site.person())
    turn = await tab.sends(text)
    await tab.sees_end(turn)
    assert tab.articles[turn["message"]]["text"] == text
    await works(tab, host)


async def test_a_null_character_is_dropped(site: Site, open_tab: OpenTab) -> None:
    tab = await open_tab(site, site.person())
    turn = await tab.sends("a\0b")
    await tab.sees_end(turn)
    assert tab.articles[turn["message"]]["text"] == "ab"


async def test_a_frame_in_fragments_is_one_frame(site: Site, host: Host, open_tab: OpenTab) -> None:
    tab = await open_tab(site, site.person())
    await tab.send_raw(list(json.dumps({"type": "ping", "ref": "in-pieces"})))
    await tab.sees(lambda frame: frame.get("ref") == "in-pieces")
    await works(tab, host)


@pytest.mark.parametrize(
    "data", ["x" * (1024 * 1024 + 1), ["x" * 600_000, "x" * 600_000]], ids=["one frame", "in fragments"]
)
async def test_a_frame_beyond_the_limit_closes_that_socket_alone(
    site: Site, host: Host, open_tab: OpenTab, data: str | list[str]
) -> None:
    person = site.person()
    other, tab = await open_tab(site, person), await open_tab(site, person)
    await tab.send_raw(data)
    assert await tab.is_closed() == 1009
    await works(other, host)


async def test_text_that_is_no_utf_8_closes_that_socket_alone(
    site: Site, host: Host, open_tab: OpenTab
) -> None:
    person = site.person()
    other, tab = await open_tab(site, person), await open_tab(site, person)
    await tab.sends_as_text(b'{"type": "ping", "ref": "\xff\xfe"}')
    assert await tab.is_closed() == 1007
    await works(other, host)


async def works(tab: Tab, host: Host) -> None:
    """A turn goes through."""
    row = await tab.sees_end(await tab.sends(host.will(says("still here"))))
    assert row["content"] == "still here"


def test_every_kind_of_frame_is_tried() -> None:
    assert isinstance(protocol.AnyInbound, types.UnionType)
    assert {field.name for kind in kinds() for field in msgspec.structs.fields(kind)} == set(GOOD)
