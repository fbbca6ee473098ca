"""Verbs of the client's tests."""

from __future__ import annotations

from collections.abc import Iterable

from conversations.completions import (
    CompletionError,
    CompletionRequest,
    CompletionsClient,
    StreamEvent,
    TextDelta,
    UserMessage,
)
from conversations.completions.reader import ReplyReader
from conversations.completions.secret import ApiKey

REQUEST = CompletionRequest(model="gpt-4-1106-preview", messages=(UserMessage("Hello"),))


async def run(
    client: CompletionsClient, request: CompletionRequest = REQUEST
) -> tuple[list[StreamEvent], CompletionError | None]:
    """All events of one stream, and the error that ended it, if one did."""
    found: list[StreamEvent] = []
    try:
        async with client.stream(request, request_id="r-1") as events:
            async for event in events:
                found.append(event)
    except CompletionError as error:
        return found, error
    return found, None


def read(
    *pieces: bytes, clean: bool = True, choices: int = 1, text_limit: int = 1_000_000
) -> tuple[list[StreamEvent], CompletionError | None]:
    """The same for a body given in pieces, without a network."""
    reader = ReplyReader(ApiKey(None), choices, text_limit)
    found: list[StreamEvent] = []
    try:
        for piece in pieces:
            if not reader.done:
                _keep(found, reader.feed(piece))
        _keep(found, reader.close(clean=clean))
    except CompletionError as error:
        return found, error
    return found, None


def _keep(found: list[StreamEvent], events: Iterable[StreamEvent]) -> None:
    """Appends one by one, so that what came before an error stays."""
    for event in events:
        found.append(event)


def text_of(found: list[StreamEvent], index: int = 0) -> str:
    return "".join(event.text for event in found if isinstance(event, TextDelta) and event.index == index)
