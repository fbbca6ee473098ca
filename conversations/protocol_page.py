"""The parts of docs/protocol.md that are made from code, so that the page never says what the code does not.

A *part* stands on the page between `<!-- made: NAME -->` and `<!-- end -->`; everything else there is written
by hand. Frames, fields and their types come from the classes of `conversations.protocol`, the words from its
docstrings (those of fields are read from its source), the limits from `chatsite.limits`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import fields
from typing import Final, get_args

from chatsite.limits import DEFAULTS, Limits
from conversations import protocol
from conversations.protocol_tables import described, table, word_of

PART: Final = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
TOLD_LIMITS: Final = {
    "message_characters": "Code points of a message; also in `welcome`.",
    "system_prompt_characters": "Code points of `system_prompt`.",
    "messages_per_branch": "Messages from the first of a conversation down to the last.",
    "frame_bytes": "Bytes of one frame from the client; with a longer one the socket closes.",
    "sockets_per_user": "Sockets one person may have open.",
    "sockets_per_address": "Sockets one network address may have open.",
    "frames_per_second": "Frames a socket may send, in the long run.",
    "frames_burst": "Frames it may send at once.",
    "unacked_frames": "Frames of one reply sent without an `ack`; then updates are skipped.",
    "unacked_seconds": "Seconds without an `ack` after that; then the socket closes with 4408.",
    "running_per_user": "Replies of one person being written at a time; more wait (`waiting`: `turn`).",
    "running_total": "Replies being written at a time, of everybody.",
    "tool_approval_seconds": "Seconds a tool call waits for `tool.decide`; then it is denied.",
    "queue_seconds": "Seconds a reply waits for its place; then it fails with the kind `busy`.",
}


def renewed(page: str) -> str:
    """The text of the page with each of its parts made anew. Raises KeyError for a part nobody makes."""
    return PART.sub(lambda found: f"{found[1]}\n{MAKERS[found[2]]().strip()}\n\n{found[3]}", page)


def cursor_rules() -> str:
    """The last paragraph of the protocol's docstring."""
    return inspect.cleandoc(protocol.__doc__ or "").rpartition("\n\n")[2]


def version() -> str:
    return f"The version is **{protocol.VERSION}**. {word_of('VERSION')}"


def client_frames() -> str:
    """Every frame a client may send."""
    return "\n\n".join(described(frame) for frame in get_args(protocol.AnyInbound))


def server_frames() -> str:
    """Every frame a server may send."""
    return "\n\n".join(described(frame) for frame in outbound_frames())


def outbound_frames() -> list[type[protocol.Outbound]]:
    """In the order they are defined."""
    return protocol.Outbound.__subclasses__()


def values() -> str:
    """The objects and lists that fields hold."""
    patch = f"### Patch\n\n{word_of('Patch')}"
    shown = [
        described(protocol.Article),
        described(protocol.AttachedFile),
        described(protocol.Beside),
        described(protocol.Failure),
        described(protocol.ToolCall),
    ]
    return "\n\n".join([*shown, patch])


def states() -> str:
    return ", ".join(f"`{state}`" for state in get_args(protocol.State)) + "."


def error_codes() -> str:
    return table(("`code`", "Meaning"), [(f"`{code}`", text) for code, text in protocol.ERROR_CODES.items()])


def close_codes() -> str:
    return table(("Code", "Meaning"), [(str(code), text) for code, text in protocol.CLOSE_CODES.items()])


def limits() -> str:
    """The limits a client meets, with their default values."""
    known = [field.name for field in fields(Limits) if field.name in TOLD_LIMITS]
    rows = [
        (_number(getattr(DEFAULTS, name)), TOLD_LIMITS[name], f"`CHATSITE_{name.upper()}`") for name in known
    ]
    return table(("Default", "What", "Setting"), rows)


MAKERS: Final[dict[str, Callable[[], str]]] = {
    "cursor_rules": cursor_rules,
    "version": version,
    "client_frames": client_frames,
    "server_frames": server_frames,
    "values": values,
    "states": states,
    "error_codes": error_codes,
    "close_codes": close_codes,
    "limits": limits,
}


def _number(value: float) -> str:
    return f"{int(value):,}" if value == int(value) else f"{value:g}"
