"""Plausible log probabilities: made from the tokens alone, so that they are the same every time.

Most tokens are all but certain and a few are surprising, as in a real reply. What is left of the probability
is shared among the alternatives, each less likely than the one before.
"""

import hashlib
import math
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
    left = math.log(max(1e-6, 1 - math.exp(likely)))
    others = [_item(f"{token}{rank}", left - math.log(2) * rank) for rank in range(1, alternatives)]
    top = sorted([chosen, *others], key=lambda item: -float(item["logprob"]))
    return {**chosen, "top_logprobs": top[:alternatives]}


def _item(token: str, logprob: float) -> Json:
    return {"token": token, "logprob": round(logprob, 6), "bytes": list(token.encode())}


def _logprob(token: str) -> float:
    return -5 * (hashlib.sha256(token.encode()).digest()[0] / 256) ** 10
