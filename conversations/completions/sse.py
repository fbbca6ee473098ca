"""Server-sent events decoded from bytes, piece by piece, as the standard says, with one liberty.

Lines end at CR, LF or CRLF and nowhere else: a text-splitting reader would also cut at U+2028 and break the
JSON in half. An event is the `data` lines up to a blank line, joined by LF. Comments, `id` and `retry` are
read and dropped. Source: WHATWG HTML, 9.2.5 and 9.2.6, "Parsing" and "Interpreting an event stream".

The liberty: some servers leave out the blank lines. A JSON object that has ended, and then another one or
[DONE], are two events, as no JSON goes on like that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from .errors import BadAnswer

LINE_LIMIT: Final = 1_000_000
_BOM: Final = b"\xef\xbb\xbf"


class ServerSentEvent(NamedTuple):
    """`name` is the `event:` field, empty when there was none."""

    name: str
    data: str


class EventDecoder:
    """Bytes in, events out. A line is decoded as a whole, so that only truly bad bytes become U+FFFD."""

    def __init__(self, line_limit: int = LINE_LIMIT) -> None:
        self._line_limit = line_limit
        self._pieces: list[bytes] = []
        self._pending = 0
        self._after_cr = False
        self._first_line = True
        self._name = ""
        self._data: list[str] = []
        self._size = 0

    def feed(self, chunk: bytes) -> Iterator[ServerSentEvent]:
        """The events that `chunk` completes; to be read to the end before the next chunk.

        Raises BadAnswer when a line, or the data of one event, is longer than the limit, after the events
        before it.
        """
        if self._after_cr and chunk:
            self._after_cr = False
            if chunk.startswith(b"\n"):
                chunk = chunk[1:]
        self._after_cr = chunk.endswith(b"\r") or (self._after_cr and not chunk)
        lines = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        rest = lines.pop()
        for line in lines:
            self._hold(line)
            yield from self._take_line()
        self._hold(rest)

    def close(self) -> Iterator[ServerSentEvent]:
        """What the end of the body completes: some servers leave out the last blank line."""
        yield from self._take_line()
        yield from self._dispatch()

    def _hold(self, piece: bytes) -> None:
        self._pending += len(piece)
        if self._pending > self._line_limit:
            raise BadAnswer(detail=f"a line of the stream is longer than {self._line_limit} bytes")
        if piece:
            self._pieces.append(piece)

    def _take_line(self) -> Iterator[ServerSentEvent]:
        line = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        self._pending = 0
        if self._first_line:
            self._first_line = False
            line = line.removeprefix(_BOM)
        if not line:
            yield from self._dispatch()
            return
        field, _, value = line.partition(b":")
        if field == b"data":
            if self._ends_before(value):
                yield from self._dispatch()
            self._size += len(value) + 1
            if self._size > self._line_limit:
                raise BadAnswer(detail=f"an event of the stream is longer than {self._line_limit} bytes")
            self._data.append(value.removeprefix(b" ").decode("utf-8", "replace"))
        elif field == b"event":
            self._name = value.removeprefix(b" ").decode("utf-8", "replace")

    def _ends_before(self, value: bytes) -> bool:
        """Whether the data so far is an event without its blank line: `}` and `{` never meet within JSON."""
        return (
            bool(self._data) and self._data[-1].rstrip().endswith("}") and value.lstrip()[:1] in (b"{", b"[")
        )

    def _dispatch(self) -> Iterator[ServerSentEvent]:
        event = ServerSentEvent(self._name, "\n".join(self._data)) if self._data else None
        self._data.clear()
        self._name = ""
        self._size = 0
        if event is not None:
            yield event
