"""What one request may carry: the limit, and one byte more, announced or not."""

import socket
from collections.abc import Iterator
from unittest.mock import Mock

import pytest

from chatsite.bodies import LINGER_BYTES, LimitedRequest
from tests.site.servers import prepare, serve

LIMIT = 100_000
FILE_LIMIT = 150_000


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    data = tmp_path_factory.mktemp("data")
    prepare(data)
    limits = {"CHATSITE_BODY_BYTES": str(LIMIT), "CHATSITE_ATTACHMENT_BYTES": str(FILE_LIMIT)}
    with serve(data, **limits) as serving:
        yield int(serving.address().rsplit(":", 1)[1])


def answer(port: int, header: str, body: bytes, path: str = "/accounts/login/") -> bytes:
    """The first line that comes back."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n{header}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.encode() + body)
        with connection.makefile("rb") as reader:
            return reader.readline()


def chunked(size: int) -> bytes:
    half = size // 2
    return b"".join(b"%x\r\n%s\r\n" % (part, b"x" * part) for part in (half, size - half)) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("header", "body"),
    [(f"Content-Length: {LIMIT}", b"x" * LIMIT), ("Transfer-Encoding: chunked", chunked(LIMIT))],
    ids=["announced", "chunked"],
)
def test_a_body_at_the_limit_reaches_the_page(port: int, header: str, body: bytes) -> None:
    assert b"403" in answer(port, header, body), "without a token"


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (f"Content-Length: {LIMIT + 1}", b"x" * (LIMIT + 1)),
        (f"Content-Length: {10**12}", b""),
        ("Transfer-Encoding: chunked", chunked(LIMIT + 1)),
    ],
    ids=["announced", "announced and never sent", "chunked"],
)
def test_one_byte_more_is_refused_before_it_is_stored(port: int, header: str, body: bytes) -> None:
    assert answer(port, header, body).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "header",
    [
        "Content-Length: 1\r\nContent-Length: 2",
        "Content-Length: 1\r\nTransfer-Encoding: chunked",
        "Content-Length: +1",
    ],
)
def test_a_request_with_two_readings_is_refused(port: int, header: str) -> None:
    assert answer(port, header, b"0\r\n\r\n").startswith(b"HTTP/1.1 400")


def test_a_file_may_be_longer_than_a_form_and_has_its_own_limit(port: int) -> None:
    for header, body in (
        (f"Content-Length: {FILE_LIMIT}", b"x" * FILE_LIMIT),
        ("Transfer-Encoding: chunked", b"f\r\n%s\r\n" % (b"x" * 15) * (FILE_LIMIT // 15) + b"0\r\n\r\n"),
    ):
        for path in ("/attachments", "/attachments?name=x"):
            assert b"403" in answer(port, header, body, path), "without a token"
    for header, body in (
        (f"Content-Length: {FILE_LIMIT + 1}", b""),
        ("Transfer-Encoding: chunked", chunked(FILE_LIMIT + 1)),
    ):
        assert answer(port, header, body, "/attachments").startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "path", ["/attachments/", "/attachments/x/remove", "/x?/attachments", "//attachments"]
)
def test_only_the_address_of_files_has_their_limit(port: int, path: str) -> None:
    assert answer(port, f"Content-Length: {LIMIT + 1}", b"", path).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("path", ["/accounts/login/", "/attachments"])
def test_whoever_sends_all_of_it_before_reading_hears_why(port: int, path: str) -> None:
    body = b"x" * 8_000_000
    assert answer(port, f"Content-Length: {len(body)}", body, path).startswith(b"HTTP/1.1 413")
    assert answer(port, "Transfer-Encoding: chunked", chunked(8_000_000), path).startswith(b"HTTP/1.1 413")


def test_the_connection_is_closed_when_the_rest_has_come(port: int) -> None:
    head = f"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LIMIT + 1}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.encode() + b"x" * (LIMIT + 1))
        with connection.makefile("rb") as reader:
            assert reader.read().startswith(b"HTTP/1.1 413")


def test_whoever_never_ends_is_not_read_for_ever() -> None:
    request = LimitedRequest.__new__(LimitedRequest)
    request.channel, request._refused = Mock(), True
    for _ in range(16):
        request.handleContentChunk(bytes(LINGER_BYTES // 16))
    assert not request.channel.loseConnection.called
    request.handleContentChunk(b"x")
    assert request.channel.loseConnection.called
