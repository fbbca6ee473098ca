"""Which pages may open the websocket: every spelling of an origin that is not exactly ours is refused."""

from typing import Any

import pytest
from channels.testing import WebsocketCommunicator

from chatsite.origins import OriginGate, origin_of

HTTPS_SITE = "https://chat.example"
LOCAL = ""


async def accepts(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})


async def connects(origins: list[bytes], *, site_url: str, host: str = "127.0.0.1", port: int = 8000) -> bool:
    gate = OriginGate(accepts, site_url=site_url, host=host)
    socket = WebsocketCommunicator(gate, "/ws", headers=[(b"origin", origin) for origin in origins])
    socket.scope["server"] = ["127.0.0.1", port]
    connected, code = await socket.connect()
    await socket.disconnect()
    if not connected:
        assert code == 4403
    return bool(connected)


@pytest.mark.parametrize(
    ("origins", "allowed"),
    [
        ([b"https://chat.example"], True),
        ([], False),
        ([b"null"], False),
        ([b""], False),
        ([b"https://evil.example"], False),
        ([b"https://sub.chat.example"], False),
        ([b"https://chat.example.evil"], False),
        ([b"https://evilchat.example"], False),
        ([b"https://chat.example:8443"], False),
        ([b"https://chat.example:443"], False),
        ([b"http://chat.example"], False),
        ([b"https://other.example"], False),
        ([b"file://"], False),
        ([b"HTTPS://CHAT.EXAMPLE"], False),
        ([b"https://[::1]"], False),
        ([b"https://user@chat.example"], False),
        ([b"https://chat.example@evil.example"], False),
        ([b"https://chat.example."], False),
        ([b"https://chat.example/"], False),
        ([b" https://chat.example"], False),
        ([b"https://chat.example", b"https://evil.example"], False),
        ([b"https://chat.example", b"https://chat.example"], False),
        ([b"https://chat.example\x85"], False),
        ([b"https://chat.example, https://evil.example"], False),
        ([b"http://localhost:8000"], False),
    ],
)
async def test_with_a_site_url_only_its_origin_is_let_in(origins: list[bytes], allowed: bool) -> None:
    assert await connects(origins, site_url=HTTPS_SITE) is allowed


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (b"http://localhost:8000", True),
        (b"http://127.0.0.1:8000", True),
        (b"http://[::1]:8000", True),
        (b"http://localhost:8001", False),
        (b"http://localhost", False),
        (b"https://localhost:8000", False),
        (b"http://127.0.0.2:8000", False),
        (b"http://localhost.evil.example:8000", False),
        (b"http://evil.example:8000", False),
        (b"http://0.0.0.0:8000", False),
    ],
)
async def test_without_one_only_this_machine_at_the_port_of_the_connection(
    origin: bytes, allowed: bool
) -> None:
    assert await connects([origin], site_url=LOCAL) is allowed


async def test_the_address_listened_on_counts_too_and_port_80_is_not_spelt() -> None:
    assert await connects([b"http://192.168.1.5:8000"], site_url=LOCAL, host="192.168.1.5")
    assert await connects([b"http://localhost"], site_url=LOCAL, port=80)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Chat.Example:443", "https://chat.example"),
        ("http://chat.example:80", "http://chat.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_our_own_address_is_spelt_as_browsers_spell_it(url: str, origin: str) -> None:
    assert origin_of(url) == origin
