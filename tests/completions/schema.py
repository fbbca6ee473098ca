"""The documented limits of a request, written by hand as JSON Schema, to check what the client builds."""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string"}
NAME = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}
COUNT = {"type": "integer", "minimum": 1}
PENALTY = {"type": "number", "minimum": -2, "maximum": 2}


def thing(required: str, optional: str = "", /, **fields: Any) -> dict[str, Any]:
    """An object with exactly these fields; those not given as keywords are texts."""
    names = required.split()
    properties = dict.fromkeys([*names, *optional.split()], TEXT) | fields
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}


def parts(*kinds: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [TEXT, {"type": "array", "minItems": 1, "items": {"oneOf": list(kinds)}}]}


def role(name: str) -> dict[str, Any]:
    return {"const": name}


TEXT_PART = thing("type text", type={"const": "text"})
IMAGE = thing("url", detail={"enum": ["low", "high", "auto"]})
IMAGE_PART = thing("type image_url", type={"const": "image_url"}, image_url=IMAGE)
FILE_PART = thing("type file", type={"const": "file"}, file=thing("file_data filename"))
REFUSAL_PART = thing("type refusal", type={"const": "refusal"})
TOOL_CALL = thing("id type function", type={"const": "function"}, function=thing("name arguments"))

MESSAGES = [
    thing("role content", "name", role=role("system"), content=parts(TEXT_PART)),
    thing("role content", "name", role=role("developer"), content=parts(TEXT_PART)),
    thing("role content", "name", role=role("user"), content=parts(TEXT_PART, IMAGE_PART, FILE_PART)),
    thing("role content tool_call_id", "name", role=role("tool")),
    thing(
        "role",
        "name refusal",
        role=role("assistant"),
        content=parts(TEXT_PART, REFUSAL_PART),
        tool_calls={"type": "array", "items": TOOL_CALL},
    ),
]

FUNCTION = thing(
    "name parameters", "description", name=NAME, parameters={"type": "object"}, strict={"type": "boolean"}
)
JSON_SCHEMA = thing("name", "description", name=NAME, schema={"type": "object"}, strict={"type": "boolean"})

REQUEST_SCHEMA: dict[str, Any] = thing(
    "model messages stream",
    messages={"type": "array", "minItems": 1, "items": {"oneOf": MESSAGES}},
    stream={"type": "boolean"},
    stream_options=thing("include_usage", include_usage={"type": "boolean"}),
    max_tokens=COUNT,
    max_completion_tokens=COUNT,
    n=COUNT,
    seed=COUNT,
    temperature={"type": "number", "minimum": 0, "maximum": 2},
    top_p={"type": "number", "minimum": 0.01, "maximum": 1},
    frequency_penalty=PENALTY,
    presence_penalty=PENALTY,
    logprobs={"type": "boolean"},
    top_logprobs={"type": "integer", "minimum": 0, "maximum": 20},
    logit_bias={
        "type": "object",
        "propertyNames": {"pattern": "^[0-9]+$"},
        "additionalProperties": {"type": "number", "minimum": -100, "maximum": 100},
    },
    stop={"anyOf": [TEXT, {"type": "array", "items": TEXT, "minItems": 1, "maxItems": 4}]},
    tools={
        "type": "array",
        "maxItems": 128,
        "items": thing("type function", type={"const": "function"}, function=FUNCTION),
    },
    tool_choice={
        "anyOf": [
            {"enum": ["none", "auto", "required"]},
            thing("type function", type={"const": "function"}, function=thing("name")),
        ]
    },
    parallel_tool_calls={"type": "boolean"},
    response_format={
        "oneOf": [
            thing("type", type={"enum": ["text", "json_object"]}),
            thing("type json_schema", type={"const": "json_schema"}, json_schema=JSON_SCHEMA),
        ]
    },
)
