"""The provider's list of models, read tolerantly: other servers answer with bare ids.

A name matches a model if it equals its id or one of its aliases. Source: GET /v1/models of the API's
documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

MODELS_LIMIT: Final = 10_000
NAME_LIMIT: Final = 256


@dataclass(frozen=True, slots=True)
class Model:
    """One model; what the server did not say is empty or None. context_length: in tokens."""

    id: str
    aliases: tuple[str, ...] = ()
    name: str | None = None
    developer: str | None = None
    context_length: int | None = None
    capabilities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`unchanged` is the answer to a known `etag` (304): the list is empty and the caller keeps its own."""

    models: tuple[Model, ...]
    etag: str | None = None
    unchanged: bool = False

    def find(self, name: str) -> Model | None:
        """The model with this id, or else this alias."""
        by_id = (model for model in self.models if model.id == name)
        by_alias = (model for model in self.models if name in model.aliases)
        return next(by_id, None) or next(by_alias, None)


def read_catalogue(body: object, etag: str | None) -> Catalogue | None:
    """Up to MODELS_LIMIT models of a decoded answer, `{data: [...]}` or a bare list; None for neither."""
    entries = body.get("data") if isinstance(body, dict) else body
    if not isinstance(entries, list):
        return None
    models = (_read_model(entry) for entry in entries[:MODELS_LIMIT])
    return Catalogue(tuple(model for model in models if model is not None), etag)


def _read_model(entry: object) -> Model | None:
    if not isinstance(entry, dict):
        return None
    name = _text(entry.get("id"))
    if name is None:
        return None
    info = entry.get("info")
    info = info if isinstance(info, dict) else {}
    length = info.get("contextLength")
    return Model(
        id=name,
        aliases=_texts(entry.get("aliases")),
        name=_text(info.get("name")),
        developer=_text(info.get("developer")),
        context_length=length
        if isinstance(length, int) and not isinstance(length, bool) and length > 0
        else None,
        capabilities=frozenset(_texts(entry.get("capabilities"))),
    )


def _text(value: object) -> str | None:
    """A printable name, or None: names are shown to people and sent back as they are."""
    usable = isinstance(value, str) and 0 < len(value) <= NAME_LIMIT and value.isprintable()
    return value if usable and isinstance(value, str) else None


def _texts(value: Any) -> tuple[str, ...]:
    found = (_text(item) for item in value) if isinstance(value, list) else ()
    return tuple(text for text in found if text is not None)
