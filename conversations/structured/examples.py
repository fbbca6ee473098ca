"""Schemas to begin with: each is fit for strict mode, and one sentence says what it is for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Example:
    """`name` is the schema's name as sent; `label` is what the button says."""

    name: str
    label: str
    schema: dict[str, Any]

    @property
    def text(self) -> str:
        """The schema as it is put into the editor."""
        return json.dumps(self.schema, indent=2)


def _object(**members: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }


EXAMPLES: Final = (
    Example(
        "list_of_items",
        "List of items",
        _object(
            items={
                "type": "array",
                "items": _object(
                    title={"type": "string"},
                    reason={"type": "string"},
                    priority={"type": "integer", "minimum": 1, "maximum": 5},
                ),
            }
        ),
    ),
    Example(
        "invoice",
        "Invoice",
        _object(
            number={"type": "string"},
            date={"type": "string", "description": "YYYY-MM-DD"},
            currency={"type": "string", "enum": ["EUR", "USD", "GBP"]},
            lines={
                "type": "array",
                "items": _object(
                    text={"type": "string"},
                    quantity={"type": "integer", "minimum": 1},
                    price={"type": "number", "minimum": 0},
                ),
            },
            total={"type": "number", "minimum": 0},
        ),
    ),
    Example(
        "classification",
        "Classification",
        _object(
            category={"type": "string", "enum": ["question", "problem", "praise", "other"]},
            confidence={"type": "number", "minimum": 0, "maximum": 1},
            why={"type": "string"},
        ),
    ),
)
