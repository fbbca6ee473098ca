"""Only trusted certificates are believed, and nothing is sent to a server that has none."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from pathlib import Path

import pytest

from .conftest import ClientMaker
from .helpers import run, text_of
from .upstream import SSE_HEAD, delta, events, sends, upstream

WELL = sends(SSE_HEAD + events(delta(content="Hello", finish="stop")))


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    crt, key = folder / "crt.pem", folder / "key.pem"
    names = "subjectAltName=IP:127.0.0.1"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
    )
    subprocess.run(
        [*command.split(), "-addext", names, "-out", crt, "-keyout", key], check=True, capture_output=True
    )
    return crt, key


@pytest.mark.parametrize("trusted", [True, False])
async def test_a_certificate_is_believed_only_when_trusted(
    make_client: ClientMaker, certificate: tuple[Path, Path], trusted: bool
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    async with upstream(WELL, tls=context) as server:
        tls = ssl.create_default_context(cafile=str(certificate[0])) if trusted else None
        found, error = await run(make_client(server.url, tls=tls))
    if trusted:
        assert error is None and text_of(found) == "Hello"
    else:
        assert error is not None and error.kind == "tls" and not server.requests


async def test_plain_http_on_a_tls_address_is_a_tls_failure(make_client: ClientMaker) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    client = make_client(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1")
    _, error = await run(client)
    server.close()
    assert error is not None and error.kind == "tls"
