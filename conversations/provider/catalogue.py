"""The models offered, as `GET /v1/models` shows them, and what they cost."""

import hashlib
from typing import Any

from .errors import Refusal
from .wire import encode

Json = dict[str, Any]

TYPE = "openai/chat-completions"
CONTEXT_TOKENS = 128_000
USD_PER_INPUT_TOKEN = 10 / 1_000_000
USD_PER_OUTPUT_TOKEN = 30 / 1_000_000
CREDITS_PER_USD = 2_000_000

_ABOUT = "A canned stand-in of the built-in server: no model runs, and nothing leaves this machine."


def _model(name: str, title: str, released: str, cutoff: str) -> Json:
    return {
        "id": f"openai/{name}",
        "aliases": [name],
        "type": TYPE,
        "object": "model",
        "created": 1_699_228_800,
        "owned_by": "built-in",
        "info": {
            "name": title,
            "developer": "Open AI",
            "description": _ABOUT,
            "releasedAt": released,
            "contextLength": CONTEXT_TOKENS,
            "outputMax": 4_096,
            "cutoffAt": cutoff,
            "url": "",
        },
        "tags": ["playground:chat"],
        "modalities": {"input": ["text", "image", "file"], "output": ["text"]},
        "capabilities": [
            "file_input", "parallel_tool_calls", "streaming", "structured_output", "tools", "vision",
        ],
        "pricing": {
            "kind": "fixed",
            "currency": "USD",
            "units": [
                {"unit": "input_token", "price": 10, "per": 1_000_000},
                {"unit": "output_token", "price": 30, "per": 1_000_000},
            ],
        },
    }  # fmt: skip


MODELS = (
    _model("gpt-4-0125-preview", "GPT-4 0125 Preview", "2024-01-25", "2023-12-01"),
    _model("gpt-4-1106-preview", "GPT-4 1106 Preview", "2023-11-06", "2023-04-01"),
)
SECTIONS = ("pricing", "modalities", "capabilities")


def resolve(name: str) -> str:
    """The plain name of a model given by id or alias. Raises `Refusal` 404 for any other."""
    for model in MODELS:
        alias = str(model["aliases"][0])
        if name in (model["id"], alias):
            return alias
    raise Refusal(
        404,
        f"The model '{name}' does not exist or is deprecated. Known: {known()}.",
        code="model_not_found",
        parameter="model",
    )


def known() -> str:
    """The names a request may carry, for messages."""
    return ", ".join(model["aliases"][0] for model in MODELS)


def listing(*, include: set[str], ids: set[str], kind: str | None) -> Json:
    """The body of `GET /v1/models`: filtered, with the optional sections asked for."""
    wanted = set(SECTIONS) if "all" in include else include
    data = [
        {key: value for key, value in model.items() if key not in SECTIONS or key in wanted}
        for model in MODELS
        if (kind is None or kind == model["type"]) and (not ids or ids & {model["id"], *model["aliases"]})
    ]
    return {"object": "list", "data": data}


def etag(body: Json) -> str:
    """A strong entity tag of a listing (RFC 9110, section 8.8.3)."""
    return f'"{hashlib.sha256(encode(body)).hexdigest()[:32]}"'


def fingerprint(model: str) -> str:
    """The `system_fingerprint` of a model: changes only when the canned replies do."""
    return f"fp_{hashlib.sha256(f'{model} canned 1'.encode()).hexdigest()[:10]}"


def price(prompt_tokens: int, completion_tokens: int) -> float:
    """US dollars for one answer."""
    return round(prompt_tokens * USD_PER_INPUT_TOKEN + completion_tokens * USD_PER_OUTPUT_TOKEN, 9)
