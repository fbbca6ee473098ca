"""The wire format: whole bodies, chunks and server-sent events of the chat completions API.

Differences from the published schema that real servers have, and this one too: `content` is null beside tool
calls, `finish_reason` is null in every chunk but a choice's last, a delta carries `role` only once, and the
`id` and `name` of a tool call come once while its arguments come in pieces.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .reply import Reply, ToolCall, split

Json = dict[str, Any]

DONE = b"data: [DONE]\n\n"
ARGUMENT_PIECE = 12
"""Characters of a call's arguments in one chunk; more when there would be over `MAX_PIECES` of them."""
MAX_PIECES = 1_000


def encode(value: object) -> bytes:
    """Compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def event(value: object) -> bytes:
    """One server-sent event holding `value` as JSON."""
    return b"data: " + encode(value) + b"\n\n"


@dataclass(frozen=True)
class Envelope:
    """The fields which every chunk, and the whole body, of one answer share."""

    id: str
    created: int
    model: str
    system_fingerprint: str

    def chunk(self, *choices: Json, **extra: Any) -> Json:
        """A `chat.completion.chunk` with these choices (none for the usage chunk)."""
        return {
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": self.model,
            "system_fingerprint": self.system_fingerprint,
            "choices": list(choices),
            **extra,
        }

    def completion(self, choices: list[Json], **extra: Any) -> Json:
        """The whole body of an answer that is not streamed."""
        return {**self.chunk(*choices), "object": "chat.completion", **extra}

    def text_event(self, text: str, index: int = 0) -> bytes:
        """The event for one token: the same bytes as `event(chunk(...))`, without building the value."""
        before, after = self._text_frame
        middle = f'{{"index":{index},"delta":{{"content":{json.dumps(text, ensure_ascii=False)}}}'
        return f"{before}{middle}{after}".encode()

    @cached_property
    def _text_frame(self) -> tuple[str, str]:
        whole = event(self.chunk()).decode()
        return whole[: -len("]}\n\n")], ',"logprobs":null,"finish_reason":null}]}\n\n'


def choice(delta: Json, *, index: int = 0, finish_reason: str | None = None, logprobs: Any = None) -> Json:
    """One entry of a chunk's `choices`."""
    return {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish_reason}


def opening(index: int = 0) -> Json:
    """The first delta of a choice: the role, and no text yet."""
    return choice({"role": "assistant", "content": "", "refusal": None}, index=index)


def tool_call_deltas(calls: tuple[ToolCall, ...]) -> Iterator[Json]:
    """Deltas of the calls, one after the other: id and name once, then the arguments in pieces."""
    for position, call in enumerate(calls):
        function = {"name": call.name, "arguments": ""}
        yield {"tool_calls": [{"index": position, "id": call.id, "type": "function", "function": function}]}
        size = max(ARGUMENT_PIECE, len(call.arguments) // MAX_PIECES)
        for start in range(0, len(call.arguments), size):
            piece = call.arguments[start : start + size]
            yield {"tool_calls": [{"index": position, "function": {"arguments": piece}}]}


def deltas(reply: Reply) -> Iterator[Json]:
    """Every delta of a reply after the opening one, in order."""
    for token in reply.tokens:
        yield {"content": token}
    for token in split(reply.refusal or ""):
        yield {"refusal": token}
    yield from tool_call_deltas(reply.tool_calls)


def message(reply: Reply) -> Json:
    """The assistant's message of a whole body."""
    spoken = bool(reply.tokens) or not (reply.tool_calls or reply.refusal)
    body: Json = {
        "role": "assistant",
        "content": reply.text if spoken else None,
        "refusal": reply.refusal,
        "annotations": [],
    }
    if reply.tool_calls:
        body["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in reply.tool_calls
        ]
    return body
