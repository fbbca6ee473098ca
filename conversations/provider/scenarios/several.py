"""Several replies to one request (`n`), by servers that go about it in their own way."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from aiohttp import web

from ..exchange import Exchange
from ..reply import words
from ..stream import EventStream
from ..wire import choice, event
from .registry import Options, scenario
from .timing import until_the_client_leaves

LETTERS = "wxyzabcd"


@scenario(
    "several",
    "Each choice asked for has numbered words of its own, `w1 w2 …`, `x1 x2 …`, `y1 y2 …`, the second half"
    " as many as the others. `kind`: even (word by word in turn), in-turn (one choice after the other), one"
    " (only the first), stall (silence once one of them has ended), cut (the connection ends then).",
    kind="even",
)
async def several(exchange: Exchange, options: Options) -> web.StreamResponse:
    kind = options.one_of("kind", "even", "in-turn", "one", "stall", "cut")
    count = 1 if kind == "one" else min(exchange.choice_count, len(LETTERS))
    texts = [_words(options.integer("count"), index) for index in range(count)]
    stream = await EventStream.open(exchange)
    for index in range(count):
        await stream.start(index)
    for index, word in _one_after_the_other(texts) if kind == "in-turn" else _in_turn(texts):
        if word is not None:
            await stream.text(word, index)
            continue
        await _ended(stream, index)
        if kind in ("stall", "cut"):
            return await _left(stream, kind)
    return await stream.finish([], exchange.sent_tokens)


def _words(count: int, index: int) -> tuple[str, ...]:
    return tuple(word.replace("w", LETTERS[index]) for word in words(count // 2 if index == 1 else count))


def _one_after_the_other(texts: Iterable[Iterable[str]]) -> Iterator[tuple[int, str | None]]:
    """Each choice's index with its words, and with None at its end."""
    for index, text in enumerate(texts):
        yield from ((index, word) for word in (*text, None))


def _in_turn(texts: Iterable[Iterable[str]]) -> Iterator[tuple[int, str | None]]:
    """The same, a word of each choice at a time."""
    alone = [_one_after_the_other([text]) for text in texts]
    for step in zip_longest(*alone):
        for index, entry in enumerate(step):
            if entry is not None:
                yield index, entry[1]


async def _ended(stream: EventStream, index: int) -> None:
    await stream.send(event(stream.exchange.envelope.chunk(choice({}, index=index, finish_reason="stop"))))


async def _left(stream: EventStream, kind: str) -> web.StreamResponse:
    if kind == "stall":
        return await until_the_client_leaves()
    transport = stream.exchange.request.transport
    if transport is not None:
        transport.close()
    return stream.response
