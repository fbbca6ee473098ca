"""One request for a completion: what was asked, the identity of the answer, and what has been sent of it."""

import hashlib
import itertools
import secrets
import time
from typing import Any

from aiohttp import web

from .catalogue import fingerprint, price
from .ledger import cost
from .pace import Pace
from .prompt import attachments, count_tokens, read
from .settings import Settings
from .wire import Envelope

Json = dict[str, Any]

_unseeded = itertools.count()


class Exchange:
    """A checked request and its answer in the making.

    `sent_tokens` grows with what is sent and is what an aborted answer costs; `completed` once all is sent.
    """

    def __init__(self, request: web.Request, body: Json, settings: Settings) -> None:
        self.request = request
        self.body = body
        self.settings = settings
        self.inference_id: str = request["inference_id"]
        self.client_request_id: str | None = request["client_request_id"]
        self.prompt = read(body["messages"])
        self.attachments = attachments(body["messages"])
        self.prompt_tokens = count_tokens(body["messages"])
        model: str = body["model"]
        self.envelope = Envelope(
            id=f"chatcmpl-{secrets.token_hex(12)}",
            created=int(time.time()),
            model=model,
            system_fingerprint=fingerprint(model),
        )
        self.sent_tokens = 0
        self.completed = False
        self.pace_options: dict[str, float] = {}
        self._unseeded = next(_unseeded)

    @property
    def streaming(self) -> bool:
        return bool(self.body.get("stream"))

    @property
    def choice_count(self) -> int:
        return int(self.body.get("n") or 1)

    @property
    def max_tokens(self) -> int | None:
        value = self.body.get("max_completion_tokens") or self.body.get("max_tokens")
        return None if value is None else int(value)

    @property
    def stop(self) -> list[str]:
        value = self.body.get("stop") or []
        return [value] if isinstance(value, str) else value

    @property
    def wants_usage(self) -> bool:
        return bool((self.body.get("stream_options") or {}).get("include_usage"))

    def variant(self, index: int) -> int:
        """A number that picks among canned wordings: the same for the same seed, question and choice."""
        seed = self.body.get("seed")
        if seed is None:
            return self._unseeded + index
        told = f"{seed} {index} {self.prompt.question}".encode()
        return int.from_bytes(hashlib.sha256(told).digest()[:4], "big")

    def pace(self) -> Pace:
        """The clock for this answer: the server's, unless the scenario asks for another."""
        return Pace(
            rate=self.pace_options.get("rate", self.settings.rate),
            first_token_ms=self.pace_options.get("first_token_ms", self.settings.first_token_ms),
        )

    def usage(self, completion_tokens: int) -> Json:
        """The `usage` object."""
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": self.prompt_tokens + completion_tokens,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": 0,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }

    def meta(self, completion_tokens: int) -> Json:
        """The `meta` object: what this answer costs."""
        return {"usage": cost(price(self.prompt_tokens, completion_tokens))}
