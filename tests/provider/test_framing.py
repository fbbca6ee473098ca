"""Large, compressed, framed in every way that server-sent events allow, and unusual as HTTP."""

import zlib

import pytest

from tests.providers import Provider

from .wire import ask, words


def test_large_and_many(provider: Provider) -> None:
    assert ask(provider, "scenario: huge-chunk size=2000000").text == "x" * 2_000_000
    assert ask(provider, "scenario: many-chunks chunks=3000").text == "x" * 3000
    line = ask(provider, "scenario: long-line after=2 size=1500000").body.rsplit(b"\n", 1)[-1]
    assert line.endswith(b"x" * 1_500_000)


def test_compressed_though_not_asked_for(provider: Provider) -> None:
    good = ask(provider, "scenario: gzip count=3")
    assert good.headers["content-encoding"] == "gzip"
    assert b'" w3"' in zlib.decompress(good.body, wbits=31)
    bomb = ask(provider, "scenario: gzip kind=bomb size=5000000")
    assert len(bomb.body) < 50_000 < 5_000_000 < len(zlib.decompress(bomb.body, wbits=31))
    label = ask(provider, "scenario: gzip kind=label count=3")
    assert (label.headers["content-encoding"], label.text) == ("gzip", words(3))


@pytest.mark.parametrize(("style", "end"), [("lf", b"\n"), ("cr", b"\r"), ("crlf", b"\r\n")])
def test_line_ends_of_every_style(provider: Provider, style: str, end: bytes) -> None:
    body = ask(provider, f"scenario: newlines style={style} count=3").body
    assert body.endswith(b"data: [DONE]" + end + end)
    assert body.count(end + end) >= 5


def test_line_ends_mixed_and_split_between_packets(provider: Provider) -> None:
    mixed = ask(provider, "scenario: newlines style=mixed count=6").body
    assert all(end + b"data" in mixed for end in (b"\n\n", b"\r\r", b"\r\n\r\n"))
    assert b"\r\r\n1\r\n\n\r\n" not in mixed
    split = ask(provider, "scenario: newlines split=yes count=2")
    assert split.rest.count(b"\r\n\n\r\r\n") >= 2


def test_data_on_several_lines(provider: Provider) -> None:
    answer = ask(provider, "scenario: multi-line-data count=3")
    assert (answer.text, answer.body.count(b"data: {\n") >= 3) == (words(3), True)


def test_other_fields_and_comments(provider: Provider) -> None:
    answer = ask(provider, "scenario: events count=3")
    assert answer.text == words(3)
    for line in (
        b"\nevent: message\n",
        b"\nid: 2\n",
        b"\nretry: 1000\n",
        b"\nlonely\n",
        b"\ndata:{",
        b": comment",
    ):
        assert line in answer.body


def test_unicode_line_ends_inside_the_text(provider: Provider) -> None:
    answer = ask(provider, "scenario: u2028 count=3")
    assert answer.text == "w1\u2028 w2\u2029 w3\u0085"
    assert "\u2028".encode() in answer.body


@pytest.mark.parametrize(
    ("form", "first"),
    [
        ("1.0", b"HTTP/1.0 200 OK\r\n"),
        ("two-lengths", b"HTTP/1.1 200 OK\r\n"),
        ("big-headers", b"HTTP/1.1 200 OK\r\n"),
        ("continue", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"),
        ("close", b"HTTP/1.1 200 OK\r\n"),
        ("nonsense", b"SSH-2.0"),
    ],
)
def test_unusual_http(provider: Provider, form: str, first: bytes) -> None:
    answer = ask(provider, f"scenario: http form={form} count=3")
    assert answer.raw.startswith(first)
    assert answer.end == "fin"
    assert answer.raw.lower().count(b"content-length:") == (2 if form == "two-lengths" else 0)
    assert answer.raw.endswith(b"[DONE]\n\n") is (form != "nonsense")
    assert (len(answer.head) > 64_000) is (form == "big-headers")
