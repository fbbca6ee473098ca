"""One decoded chunk (or whole completion) turned into events: the tolerant reader of the provider's JSON.

Any field may be missing, null, of another kind, or new. A chunk's choices carry `delta`, a whole completion's
`message`; both are read alike. Source: the provider's schema of `chat.completion` and
`chat.completion.chunk`. Of others: `x_groq.usage` is Groq's, `prompt_cache_hit_tokens` DeepSeek's, and
`usage.cost`, in US dollars, OpenRouter's and LiteLLM's.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from .choices import ChoiceReader
from .errors import ReplyTooLong
from .fields import as_count, as_dict, as_list, as_money, as_word
from .types import (
    Identity,
    ReasoningDelta,
    RefusalDelta,
    Skipped,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    Usage,
    UsageReport,
)

TEXT_LIMIT: Final = 1_000_000


class ChunkReader:
    """Reads the chunks of one reply. `choices`: how many were asked for; others are ignored with one
    `Skipped`.

    text_limit: bytes of UTF-8 that all choices together may hold, tool arguments and reasoning included;
    beyond it ReplyTooLong is raised.
    """

    def __init__(self, choices: int = 1, text_limit: int = TEXT_LIMIT) -> None:
        self.choices: dict[int, ChoiceReader] = {}
        self._asked = choices
        self._left = text_limit
        self._extra_seen = False
        self._identity = Identity(None, None, None, None)
        self._usage: Usage | None = None
        self._usd_spent: Decimal | None = None
        self._credits_used: Decimal | None = None

    def read(self, chunk: dict[str, Any]) -> Iterator[StreamEvent]:
        """The events of one chunk. Raises ReplyTooLong."""
        yield from self._read_identity(chunk)
        usage = as_dict(chunk.get("usage")) or as_dict(as_dict(chunk.get("x_groq")).get("usage"))
        self._usage = _read_usage(usage) or self._usage
        self.note_cost(usage.get("cost"), None)
        spent = as_dict(as_dict(chunk.get("meta")).get("usage"))
        self.note_cost(spent.get("usd_spent"), spent.get("credits_used"))
        for entry in as_list(chunk.get("choices")):
            choice = as_dict(entry)
            index = as_count(choice.get("index")) or 0
            if index < self._asked:
                if index not in self.choices:
                    self.choices[index] = ChoiceReader(index)
                yield from self._limited(self.choices[index].read(choice))
            elif not self._extra_seen:
                self._extra_seen = True
                yield Skipped(1, "choice")

    def note_cost(self, usd_spent: object, credits_used: object) -> None:
        """Remembers what the call cost; values that are no amounts change nothing."""
        usd, credits_ = as_money(usd_spent), as_money(credits_used)
        self._usd_spent = self._usd_spent if usd is None else usd
        self._credits_used = self._credits_used if credits_ is None else credits_

    def flush(self) -> Iterator[StreamEvent]:
        """What was held back in unfinished choices."""
        for reader in self.choices.values():
            yield from self._limited(reader.flush())

    def report(self) -> Iterator[UsageReport]:
        """Usage and cost, if anything of them is known."""
        if (self._usage, self._usd_spent, self._credits_used) != (None, None, None):
            yield UsageReport(self._usage, self._usd_spent, self._credits_used)

    def _read_identity(self, chunk: dict[str, Any]) -> Iterator[StreamEvent]:
        known = self._identity
        found = Identity(
            id=as_word(chunk.get("id")) or known.id,
            model=as_word(chunk.get("model")) or known.model,
            system_fingerprint=as_word(chunk.get("system_fingerprint")) or known.system_fingerprint,
            created=as_count(chunk.get("created")) or known.created,
        )
        if found != known:
            self._identity = found
            yield found

    def _limited(self, events: Iterator[StreamEvent]) -> Iterator[StreamEvent]:
        for event in events:
            if isinstance(event, TextDelta | ReasoningDelta | RefusalDelta):
                self._left -= len(event.text.encode())
            elif isinstance(event, ToolCallDelta):
                self._left -= len(event.arguments.encode()) + len(event.name.encode())
            if self._left < 0:
                raise ReplyTooLong(detail="the reply is longer than the limit on decoded text")
            yield event


def _read_usage(usage: dict[str, Any]) -> Usage | None:
    if not usage:
        return None
    cached = as_count(as_dict(usage.get("prompt_tokens_details")).get("cached_tokens"))
    return Usage(
        prompt_tokens=as_count(usage.get("prompt_tokens")),
        completion_tokens=as_count(usage.get("completion_tokens")),
        total_tokens=as_count(usage.get("total_tokens")),
        cached_tokens=as_count(usage.get("prompt_cache_hit_tokens")) if cached is None else cached,
        reasoning_tokens=as_count(as_dict(usage.get("completion_tokens_details")).get("reasoning_tokens")),
    )
