"""Answers of a completions server that call tools, to the byte, and what a reply made of them.

with_tools("echo", "hold")            parameters of a conversation that offers these
prompt = host.will(calling(("a", "echo", '{"text": "x"}')), answering("Done."))
"""

from __future__ import annotations

from typing import Any

from conversations.models import ToolCall
from conversations.store.threads import in_database
from conversations.turns.live import LiveGeneration
from tests.completions.upstream import SSE_HEAD, Script, delta, events, sends
from tests.live.host import Host

USAGE = {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}


def with_tools(*names: str, **more: Any) -> dict[str, Any]:
    """Parameters of a conversation."""
    return {"tools": list(names)} | more


def called(index: int, call_id: str | None, name: str | None, arguments: str) -> dict[str, Any]:
    """One piece of a tool call, as a delta carries it."""
    function = {"arguments": arguments} | ({"name": name} if name is not None else {})
    return {"index": index, "function": function} | ({"id": call_id} if call_id is not None else {})


def calling(
    *calls: tuple[str | None, str, str], text: str = "", finish: str = "tool_calls", usd: float = 0.25
) -> Script:
    """An answer that says `text` and then calls: (id, name, arguments) of each."""
    pieces = [called(index, *call) for index, call in enumerate(calls)]
    said = [delta(content=text)] if text else []
    return sends(
        SSE_HEAD + events(*said, delta(tool_calls=pieces), delta(finish=finish), _usage(usd)), then="fin"
    )


def answering(text: str, usd: float = 0.25) -> Script:
    """An answer in words."""
    return sends(SSE_HEAD + events(delta(content=text), delta(finish="stop"), _usage(usd)), then="fin")


def _usage(usd: float) -> dict[str, Any]:
    return {"id": "c-1", "choices": [], "usage": USAGE, "meta": {"usage": {"usd_spent": usd}}}


def sent(host: Host, prompt: str) -> list[dict[str, Any]]:
    """The bodies of the requests that were made about a prompt, oldest first."""
    return [request.json() for request in host.requests if prompt.encode() in request.body]


async def calls_of(live: LiveGeneration) -> list[ToolCall]:
    """The stored calls, in the order asked."""
    rows = ToolCall.objects.filter(generation_id=live.held.generation_id).order_by("round", "index")
    return await in_database(list, rows)
