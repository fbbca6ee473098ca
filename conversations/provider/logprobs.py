"""Plausible log probabilities: made from the tokens alone, so that they are the same every time."""

import hashlib
from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]


def logprobs(tokens: Iterable[str], body: Json) -> Json:
    """The `logprobs` of a choice, with the alternatives that `top_logprobs` asks for."""
    count = int(body.get("top_logprobs") or 0)
    return {"content": [_entry(token, count) for token in tokens], "refusal": []}


def _entry(token: str, alternatives: int) -> Json:
    likely = _logprob(token)
    chosen = _item(token, likely)
    others = [_item(f"{token}{rank}", likely - 1.5 * rank) for rank in range(1, alternatives)]
    return {**chosen, "top_logprobs": [chosen, *others][:alternatives]}


def _item(token: str, logprob: float) -> Json:
    return {"token": token, "logprob": round(logprob, 6), "bytes": list(token.encode())}


def _logprob(token: str) -> float:
    return -hashlib.sha256(token.encode()).digest()[0] / 512
