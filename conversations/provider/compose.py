"""Deciding what to reply: tool calls, JSON, the tools' results, canned prose, or the rest of a cut reply."""

import json
from collections.abc import Iterator
from typing import Any

from .canned import VARIANTS, canned
from .exchange import Exchange
from .functions import calls_for
from .prompt import text_of
from .reply import Reply, split, without_start
from .schema import instance

LOST = "This is the built-in server: I cannot tell where my last message stopped, so I have nothing to add."
NOTHING_LEFT = "That was all of it: my last message was already complete."


def compose(exchange: Exchange, index: int) -> Reply:
    """The reply for one choice of an ordinary request."""
    prompt = exchange.prompt
    calls = calls_for(
        exchange.body,
        prompt.question,
        answered=bool(prompt.results),
        salt=f"{exchange.inference_id[:8]}{index}",
    )
    if calls:
        return Reply(tool_calls=calls, finish_reason="tool_calls")
    if prompt.said and not prompt.results:
        return continued((split(text) for text in _texts(exchange, index)), prompt.said)
    return Reply(tokens=split(next(_texts(exchange, index))))


def continued(candidates: Iterator[tuple[str, ...]], said: str) -> Reply:
    """The rest of the first candidate that begins with what was said."""
    for tokens in candidates:
        rest = without_start(tokens, said)
        if rest is not None:
            return Reply(tokens=rest or split(NOTHING_LEFT))
    return Reply(tokens=split(LOST))


def _texts(exchange: Exchange, index: int) -> Iterator[str]:
    """Every text this request may lead to, the one to send first."""
    format_ = exchange.body.get("response_format") or {"type": "text"}
    question = exchange.prompt.question
    if format_["type"] == "json_object":
        yield json.dumps(_json_reply(question), ensure_ascii=False, indent=2)
    elif format_["type"] == "json_schema":
        yield json.dumps(instance(format_["json_schema"].get("schema", {}), question), ensure_ascii=False)
    elif exchange.prompt.results:
        yield _results_text(exchange)
    else:
        first = exchange.variant(index)
        for variant in range(VARIANTS):
            yield canned(question, exchange.attachments, first + variant)


def _json_reply(question: str) -> dict[str, Any]:
    return {
        "note": "A canned reply of the built-in server, in JSON mode.",
        "question": question,
        "words": len(question.split()),
        "answered": True,
    }


def _results_text(exchange: Exchange) -> str:
    names = {
        call["id"]: call["function"]["name"]
        for message in exchange.body["messages"]
        for call in message.get("tool_calls") or ()
    }
    lines = [
        f"- `{names.get(result['tool_call_id'], 'tool')}` returned: {text_of(result)}"
        for result in exchange.prompt.results
    ]
    return "\n".join(
        ["This is a canned reply of the built-in server, made from what the tools returned:", "", *lines]
    )
