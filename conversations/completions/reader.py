"""The body of one answer read to its end: bytes in, events out, and the verdict whether the reply is whole.

A body is one of three things, told by its first bytes and not by its content type, which servers get wrong: a
stream of events, a JSON document (a completion sent in one piece, or an error), or a page of markup (no reply
at all). A reply is whole when [DONE] was seen, or every choice named a finish reason. Whatever follows [DONE]
is ignored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from .chunks import TEXT_LIMIT, ChunkReader
from .errors import BadAnswer, CompletionError, EmptyReply, Interrupted, ReplyTooLong, ServerTrouble
from .fields import decode_json
from .mapping import error_from_payload
from .secret import ApiKey
from .sse import EventDecoder, ServerSentEvent
from .statement import error_in
from .types import Done, Finished, Skipped, StreamEvent

BAD_LINES_LIMIT: Final = 3
DOCUMENT_LIMIT: Final = 8_000_000
_BOM: Final = b"\xef\xbb\xbf"
_FIELDS: Final = (b"data", b"event", b"id", b"retry", b":")


class ReplyReader:
    """Reads one reply. `done` turns true with [DONE]: the rest of the body need not be read.

    Every method that gives events may raise a CompletionError after the events that came before the fault.
    """

    def __init__(self, key: ApiKey, choices: int = 1, text_limit: int = TEXT_LIMIT) -> None:
        self.done = False
        self.chunks = ChunkReader(choices, text_limit)
        self._key = key
        self._decoder = EventDecoder()
        self._shape: Literal["unknown", "events", "document"] = "unknown"
        self._head = b""
        self._document = bytearray()
        self._payloads = 0
        self._bad_lines = 0
        self._document_read = False

    def feed(self, data: bytes) -> Iterator[StreamEvent]:
        """The events in the next piece of the body."""
        yield from self._settled(self._read_piece(data))

    def _read_piece(self, data: bytes) -> Iterator[StreamEvent]:
        if self._shape == "unknown":
            data = self._recognise(data)
        if self._shape == "document":
            self._document += data
            if len(self._document) > DOCUMENT_LIMIT:
                raise BadAnswer(detail=f"the answer is longer than {DOCUMENT_LIMIT} bytes")
        elif self._shape == "events":
            for event in self._decoder.feed(data):
                yield from self._read_event(event)
                if self.done:
                    return

    def close(self, *, clean: bool) -> Iterator[StreamEvent]:
        """The last events, `Done` at the end. `clean`: the body ended as HTTP says it should, or [DONE] was
        seen.

        Raises Interrupted, EmptyReply, BadAnswer, ServerTrouble, or the error that the document states.
        """
        if self._shape == "document" and clean:
            yield from self._settled(self._read_document())
        elif self._shape == "events" and clean and not self.done:
            yield from self._settled(self._read_rest())
        yield from self.chunks.flush()
        yield from self.chunks.report()
        choices = self.chunks.choices.values()
        if given_up := [choice.reason for choice in choices if choice.gave_up]:
            raise ServerTrouble(detail=f"the server ended the reply with the reason {given_up[0]}")
        finished = bool(choices) and all(choice.finished for choice in choices)
        if not (self.done or self._document_read or finished):
            raise self._broken_off(clean)
        if not any(choice.has_content for choice in choices) and self._reason() in (None, "stop"):
            raise EmptyReply(detail=f"no text in {self._payloads} chunks, finish reason {self._reason()}")
        for choice in choices:
            if not choice.finished:
                yield Finished(choice.index, None)
        yield Done(self._reason(), marked=self.done)

    def _settled(self, events: Iterator[StreamEvent]) -> Iterator[StreamEvent]:
        """`events`, and before an error ends them what was held back and what the call cost."""
        try:
            yield from events
            return
        except CompletionError as error:
            failure = error
        if not isinstance(failure, ReplyTooLong):
            yield from self.chunks.flush()
        yield from self.chunks.report()
        raise failure

    def _reason(self) -> str | None:
        choice = self.chunks.choices.get(0)
        return None if choice is None else choice.reason

    def _recognise(self, data: bytes) -> bytes:
        """Decides the shape of the body once its first visible byte is there; gives back what is still
        unread.
        """
        self._head += data
        visible = self._head.removeprefix(_BOM).lstrip()
        if not visible or _BOM.startswith(self._head):
            self._head = self._head.strip()
            return b""
        if visible.startswith(b"<"):
            raise BadAnswer(detail="the answer is a page of markup: " + self._excerpt(visible))
        self._shape = "document" if visible[:1] in (b"{", b"[") else "events"
        return self._head

    def _read_event(self, event: ServerSentEvent) -> Iterator[StreamEvent]:
        if event.data.strip() == "[DONE]":
            self.done = True
        elif event.data.strip():
            payload = _decode_object(event.data)
            if payload is None:
                yield from self._skip(event.data)
            else:
                yield from self._read_payload(payload, named_error=event.name == "error")

    def _read_payload(self, payload: dict[str, Any], *, named_error: bool = False) -> Iterator[StreamEvent]:
        self._payloads += 1
        error = error_in(payload)
        if named_error or error is not None:
            raise error_from_payload(error or payload, self._key)
        yield from self.chunks.read(payload)

    def _skip(self, line: str) -> Iterator[StreamEvent]:
        self._bad_lines += 1
        if self._bad_lines > BAD_LINES_LIMIT:
            raise BadAnswer(detail=f"{self._bad_lines} bad lines, the last: {self._key.mask(line[:4000])}")
        yield Skipped(self._bad_lines, "line")

    def _read_document(self) -> Iterator[StreamEvent]:
        payload = _decode_object(bytes(self._document).removeprefix(_BOM).decode("utf-8", "replace"))
        if payload is None or (error_in(payload) is None and not isinstance(payload.get("choices"), list)):
            raise BadAnswer(detail="the answer is JSON but no reply: " + self._excerpt(bytes(self._document)))
        yield from self._read_payload(payload)
        self._document_read = True

    def _read_rest(self) -> Iterator[StreamEvent]:
        """An event whose blank line is missing; one cut in the middle is no bad line, only an end."""
        for event in self._decoder.close():
            if event.data.strip() == "[DONE]" or _decode_object(event.data) is not None:
                yield from self._read_event(event)

    def _broken_off(self, clean: bool) -> BadAnswer | EmptyReply | Interrupted:
        head = self._head.removeprefix(_BOM).lstrip()
        if clean and not head:
            return EmptyReply(detail="the answer has no body")
        stream = any(head.startswith(field) or field.startswith(head) for field in _FIELDS)
        if self._shape == "events" and clean and not self._payloads and not stream:
            return BadAnswer(detail="the answer is neither events nor JSON: " + self._excerpt(head))
        return Interrupted(detail="the stream ended without [DONE] and without a finish reason")

    def _excerpt(self, data: bytes) -> str:
        return self._key.mask(data[:4000].decode("utf-8", "replace"))


def _decode_object(text: str) -> dict[str, Any] | None:
    """The object that `text` is, or the one that states an error in a list."""
    try:
        value = decode_json(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else error_in(value)
