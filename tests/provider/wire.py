"""A plain socket as the client, to see what really goes over the wire: bytes, and how the connection ends."""

import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.providers import Provider

from .conftest import KEY

MODEL = "gpt-4-1106-preview"


def words(count: int, first: int = 1) -> str:
    """`w1 w2 …`, as the provider numbers them."""
    text = "".join(f" w{number}" for number in range(first, count + 1))
    return text.removeprefix(" ") if first == 1 else text


@dataclass(frozen=True)
class Answer:
    """Everything that came. `end` is `fin`, `rst`, or `open` when reading stopped at a mark."""

    raw: bytes
    end: str

    @property
    def head(self) -> str:
        return self.raw.partition(b"\r\n\r\n")[0].decode("latin-1")

    @property
    def status(self) -> int:
        return int(self.head.split()[1])

    @property
    def headers(self) -> dict[str, str]:
        pairs = (line.partition(": ") for line in self.head.split("\r\n")[1:])
        return {name.lower(): value for name, _, value in pairs}

    @property
    def rest(self) -> bytes:
        """The body as sent, chunk sizes and all."""
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def body(self) -> bytes:
        """The body without chunk sizes, as far as it came."""
        return self._unchunked()[0] if "transfer-encoding" in self.headers else self.rest

    @property
    def complete(self) -> bool:
        """Did the body end as HTTP says it should?"""
        if "transfer-encoding" in self.headers:
            return self._unchunked()[1]
        return len(self.rest) == int(self.headers["content-length"])

    @property
    def data(self) -> list[str]:
        """The data of each event, for streams with LF line ends."""
        return [
            "\n".join(line[5:].removeprefix(" ") for line in block.split("\n") if line.startswith("data:"))
            for block in self.body.decode(errors="replace").split("\n\n")
            if "data:" in block
        ]

    @property
    def chunks(self) -> list[Any]:
        """The events that are JSON, parsed."""
        return [json.loads(data) for data in self.data if data != "[DONE]"]

    @property
    def choices(self) -> list[dict[str, Any]]:
        return [choice for chunk in self.chunks for choice in chunk.get("choices") or [] if choice]

    @property
    def text(self) -> str:
        """The text of the first choice."""
        deltas = (choice.get("delta") or {} for choice in self.choices if choice["index"] == 0)
        return "".join(delta.get("content") or "" for delta in deltas)

    @property
    def finish_reasons(self) -> list[str]:
        return [choice["finish_reason"] for choice in self.choices if choice.get("finish_reason")]

    def _unchunked(self) -> tuple[bytes, bool]:
        rest, found, at = self.rest, bytearray(), 0
        while True:
            mark = rest.find(b"\r\n", at)
            if mark < 0:
                return bytes(found), False
            length = int(rest[at:mark], 16)
            if length == 0:
                return bytes(found), rest[mark:] == b"\r\n\r\n"
            at = mark + 2 + length + 2
            found += rest[mark + 2 : at - 2]
            if at > len(rest):
                return bytes(found), False


def ask(
    provider: Provider,
    question: str,
    *,
    until: bytes | None = None,
    client_request_id: str | None = None,
    timeout: float = 20,
    **fields: Any,
) -> Answer:
    """Post one streamed completion request and read to the end, or up to the first `until`, then hang up."""
    messages = [{"role": "user", "content": question}]
    body = {"model": MODEL, "messages": messages, "stream": True, **fields}
    headers = {"X-Client-Request-Id": client_request_id} if client_request_id else {}
    return post(provider, json.dumps(body).encode(), until=until, headers=headers, timeout=timeout)


def post(
    provider: Provider,
    body: bytes,
    *,
    until: bytes | None = None,
    headers: dict[str, str] | None = None,
    timeout: float = 20,
) -> Answer:
    """Post bytes to the completions path, on a connection of their own."""
    host, port = provider.root.removeprefix("http://").split(":")
    lines = {
        "Host": f"{host}:{port}",
        "Authorization": f"Bearer {KEY}",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **(headers or {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    with socket.create_connection((host, int(port)), timeout=timeout) as connection:
        connection.sendall(f"POST /v1/chat/completions HTTP/1.1\r\n{head}\r\n".encode() + body)
        return _read(connection, until)


def _read(connection: socket.socket, until: bytes | None) -> Answer:
    raw = bytearray()
    while True:
        try:
            block = connection.recv(1 << 20)
        except ConnectionResetError:
            return Answer(bytes(raw), "rst")
        if not block:
            return Answer(bytes(raw), "fin")
        raw += block
        if until is not None and until in raw:
            return Answer(bytes(raw), "open")


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until it holds; fail after ten seconds."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)
