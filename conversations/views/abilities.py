"""What a request needs of a model, and what of that the model, as the server lists it, may not have. Pure.

An ability is named as the list of models names it. A model that is listed by its name alone says nothing of
its abilities, and nothing is said of it then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from conversations.attachments import Kind
from conversations.completions import Model
from conversations.turns.catalogue import ModelList

SCHEMA: Final = "structured_output"
TOOLS: Final = "tools"
PARALLEL: Final = "parallel_tool_calls"
STREAMING: Final = "streaming"

LACKS: Final[Mapping[str, str]] = {
    SCHEMA: "may not know JSON schema",
    TOOLS: "may not know tools",
    PARALLEL: "may not make several calls at once",
    "vision": "may not take images",
    "file_input": "may not take PDFs",
    STREAMING: "may not stream: the reply comes all at once",
}
"""Every ability that is looked at, with what is said of a model without it."""
OF_FILES: Final[Mapping[Kind, str]] = {"image": "vision", "pdf": "file_input"}
RARELY_LISTED: Final = frozenset({PARALLEL, STREAMING})
"""Lists that name no model with these leave them out for all, whatever their models can do."""


def needs_of(parameters: Mapping[str, Any], *, tools: int, files: Iterable[Kind]) -> frozenset[str]:
    """tools: how many are offered; files: the kinds of those that go up."""
    needs = {STREAMING} | {OF_FILES[kind] for kind in files if kind in OF_FILES}
    if (parameters.get("response_format") or {}).get("type") == "json_schema":
        needs.add(SCHEMA)
    if tools:
        needs.add(TOOLS)
        if parameters.get("parallel_tool_calls"):
            needs.add(PARALLEL)
    return frozenset(needs)


def lacking(needs: Collection[str], name: str, known: ModelList | None) -> list[str]:
    """Those of the needs that the model may not meet, in the order of LACKS."""
    model = known.find(name) if known else None
    if known is None or model is None or not model.capabilities:
        return []
    rare = RARELY_LISTED - _named_somewhere(known)
    return [
        ability
        for ability in LACKS
        if ability in needs and ability not in model.capabilities and ability not in rare
    ]


def warnings(needs: Collection[str], name: str, known: ModelList | None, offered: Iterable[str]) -> list[str]:
    """What may not be as expected of this model, in phrases; the last one names another model that can.

    offered: the models that the person may choose.
    """
    found = [f"this model {LACKS[ability]}" for ability in lacking(needs, name, known)]
    if found and (other := able(needs, known, offered)):
        found.append(f"{other} can")
    return found


def able(needs: Collection[str], known: ModelList | None, offered: Iterable[str]) -> str:
    """The first of these models that is listed with all that is needed; empty without one."""
    listed = ((name, known.find(name)) for name in offered) if known else ()
    return next((name for name, model in listed if model and _can(model, needs, known)), "")


def _can(model: Model, needs: Collection[str], known: ModelList | None) -> bool:
    return bool(model.capabilities) and not lacking(needs, model.id, known)


def _named_somewhere(known: ModelList) -> frozenset[str]:
    models = known.known.models if known.known else ()
    return frozenset().union(*(model.capabilities for model in models))
