"""Every frame that crosses the websocket, in and out: the one place that defines the protocol.

A frame is one JSON object in one text message; its `type` names it. The browser and the server both
speak only what stands here, and `docs/protocol.md` is made from these classes.

From the client (`Inbound`)                     From the server (`Outbound`)
-------------------------------------------     ---------------------------------------------------
open              watch a conversation          welcome              first frame on every socket
leave             stop watching it              conversation         what is shown, whole or changes
page              older messages                page                 older messages
turn.start        send a message                turn.accepted        stored; the reply has begun
turn.edit         send it again, changed        generation.snapshot  a reply so far
turn.regenerate   another reply                 generation.delta     what was added to it
turn.continue     go on from a cut reply        generation.state     what a reply is waiting for
turn.stop         stop a reply                  generation.end       how it ended, and a hash
branch.choose     show another branch           generation.tools     the tool calls of a reply
tool.decide       may this tool run             conversation.listed  a row of the sidebar changed
ack               seen up to here               conversation.removed deleted, or no longer visible
ping              are you there                 done, error, pong, closing

Cursors. The text of one reply only grows. `cursor` counts the Unicode code points of its Markdown
shown so far; `seq` counts the frames of one subscription to it. A client applies a delta whose `seq`
follows the last one it applied, ignores older ones, and sends `open` again on a gap.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, cast
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

VERSION: Final = 1
"""Raised when a client of the version before could no longer follow."""

Ref = Annotated[str, Meta(max_length=64, description="Any text; the answer to this frame carries it too.")]
ClientId = Annotated[
    str,
    Meta(
        pattern="^[A-Za-z0-9_-]{8,64}$",
        description="Made by the client, once per action. Sending it again never acts twice.",
    ),
]
Format = Literal["html", "text"]
Role = Literal["user", "assistant"]
ToolCallState = Literal[
    "proposed",
    "waiting",
    "running",
    "done",
    "failed",
    "unknown",
    "bad_arguments",
    "timed_out",
    "denied",
    "stopped",
    "interrupted",
]
State = Literal["queued", "running", "complete", "truncated", "filtered", "stopped", "failed", "interrupted"]


class Inbound(Struct, tag_field="type", forbid_unknown_fields=True, kw_only=True, frozen=True):
    """What every frame from the client may carry."""

    ref: Ref | None = None


class Open(Inbound, tag="open", frozen=True):
    """Watch a conversation: answered by `conversation`, then by snapshots and deltas of running replies.

    `revision` is the last one the client has, 0 for none: only what changed since is sent.
    """

    conversation: UUID
    revision: Annotated[int, Meta(ge=0)] = 0
    format: Format = "html"


class Leave(Inbound, tag="leave", frozen=True):
    """Stop watching a conversation. Its replies go on. Answered by `done`."""

    conversation: UUID


class Page(Inbound, tag="page", frozen=True):
    """Ask for the messages before `before`, a message of the branch. Answered by `page`."""

    conversation: UUID
    before: UUID
    format: Format = "html"


class TurnStart(Inbound, tag="turn.start", frozen=True):
    """Send a message. Answered by `turn.accepted` once it is stored.

    `conversation` null starts a new one. `parent` is the last message the client shows (null: none): when
    the conversation has moved on elsewhere, the turn becomes a branch and nothing is overwritten.
    """

    client_id: ClientId
    text: str
    conversation: UUID | None = None
    parent: UUID | None = None
    model: str | None = None
    system_prompt: str | None = None
    parameters: dict[str, object] | None = None
    """Of a new conversation, as the completions API names them; what is not in it is not sent."""
    attachments: list[UUID] | None = None
    """Files that were posted and not sent yet. With one of them `text` may be empty."""


class TurnEdit(Inbound, tag="turn.edit", frozen=True):
    """Send the changed text of a message of one's own: a sibling of it, with a reply of its own."""

    client_id: ClientId
    message: UUID
    text: str
    attachments: list[UUID] | None = None
    """The files it has now: of those of `message`, or not sent yet. Null keeps those of `message`."""


class TurnRegenerate(Inbound, tag="turn.regenerate", frozen=True):
    """Ask for another reply beside the reply `message`, from `model` if given."""

    client_id: ClientId
    message: UUID
    model: str | None = None


class TurnContinue(Inbound, tag="turn.continue", frozen=True):
    """Go on from the reply `message`, which is interrupted, stopped or truncated."""

    client_id: ClientId
    message: UUID


class TurnStop(Inbound, tag="turn.stop", frozen=True):
    """Stop a reply: now, whatever it is doing. May be sent by any tab, and more than once.

    `cursor` is what this client shows; what was not shown yet is not kept. Answered by `done`.
    """

    generation: UUID
    cursor: Annotated[int, Meta(ge=0)] | None = None


class BranchChoose(Inbound, tag="branch.choose", frozen=True):
    """Show the branch that `message` is on, down to its newest message. Answered by `done`."""

    message: UUID


class ToolDecide(Inbound, tag="tool.decide", frozen=True):
    """Say whether a tool call that waits for the person may run. Answered by `done`.

    The first decision holds, from whatever tab it comes.
    """

    call: UUID
    decision: Literal["approve", "deny", "always"]
    """always: approve it, and do not ask about this tool again in this conversation."""


class Ack(Inbound, tag="ack", frozen=True):
    """Say that the frames of this subscription up to `seq` have been applied.

    With too many frames unacknowledged the server skips updates, and closes the socket in the end.
    """

    generation: UUID
    seq: Annotated[int, Meta(ge=0)]


class Ping(Inbound, tag="ping", frozen=True):
    """Answered by `pong`."""


AnyInbound = (
    Open
    | Leave
    | Page
    | TurnStart
    | TurnEdit
    | TurnRegenerate
    | TurnContinue
    | TurnStop
    | BranchChoose
    | ToolDecide
    | Ack
    | Ping
)


class Outbound(Struct, tag_field="type", kw_only=True, frozen=True, omit_defaults=True):
    """What every frame from the server may carry: the `ref` of the frame it answers."""

    ref: str | None = None


class Welcome(Outbound, tag="welcome", frozen=True):
    """The first frame on every socket."""

    version: int
    person: str
    """Opaque id of the person who is signed in: local data of another person must not be shown."""
    ping_seconds: int
    """Send `ping` when nothing was received for this long; without a `pong` in 10 s the link is dead."""
    message_characters: int
    """The longest text a message may have, in code points."""
    frames_unacked: int
    """Acknowledge at least this often."""


class AttachedFile(Struct, kw_only=True, frozen=True):
    """A file of a message. Its bytes are at /attachments/ and its id; of an image, also at …/thumbnail."""

    id: UUID
    kind: Literal["image", "pdf", "text"]
    name: str
    size: int
    """Bytes, as kept."""


class Article(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One message as shown. `html` with the format html, `text` (Markdown as received) with text."""

    id: UUID
    parent: UUID | None
    role: Role
    state: State | None = None
    """Of the reply's generation; absent for a person's message."""
    generation: UUID | None = None
    client_id: str | None = None
    html: str | None = None
    text: str | None = None
    attachments: list[AttachedFile] | None = None
    """With the format text; absent when there are none."""


class Conversation(Outbound, tag="conversation", frozen=True):
    """What a conversation shows now, or what changed in it since the revision the client has.

    `path` is the newest page of the branch, oldest first. `messages` holds those that changed. A client
    that has `path[0]` keeps what it shows above it and replaces everything from there; another client
    clears its transcript first.
    """

    conversation: UUID
    revision: int
    title: str
    model: str
    path: list[UUID]
    messages: list[Article]
    older: bool
    """There are messages before `path[0]`: ask with `page`."""
    instructions: str = ""
    """A mark of the system prompt and the parameters: another one than before means that they changed."""
    beside: list[UUID] | None = None
    """Replies asked for together with the last of `path`: shown side by side with it, in this order, until
    one is chosen (`branch.choose`) or a message follows the last of `path`. `messages` holds them as well."""


class PageOf(Outbound, tag="page", frozen=True):
    """Messages before the one asked for, oldest first."""

    conversation: UUID
    before: UUID
    messages: list[Article]
    older: bool


class Beside(Struct, kw_only=True, frozen=True):
    """Another reply of the same request."""

    reply: UUID
    generation: UUID


class TurnAccepted(Outbound, tag="turn.accepted", frozen=True):
    """The action is stored, once. `repeated`: it had been accepted before, and this is that one."""

    client_id: str
    conversation: UUID
    message: UUID | None
    """The person's message; null when only a reply was asked for."""
    reply: UUID
    generation: UUID
    repeated: bool
    branched: bool = False
    """The conversation had moved on elsewhere: this turn is on a branch of its own beside that."""
    others: list[Beside] | None = None
    """With the parameter `n`: the other replies to the message, by choice. `reply` is the first."""


Patch = list[tuple[int, int, int, str]]
"""Splices `[block, keep_prefix, keep_suffix, insert]`, in UTF-16 code units of the block's HTML."""


class GenerationSnapshot(Outbound, tag="generation.snapshot", frozen=True):
    """A reply so far: replaces whatever the client shows of it. `seq` starts at this frame's."""

    generation: UUID
    conversation: UUID
    message: UUID
    state: State
    seq: int
    cursor: int
    blocks: list[str] | None = None
    """Format html: safe HTML of each top-level block."""
    text: str | None = None
    """Format text: the Markdown so far."""
    reasoning: str | None = None
    """Plain text that the model marked as its reasoning."""
    refusal: str | None = None
    """Plain text in which the model declines to answer."""


class GenerationDelta(Outbound, tag="generation.delta", frozen=True):
    """What changed in a reply since the frame `seq - 1`.

    Format html: make the list of blocks `blocks` long, then apply each splice of `patch` to its block (a
    new block starts empty): new = old[:keep_prefix] + insert + old[len - keep_suffix:].
    Format text: append `append`.
    """

    generation: UUID
    seq: int
    cursor: int
    blocks: int | None = None
    patch: Patch | None = None
    append: str | None = None
    reasoning: str | None = None
    """To be appended to the reasoning."""
    refusal: str | None = None
    """To be appended to the refusal."""


class GenerationState(Outbound, tag="generation.state", frozen=True):
    """What a reply that shows nothing new is waiting for."""

    generation: UUID
    state: State
    waiting: Literal["turn", "model", "retry", "tools", "person"] | None = None
    """turn: others are before it. model: the first word. retry: the model's host asked to wait. tools: the
    tools it called. person: somebody is asked whether a tool may run."""
    seconds: float | None = None
    """With retry: how long from now until the next try. Else: how long it has waited so far."""
    message: str | None = None


class ToolCall(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One tool call of a reply. Times are Unix milliseconds."""

    id: UUID
    round: int
    """Which answer of the model asked for it, from 0."""
    name: str
    title: str
    """What people know the tool by."""
    state: ToolCallState
    arguments: str
    """JSON as the model wrote it, unchecked."""
    result: str = ""
    """What the model was given; cut where it is long."""
    started: int | None = None
    ended: int | None = None


class GenerationTools(Outbound, tag="generation.tools", frozen=True):
    """The tool calls of a reply as they stand: replaces whatever the client shows of them.

    Sent after a snapshot when there are any, and when one changes.
    """

    generation: UUID
    waiting: list[UUID]
    """The calls that a person is asked about: `tool.decide` answers."""
    html: str | None = None
    """Format html: the timeline of the calls."""
    calls: list[ToolCall] | None = None
    """Format text."""


class Failure(Struct, kw_only=True, frozen=True):
    """Why a reply failed: `kind` for programs, `message` for people."""

    kind: str
    message: str
    permanent: bool
    """Trying again as it is will not help."""


class GenerationEnd(Outbound, tag="generation.end", frozen=True):
    """A reply ended and is stored. Whoever shows something else than `hash` sends `open` with revision 0."""

    generation: UUID
    conversation: UUID
    message: UUID
    state: State
    cursor: int
    hash: str
    """SHA-256 (hex) of the joined blocks (format html) or of the Markdown (format text), in UTF-8."""
    finish_reason: str | None = None
    error: Failure | None = None


class ConversationListed(Outbound, tag="conversation.listed", frozen=True):
    """A row of the person's list of conversations is new or has changed."""

    conversation: UUID
    title: str
    running: bool
    html: str


class ConversationRemoved(Outbound, tag="conversation.removed", frozen=True):
    """A conversation is deleted or no longer visible to this person."""

    conversation: UUID


class Done(Outbound, tag="done", frozen=True):
    """The frame with this `ref` was carried out."""


class Error(Outbound, tag="error", frozen=True):
    """A frame could not be carried out. Nothing of it was kept unless the message says so."""

    code: str
    message: str
    retry: bool
    """Sending it again later, unchanged and with the same `client_id`, may work."""
    client_id: str | None = None


class Pong(Outbound, tag="pong", frozen=True):
    """The answer to `ping`."""


class Closing(Outbound, tag="closing", frozen=True):
    """The socket closes after this frame, with `code`. See the close codes below."""

    code: int
    message: str
    reconnect: bool


CLOSE_CODES: Final[dict[int, str]] = {
    4400: "The client speaks another version of the protocol: load the page again.",
    4401: "Signed out, or the session ended: sign in again.",
    4403: "This account may no longer use the site.",
    4408: "The client did not acknowledge for too long: connect again.",
    4412: "The server restarts: connect again in a moment.",
    4429: "Too many sockets or frames: wait before connecting again.",
    4500: "Something went wrong on the site: connect again.",
}

ERROR_CODES: Final[dict[str, str]] = {
    "bad_frame": "The frame is not one of this protocol, or a field is wrong; the message says which.",
    "too_large": "The frame or its text is longer than the limit.",
    "too_many": "A limit on frames, watched conversations or messages is reached.",
    "not_found": "There is no such conversation, message or reply for this person.",
    "reply_running": "A reply to this message is still being written: wait for it, or stop it.",
    "not_possible": "The action does not fit the message it names.",
    "attachment_gone": "A file of the message is no longer kept: post it again, or send without it.",
    "model_unknown": "The model is not one this site offers.",
    "unavailable": "The site could not store it now; nothing is lost but the attempt. Try again.",
    "restarting": "The site restarts and takes no new turns. Try again in a moment.",
}

_decoder: msgspec.json.Decoder[AnyInbound] = msgspec.json.Decoder(AnyInbound)
_encoder = msgspec.json.Encoder()


class FrameRefused(Exception):
    """A text that is no frame of this protocol. The message says what is wrong with it."""


def parse(text: str) -> AnyInbound:
    """The frame in `text`. Raises FrameRefused, whose message is fit for the client's author."""
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        raise FrameRefused(str(error) or type(error).__name__) from error


def state_named(name: str) -> State:
    """A state of `models.State` as frames name it: the same word, under this module's type."""
    return cast(State, name)


def call_state_named(name: str) -> ToolCallState:
    """A state of `models.CallState` as frames name it."""
    return cast(ToolCallState, name)


def encode(frame: Outbound) -> str:
    """The JSON text of a frame."""
    return _encoder.encode(frame).decode()
