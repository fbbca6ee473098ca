"""Why a choice ended, in the API's own words, whatever word its server has for it.

A word that is not known here is passed on as it came: the reply is whole all the same. Sources: the
documentation of Anthropic, Bedrock, DeepSeek, Gemini, Mistral, OpenRouter, SGLang, vLLM and Zhipu.
"""

from __future__ import annotations

from typing import Final

from .fields import as_word

_API: Final = frozenset({"stop", "length", "tool_calls", "function_call", "content_filter"})
_OTHERS: Final = {
    "length": (
        "max_tokens",  # Anthropic, Gemini
        "max_output_tokens",
        "max_length",
        "model_length",  # Mistral
        "model_context_window_exceeded",  # Anthropic
    ),
    "content_filter": (
        "safety",  # this and the next four: Gemini
        "recitation",
        "blocklist",
        "prohibited_content",
        "spii",
        "sensitive",  # Zhipu
        "refusal",  # Anthropic
        "guardrail_intervened",  # Bedrock
    ),
    "tool_calls": ("tool_use", "tool_call"),
}
_MEANS: Final = {other: reason for reason, others in _OTHERS.items() for other in others} | {
    reason: reason for reason in _API
}
_NO_REASON: Final = frozenset({"null", "none"})
FAILED: Final = frozenset(
    {
        "error",  # OpenRouter
        "abort",  # vLLM, SGLang
        "aborted",
        "insufficient_system_resource",  # DeepSeek
        "network_error",  # Zhipu
    }
)
"""The server gave up: what came is not the whole reply."""


def read_reason(value: object) -> str | None:
    """The finish reason that a choice states; None while it states none."""
    word = as_word(value)
    if word is None or word.lower() in _NO_REASON:
        return None
    lower = word.lower()
    return lower if lower in FAILED else _MEANS.get(lower, word)
