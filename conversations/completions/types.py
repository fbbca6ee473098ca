"""What comes back from a completions call: the events of a stream, and a whole completion.

A stream of events is read in order: any `Waiting` (before a retry), `Opened` (the headers are here), then
`Identity`, deltas and `Skipped` as they come, `Finished` per choice, one `UsageReport` if the provider sent
one, and `Done` last. A stream that fails raises a CompletionError in place of what is missing; a
`UsageReport` that arrived is still given before it. `index` numbers the choices of one request (0 unless the
request's `n` is greater than 1).

Text is clean: no lone surrogates and no U+0000, so that it can be stored and sent on as it is.
Sources: the provider's chat-completions schema; the deltas follow `chat.completion.chunk`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "function_call"] | str


@dataclass(frozen=True, slots=True)
class Waiting:
    """The client waits `seconds` before `attempt` (2 is the first retry); `reason` is an error kind."""

    reason: str
    seconds: float
    attempt: int


@dataclass(frozen=True, slots=True)
class Opened:
    """The response's headers arrived. `request_id` is the one sent; `inference_id` is the provider's."""

    request_id: str
    inference_id: str | None
    status: int


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answers: given once when first known, and again whenever one of the fields becomes known or
    changes.

    created: Unix time in seconds.
    """

    id: str | None
    model: str | None
    system_fingerprint: str | None
    created: int | None


@dataclass(frozen=True, slots=True)
class TextDelta:
    index: int
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    index: int
    text: str


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    index: int
    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of tool call number `call_index`: `name` and `arguments` are to be appended, `id` replaces."""

    index: int
    call_index: int
    id: str | None
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """One token with its natural-log probability, and the likeliest alternatives as (token, logprob).

    raw: the token's bytes, when they are only a part of a character and `token` a way to write that.
    """

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class LogprobsDelta:
    index: int
    tokens: tuple[TokenLogprob, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts as the provider states them; None where it stated nothing usable."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What the call used and cost (`meta.usage` in the last chunk, or the x-aimlapi-* headers)."""

    usage: Usage | None
    usd_spent: Decimal | None
    credits_used: Decimal | None


@dataclass(frozen=True, slots=True)
class Finished:
    """Choice `index` ended. An unknown reason is passed on as received; None when the provider named none."""

    index: int
    reason: FinishReason | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something of the stream was ignored: `count` is the running total for this `what`."""

    count: int
    what: Literal["line", "choice"]


@dataclass(frozen=True, slots=True)
class Done:
    """The end of a complete stream. `reason` is that of choice 0; `marked`: whether [DONE] was seen."""

    reason: FinishReason | None
    marked: bool


StreamEvent = (
    Waiting
    | Opened
    | Identity
    | TextDelta
    | ReasoningDelta
    | RefusalDelta
    | ToolCallDelta
    | LogprobsDelta
    | UsageReport
    | Finished
    | Skipped
    | Done
)


@dataclass(frozen=True, slots=True)
class AssembledToolCall:
    """A tool call put together from its deltas; `arguments` is the model's JSON text, unchecked."""

    call_index: int
    id: str | None
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One whole answer."""

    index: int
    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    tool_calls: tuple[AssembledToolCall, ...] = ()
    logprobs: tuple[TokenLogprob, ...] = ()
    reason: FinishReason | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole completion: its choices by index (never empty), who answered, and what it cost."""

    choices: tuple[Choice, ...]
    identity: Identity | None = None
    opened: Opened | None = None
    report: UsageReport | None = None
    skipped: tuple[Skipped, ...] = field(default=())
