"""Chunks of unusual shape. Where nothing else is said, the text is the numbered words all the same."""

from aiohttp import web

from ..exchange import Exchange
from ..reply import Reply, words
from ..serve import serve
from ..stream import EventStream
from ..wire import Json, choice, event
from .registry import Options, scenario
from .sending import finished, last_chunk, started

THOUGHTS = ("First", " I", " think", " about", " it.")


@scenario(
    "odd-deltas",
    "Between the words: no `choices`, empty `choices`, null delta, null content, null choice, "
    "unknown fields. Some "
    "words come as a list of parts.",
)
async def odd_deltas(exchange: Exchange, options: Options) -> web.StreamResponse:
    chunk = exchange.envelope.chunk
    without = {key: value for key, value in chunk().items() if key != "choices"}
    odd: list[Json] = [
        without,
        chunk(),
        {**without, "choices": None},
        chunk(choice({"content": None, "role": None, "tool_calls": None})),
        {**without, "choices": [{"index": 0, "delta": None, "finish_reason": None}]},
        {**without, "choices": [None]},
        {**without, "choices": [{"index": 0}], "unknown": {"field": [1]}},
        {},
    ]
    stream = await started(exchange)
    for number, word in enumerate(words(options.integer("count"))):
        await stream.send(event(odd[number % len(odd)]))
        content: object = [{"type": "text", "text": word}] if number % 3 == 2 else word
        await stream.choice({"delta": {"content": content, "unknown": True}, "index": 0})
    return await finished(stream)


@scenario("two-choices", "A second choice, not asked for, between the words of the first: `x1 x2 …`.")
async def two_choices(exchange: Exchange, options: Options) -> web.StreamResponse:
    stream = await started(exchange)
    for word in words(options.integer("count")):
        await stream.text(word)
        await stream.text(word.replace("w", "x"), index=1)
    return await stream.finish(["stop", "stop"], exchange.sent_tokens)


@scenario(
    "role-repeat",
    "The role in every delta; `role` is `assistant`, `user`, `system`, or `absent`.",
    role="assistant",
)
async def role_repeat(exchange: Exchange, options: Options) -> web.StreamResponse:
    role = options.one_of("role", "assistant", "user", "system", "absent")
    stream = await EventStream.open(exchange)
    for word in words(options.integer("count")):
        await stream.choice(
            choice({"content": word} if role == "absent" else {"role": role, "content": word})
        )
    return await finished(stream)


@scenario(
    "reasoning",
    "Reasoning before the words, in `reasoning_content`, `reasoning`, or `<think>` in the text "
    "(`style=think`); `closed=no` leaves the tag open and ends there.",
    style="reasoning_content",
    closed="yes",
)
async def reasoning(exchange: Exchange, options: Options) -> web.StreamResponse:
    style = options.one_of("style", "reasoning_content", "reasoning", "think")
    closed = options.one_of("closed", "yes", "no") == "yes"
    numbered = words(options.integer("count"))
    if style == "think":
        text = ("<th", "ink>", *THOUGHTS, *(("</thi", "nk>", "\n\n", *numbered) if closed else ()))
        return await serve(exchange, [Reply(tokens=text)])
    stream = await started(exchange)
    for thought in THOUGHTS:
        await stream.choice(choice({style: thought, "content": None}))
    for word in numbered if closed else ():
        await stream.text(word)
    return await finished(stream)


@scenario(
    "disorder", "`kind=double`: the second word twice; `swap`: the second and third exchanged.", kind="double"
)
async def disorder(exchange: Exchange, options: Options) -> web.StreamResponse:
    sent = list(words(options.integer("count")))
    if options.one_of("kind", "double", "swap") == "double":
        sent[1:2] = sent[1:2] * 2
    else:
        sent[1:3] = sent[2:0:-1]
    stream = await started(exchange)
    for word in sent:
        await stream.text(word)
    return await finished(stream)


@scenario("text-after-finish", "The second half of the words comes after the finish reason.")
async def text_after_finish(exchange: Exchange, options: Options) -> web.StreamResponse:
    numbered = words(options.integer("count"))
    half = len(numbered) // 2
    stream = await started(exchange, half)
    await last_chunk(stream)
    for word in numbered[half:]:
        await stream.text(word)
    return await finished(stream)
