"""Fetching: nothing but the public internet, whatever the address looks like; and no more than is allowed."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import subprocess
import zlib
from pathlib import Path

import pytest

from conversations.tools.fetching import CannotFetch, Fetched, Rules, safe_fetch
from conversations.tools.fetching.addresses import is_public
from conversations.tools.fetching.bodies import BYTES
from conversations.tools.fetching.fetch import resolve
from conversations.tools.fetching.locations import CHARACTERS
from tests.tools.web import LOOPBACK, Site, answer, redirect, web


async def fetched(site: Site, path: str = "/", **changed: object) -> Fetched:
    return await safe_fetch(site.url(path), site.rules(**changed))


async def refusal(url: str, rules: Rules) -> str:
    with pytest.raises(CannotFetch) as why:
        await safe_fetch(url, rules)
    return str(why.value)


async def test_a_page_is_fetched_by_its_name_from_the_address_that_was_checked() -> None:
    async with web({"/a?b=c": answer(b"Hello")}) as site:
        found = await safe_fetch(site.url("/a?b=c#part"), site.rules())
        assert (found.text, found.media_type, found.cut) == ("Hello", "text/plain", False)
        assert found.url == site.url("/a?b=c")
        assert f"\r\nhost: pages.example:{site.port}\r\n" in site.heads[0].lower()


async def test_an_international_name_and_an_address_of_the_new_kind() -> None:
    async def six(host: str, port: int) -> list[str]:
        return ["::1"]

    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    async with web({"/%C3%A4": answer(b"Hello")}, address="::1") as site:
        rules = site.rules(resolve=six, allowed=lambda address: address == "::1")
        assert (await safe_fetch(site.url("/ä", "bücher.example"), rules)).text == "Hello"
        assert f"\r\nhost: xn--bcher-kva.example:{site.port}\r\n" in site.heads[0].lower()


async def test_nothing_of_ours_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    """No cookie that a redirect set, no proxy of the environment, no key of a netrc file."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    first = answer(b"", "Location: /next", "Set-Cookie: secret=1; Path=/", status="302 Found")
    async with web({"/": first, "/next": answer(b"ok")}) as site:
        assert (await fetched(site)).text == "ok"
        names = {line.partition(":")[0].lower() for line in site.heads[1].splitlines()[1:] if line}
        assert names == {"host", "user-agent", "accept", "accept-encoding", "connection"}


async def test_a_name_is_resolved_once_and_a_second_answer_changes_nothing() -> None:
    """DNS rebinding: the address is public when it is checked, and inside when it is asked again."""
    answers = [[LOOPBACK], ["10.0.0.1"]]

    async def rebinding(host: str, port: int) -> list[str]:
        return answers.pop(0)

    async with web({"/": answer(b"Hello")}) as site:
        assert (await fetched(site, resolve=rebinding)).text == "Hello"
        assert answers == [["10.0.0.1"]]


async def test_one_address_inside_is_enough_to_refuse_a_name() -> None:
    async def mixed(host: str, port: int) -> list[str]:
        return [LOOPBACK, "10.0.0.1"]

    async with web({"/": answer(b"Hello")}) as site:
        why = await refusal(site.url("/"), site.rules(resolve=mixed))
        assert why == "“pages.example” is not on the public internet"
        assert site.heads == []


async def test_every_hop_of_a_redirect_is_checked_again() -> None:
    async def names(host: str, port: int) -> list[str]:
        return {"pages.example": [LOOPBACK]}.get(host, ["192.168.0.1"])

    for target in ("http://inside.example:{port}/x", "//inside.example:{port}/x"):
        async with web({"/": b"", "/x": answer(b"secret")}) as site:
            pages = {"/": redirect(target.format(port=site.port)), "/x": answer(b"secret")}
            async with web(pages) as second:
                rules = second.rules(resolve=names, ports=frozenset({site.port, second.port}))
                assert "not on the public internet" in await refusal(second.url("/"), rules)
                assert second.requests == ["GET / HTTP/1.1"]
                assert site.heads == []


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://pages.example/", "http://pages.example:22/", "http://a@b/", "gopher://x"],
)
async def test_a_redirect_leads_to_web_pages_only(target: str) -> None:
    async with web({"/": redirect(target)}) as site:
        await refusal(site.url("/"), site.rules())
        assert site.asked == ["pages.example"]


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
async def test_three_redirects_are_followed_and_no_fourth(status: str) -> None:
    hops = {f"/{n}": redirect(f"/{n + 1}", status) for n in range(4)} | {"/4": answer(b"end")}
    async with web(hops) as site:
        assert (await fetched(site, "/1")).text == "end"
        assert "more than 3 times" in await refusal(site.url("/0"), site.rules())


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("pages.example", "begins with http:// or https://"),
        ("javascript:alert(1)", "begins with http:// or https://"),
        ("file:///etc/passwd", "begins with http:// or https://"),
        ("data:text/plain,hello", "begins with http:// or https://"),
        ("http://", "begins with http:// or https://"),
        ("http:///path", "begins with http:// or https://"),
        ("http://anna:secret@pages.example/", "a user name or a password"),
        ("http://pages.example@inside.example/", "a user name or a password"),
        ("http://pages.example:22/", "port 22 is not fetched from"),
        ("https://pages.example:8443/", "only 80 and 443"),
        ("http://pages.example:99999/", "port 99999 is not fetched from"),
        ("http://pa\nges.example/", "no address of a page"),
        ("http://[::1/", "no address of a page"),
        ("http://pages.example/" + "x" * CHARACTERS, "more than 2,000 characters"),
    ],
)
async def test_an_address_that_is_none_is_refused_before_anything_is_asked(url: str, words: str) -> None:
    async def nobody(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    why = await refusal(url, Rules(resolve=nobody))
    assert words in why
    assert "secret" not in why


INSIDE = [
    *(
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "0",
        "0.0.0.0",
        "localhost",
        "localhost.",
    ),
    *("10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("100.100.100.200", "168.63.129.16", "192.0.0.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "240.0.0.1"),
    *("255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"),
    *(
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[fe80::1]",
        "[fc00::1]",
    ),
    *("[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]", "[100::1]", "[3fff::1]", "①②⑦.⓪.⓪.①", "127。0。0。1"),
    *("0177.0.0.1", "127.0.0.1.", "0x7f.0.0.1", "[::ffff:a9fe:a9fe]", "[fec0::1]", "[5f00::1]"),
]


@pytest.mark.parametrize("path", ["/", "/#@pages.example/", "/?http://pages.example/", "\\@pages.example/"])
@pytest.mark.parametrize("host", INSIDE)
async def test_no_way_to_write_an_inner_address_gets_a_connection(host: str, path: str) -> None:
    """The port is that of a server which is there: a connection would be counted."""
    async with web({"/": answer(b"secret")}) as site:
        await refusal(f"http://{host}:{site.port}{path}", Rules(ports=frozenset({site.port})))
        assert site.heads == []


@pytest.mark.parametrize("host", INSIDE)
async def test_no_redirect_to_an_inner_address_is_followed(host: str) -> None:
    """Only the first server may be connected to, and only by its name."""

    async def first_only(name: str, port: int) -> list[str]:
        return [LOOPBACK] if name == "pages.example" else await resolve(name, port)

    async with (
        web({"/": answer(b"secret")}) as inner,
        web({"/": redirect(f"http://{host}:{inner.port}/")}) as site,
    ):
        allowed = iter([True])
        rules = site.rules(
            resolve=first_only,
            ports=frozenset({site.port, inner.port}),
            allowed=lambda address: next(allowed, False) or is_public(address),
        )
        await refusal(site.url("/"), rules)
        assert len(site.heads) == 1
        assert inner.heads == []


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1"]
)
async def test_public_addresses_are_allowed(address: str) -> None:
    assert Rules().allowed(address)


@pytest.mark.parametrize("address", ["2606:4700:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888"])
async def test_public_addresses_of_the_new_kind_are_allowed(address: str) -> None:
    assert Rules().allowed(address)


@pytest.mark.parametrize(
    "address", ["", "nonsense", "fe80::1%eth0", "2606:4700::1%1", "1.2.3", "::ffff:8.8.8.8"]
)
async def test_what_is_no_plain_address_is_not_allowed(address: str) -> None:
    assert not Rules().allowed(address)


async def test_a_name_without_an_address_is_told() -> None:
    async def nowhere(host: str, port: int) -> list[str]:
        raise OSError

    assert (
        await refusal("http://nowhere.example/", Rules(resolve=nowhere))
        == "there is no server “nowhere.example”"
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for pages.example, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    crt, key = folder / "crt.pem", folder / "key.pem"
    names = "subjectAltName=DNS:pages.example"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
    )
    subprocess.run(
        [*command.split(), "-addext", names, "-out", crt, "-keyout", key], check=True, capture_output=True
    )
    return crt, key


async def test_a_certificate_must_be_that_of_the_name_and_trusted(certificate: tuple[Path, Path]) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(*certificate)
    async with web({"/": answer(b"Hello")}, tls=tls) as site:
        rules = site.rules(security=lambda: ssl.create_default_context(cafile=str(certificate[0])))
        assert (await safe_fetch(f"https://pages.example:{site.port}/", rules)).text == "Hello"
        assert "certificate of other" in await refusal(f"https://other.example:{site.port}/", rules)
        assert "certificate of pages" in await refusal(f"https://pages.example:{site.port}/", site.rules())
        assert len(site.heads) == 1


async def test_a_server_that_is_not_there_is_told_and_the_next_address_is_tried() -> None:
    async with web({"/": answer(b"Hello")}) as site:

        async def two(host: str, port: int) -> list[str]:
            return ["127.0.0.9", LOOPBACK]

        rules = site.rules(resolve=two, allowed=lambda address: address.startswith("127."))
        assert (await safe_fetch(site.url("/"), rules)).text == "Hello"
    assert "cannot be reached" in await refusal(site.url("/"), site.rules())


async def test_silence_is_waited_for_only_so_long() -> None:
    async with web({"/": b""}) as site:
        assert await refusal(site.url("/"), site.rules(seconds=0.05)) == "it took more than 0.05 seconds"


@pytest.mark.parametrize(
    ("status", "told"), [("404 Not Found", "404"), ("500 Oops", "500"), ("304 Same", "304")]
)
async def test_a_refusal_of_the_server_is_told_without_its_words(status: str, told: str) -> None:
    async with web({"/": answer(b"inner words", status=status)}) as site:
        why = await refusal(site.url("/"), site.rules())
        assert f"status {told}" in why
        assert "words" not in why


@pytest.mark.parametrize("kind", ["image/png", "application/octet-stream", "application/pdf", "", "nonsense"])
async def test_what_is_no_text_is_not_read(kind: str) -> None:
    async with web({"/": answer(b"\x89PNG", kind=kind)}) as site:
        assert ("no text" in (why := await refusal(site.url("/"), site.rules()))) or "does not say" in why


@pytest.mark.parametrize(
    "kind", ["application/json", "application/ld+json; charset=utf-8", "TEXT/HTML", "text/csv"]
)
async def test_texts_of_many_kinds_are_read(kind: str) -> None:
    async with web({"/": answer(b"{}", kind=kind)}) as site:
        assert (await fetched(site)).text == "{}"


@pytest.mark.parametrize(("length", "cut"), [(BYTES, False), (BYTES + 1, True)])
async def test_a_long_page_is_cut_at_the_limit(length: int, cut: bool) -> None:
    async with web({"/": answer(b"x" * length)}) as site:
        found = await fetched(site)
        assert (len(found.text), found.cut) == (BYTES, cut)


@pytest.mark.parametrize(("length", "cut"), [(BYTES, False), (BYTES + 1, True), (30 * BYTES, True)])
async def test_a_compressed_page_is_cut_at_the_limit_too(length: int, cut: bool) -> None:
    """The last one is a bomb: 30 MiB in 30 KB."""
    body = gzip.compress(bytes(length).replace(b"\0", b"x") if length < 2 * BYTES else bytes(length))
    async with web({"/": answer(body, "Content-Encoding: gzip")}) as site:
        found = await fetched(site)
        assert (len(found.text), found.cut) == (BYTES, cut)


async def test_deflate_is_read_and_other_or_broken_compressions_are_told() -> None:
    pages = {
        "/deflate": answer(zlib.compress(b"Hello"), "Content-Encoding: deflate"),
        "/br": answer(b"xx", "Content-Encoding: br"),
        "/broken": answer(b"not gzip", "Content-Encoding: gzip"),
    }
    async with web(pages) as site:
        assert (await fetched(site, "/deflate")).text == "Hello"
        assert "not read here" in await refusal(site.url("/br"), site.rules())
        assert "damaged" in await refusal(site.url("/broken"), site.rules())


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ("Grüße".encode(), "text/plain", "Grüße"),
        ("Grüße".encode("latin-1"), "text/plain; charset=ISO-8859-1", "Grüße"),
        ("Grüße".encode("utf-8-sig"), "text/plain", "Grüße"),
        (b'<meta charset="windows-1252">\x80', "text/html", '<meta charset="windows-1252">€'),
        ("日本".encode("shift_jis"), 'text/plain; charset="Shift_JIS"', "日本"),
        (b"Hello", "text/plain; charset=unicode_escape", "Hello"),
        (b"\xff", "text/plain; charset=punycode", "\ufffd"),
    ],
)
async def test_charsets(body: bytes, kind: str, text: str) -> None:
    async with web({"/": answer(body, kind=kind)}) as site:
        assert (await fetched(site)).text == text


@pytest.mark.parametrize(
    "broken",
    [b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Type: text/plain\r\n\r\nx"],
)
async def test_an_answer_that_is_broken_off_or_no_http_is_told(broken: bytes) -> None:
    async with web({"/": broken}) as site:
        assert "broken off or is no HTTP" in await refusal(site.url("/"), site.rules())


async def test_cancelling_closes_the_connection() -> None:
    gone = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await reader.read()
        writer.close()
        gone.set()

    asked = asyncio.Event()
    server = await asyncio.start_server(serve, LOOPBACK, 0)
    site = Site(server.sockets[0].getsockname()[1])
    async with server:
        task = asyncio.create_task(safe_fetch(site.url("/"), site.rules()))
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await gone.wait()
