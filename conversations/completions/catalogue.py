"""The provider's list of models, read tolerantly: others answer with bare ids, or in words of their own.

A name matches a model if it equals its id or one of its aliases. Sources: GET /v1/models of the API's
documentation, and of those of Gemini, Groq, llama.cpp, Mistral, Ollama, OpenRouter, Together and vLLM.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from .fields import as_count, as_dict
from .pricing import Pricing, read_pricing

MODELS_LIMIT: Final = 10_000
NAME_LIMIT: Final = 256


@dataclass(frozen=True, slots=True)
class Model:
    """One model; what the server did not say is empty or None.

    context_length: what the model takes, request and reply together; output_max: its longest reply; both in
    tokens.
    """

    id: str
    aliases: tuple[str, ...] = ()
    name: str | None = None
    developer: str | None = None
    context_length: int | None = None
    capabilities: frozenset[str] = frozenset()
    output_max: int | None = None
    pricing: Pricing | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`unchanged` is the answer to a known `etag` (304): the list is empty and the caller keeps its own."""

    models: tuple[Model, ...]
    etag: str | None = None
    unchanged: bool = False

    def find(self, name: str) -> Model | None:
        """The model with this id, or else this alias, or else this id as its server lists it."""
        by_id = (model for model in self.models if model.id == name)
        by_alias = (model for model in self.models if name in model.aliases)
        # Ollama lists x as x:latest, and Gemini as models/x; both take both names.
        longer = (f"{name}:latest", f"models/{name}")
        by_longer = (model for model in self.models if model.id in longer)
        return next(by_id, None) or next(by_alias, None) or next(by_longer, None)


def read_catalogue(body: object, etag: str | None) -> Catalogue | None:
    """Up to MODELS_LIMIT models of `{data: […]}`, `{models: […]}` or a bare list; None for anything else."""
    entries = body.get("data", body.get("models")) if isinstance(body, dict) else body
    if entries is None and isinstance(body, dict) and body.get("object") == "list":
        entries = []  # Ollama that has no model yet
    if not isinstance(entries, list):
        return None
    models = (_read_model(entry) for entry in entries[:MODELS_LIMIT])
    return Catalogue(tuple(model for model in models if model is not None), etag)


def _read_model(entry: object) -> Model | None:
    if isinstance(entry, str):
        entry = {"id": entry}
    if not isinstance(entry, dict):
        return None
    name = _text(entry.get("id")) or _text(entry.get("name"))
    if name is None:
        return None
    info = as_dict(entry.get("info"))
    return Model(
        id=name,
        aliases=_texts(entry.get("aliases")),
        name=_text(info.get("name")),
        developer=_text(info.get("developer")),
        context_length=as_count(info.get("contextLength")) or _context_length(entry),
        capabilities=frozenset(_texts(entry.get("capabilities"))),
        output_max=as_count(info.get("outputMax")) or as_count(entry.get("max_completion_tokens")) or None,
        pricing=read_pricing(entry.get("pricing")),
    )


def _context_length(entry: dict[str, Any]) -> int | None:
    """The length by the names that other servers have for it."""
    lengths = (
        entry.get("context_length"),  # OpenRouter, Together
        entry.get("max_model_len"),  # vLLM, SGLang
        entry.get("context_window"),  # Groq
        entry.get("max_context_length"),  # Mistral, LM Studio
        as_dict(entry.get("meta")).get("n_ctx"),  # llama.cpp
    )
    return next(filter(None, map(as_count, lengths)), None)


def _text(value: object) -> str | None:
    """A printable name, or None: names are shown to people and sent back as they are."""
    usable = isinstance(value, str) and 0 < len(value) <= NAME_LIMIT and value.isprintable()
    return value if usable and isinstance(value, str) else None


def _texts(value: Any) -> tuple[str, ...]:
    found = (_text(item) for item in value) if isinstance(value, list) else ()
    return tuple(text for text in found if text is not None)
