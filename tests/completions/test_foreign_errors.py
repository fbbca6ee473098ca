"""Refusals and failures as other servers word them: each told apart, as a status and inside a stream."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conversations.completions.mapping import error_from_status
from conversations.completions.secret import ApiKey

from .conftest import ClientMaker
from .helpers import read, text_of
from .upstream import answer, delta, events, upstream


def google(status: int, name: str, message: str) -> list[dict[str, Any]]:
    return [{"error": {"code": status, "message": message, "status": name}}]


def invalid(field: str) -> list[dict[str, Any]]:
    """FastAPI's list of problems."""
    return [{"type": "extra_forbidden", "loc": ["body", field], "msg": "Extra inputs are not permitted"}]


REFUSED: dict[str, tuple[int, Any, str]] = {
    "Gemini, too long": (
        400,
        google(
            400, "INVALID_ARGUMENT", "The input token count (1048577) exceeds the maximum number of tokens"
        ),
        "context_length",
    ),
    "Gemini, wrong key": (400, google(400, "INVALID_ARGUMENT", "API key not valid."), "configuration"),
    "Gemini, no such model": (404, google(404, "NOT_FOUND", "models/gemini-9 is not found"), "model_gone"),
    "Gemini, too many": (429, google(429, "RESOURCE_EXHAUSTED", "You exceeded your quota."), "rate_limited"),
    "xAI, wrong key": (400, {"code": "x", "error": "Incorrect API key provided: xa***"}, "configuration"),
    "llama.cpp, too long": (
        400,
        {"error": {"code": 400, "message": "the request exceeds", "type": "exceed_context_size_error"}},
        "context_length",
    ),
    "llama.cpp, still loading": (
        503,
        {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}},
        "server_error",
    ),
    "vLLM, no such model": (
        404,
        {"object": "error", "message": "The model `x` does not exist.", "type": "NotFoundError", "code": 404},
        "model_gone",
    ),
    "vLLM, too long": (
        400,
        {"object": "error", "message": "This model's maximum context length is 2048 tokens.", "code": 400},
        "context_length",
    ),
    "text-generation-inference, too long": (
        422,
        {"error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096"},
        "context_length",
    ),
    "Anthropic, too long": (
        400,
        {"type": "error", "error": {"type": "invalid_request_error", "message": "prompt is too long: 9 > 8"}},
        "context_length",
    ),
    "Anthropic, no money": (
        400,
        {"error": {"type": "invalid_request_error", "message": "Your credit balance is too low"}},
        "quota",
    ),
    "Ollama, not pulled": (
        404,
        {
            "error": {
                "message": 'model "x" not found, try pulling it first',
                "type": "api_error",
                "code": None,
            }
        },
        "model_gone",
    ),
    "LiteLLM, no such model": (
        400,
        {
            "error": {
                "message": "/chat/completions: Invalid model name passed in model=x. Call `/v1/models`",
                "type": "invalid_request_error",
                "param": None,
                "code": "400",
            }
        },
        "model_gone",
    ),
    "LiteLLM, too many": (
        429,
        {"error": {"message": "No deployments available", "type": "throttling_error", "code": "429"}},
        "rate_limited",
    ),
    "LiteLLM, budget spent": (
        400,
        {"error": {"message": "Budget has been exceeded!", "type": "budget_exceeded", "code": "400"}},
        "quota",
    ),
    "OpenRouter, no such model": (
        400,
        {"error": {"code": 400, "message": "x is not a valid model ID"}},
        "model_gone",
    ),
    "OpenRouter, nobody offers it": (
        404,
        {"error": {"code": 404, "message": "No endpoints found that support tool use."}},
        "model_gone",
    ),
    "OpenRouter, flagged": (
        403,
        {"error": {"code": 403, "message": "x requires moderation. Your input was flagged"}},
        "bad_request",
    ),
    "OpenRouter, no money": (402, {"error": {"code": 402, "message": "Insufficient credits"}}, "quota"),
    "Azure, no such deployment": (
        404,
        {"error": {"code": "DeploymentNotFound", "message": "The API deployment does not exist."}},
        "model_gone",
    ),
    "Azure, wrong path": (404, {"error": {"code": "404", "message": "Resource not found"}}, "configuration"),
    "OpenAI, wrong path": (
        404,
        {"error": {"message": "Invalid URL (POST /v1/v1/chat/completions)", "code": None}},
        "configuration",
    ),
    "Groq, wrong path": (
        404,
        {"error": {"message": "Unknown request", "code": "unknown_url"}},
        "configuration",
    ),
    "Groq, no capacity": (498, {"error": {"message": "Flex tier capacity exceeded"}}, "server_error"),
    "Express, wrong path": (404, {"message": "Cannot POST /v2/chat", "statusCode": 404}, "configuration"),
    "FastAPI, wrong path": (404, {"detail": "Not Found"}, "configuration"),
    "aimock, nothing to say": (
        404,
        {
            "error": {
                "message": "No fixture matched",
                "type": "invalid_request_error",
                "code": "no_fixture_match",
            }
        },
        "bad_request",
    ),
    "DeepSeek, no such model": (400, {"error": {"message": "Model Not Exist", "param": None}}, "model_gone"),
    "SiliconFlow, no such model": (
        400,
        {"code": 20012, "message": "Model does not exist.", "data": None},
        "model_gone",
    ),
    "a model that cannot do something": (
        400,
        {"error": {"message": "registry.ollama.ai/library/x:latest does not support tools"}},
        "bad_request",
    ),
    "a value that a model does not take": (
        400,
        {"error": {"message": "'temperature' is not supported with this model.", "param": "temperature"}},
        "bad_request",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_told_by_what_the_server_says(name: str) -> None:
    status, body, kind = REFUSED[name]
    assert error_from_status(status, json.dumps(body).encode(), ApiKey(None)).kind == kind


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (422, {"detail": invalid("seed")}),
        (422, {"object": "error", "message": {"detail": invalid("seed")}, "type": "invalid_request_error"}),
        (
            400,
            google(
                400, "INVALID_ARGUMENT", 'Invalid JSON payload received. Unknown name "seed": Cannot find'
            ),
        ),
        (400, {"error": {"message": "Unrecognized request argument supplied: seed", "param": None}}),
        (400, {"object": "error", "message": "no", "param": "seed", "code": 400}),
        (
            500,
            {
                "error": {
                    "message": "1 validation error:\n  {'type': 'int', 'loc': ('body', 'seed')}",
                    "type": "internal_server_error",
                    "param": None,
                    "code": None,
                }
            },
        ),
    ],
    ids=["FastAPI", "Mistral", "Gemini", "Azure", "vLLM", "llama-cpp-python"],
)
def test_a_refused_setting_is_named_wherever_the_server_names_it(status: int, body: Any) -> None:
    error = error_from_status(status, json.dumps(body).encode(), ApiKey(None))
    assert error.kind == "bad_request" and "“seed”" in error.user_message


BROKEN: dict[str, tuple[Any, str]] = {
    "OpenRouter": (
        {
            "error": {"code": "server_error", "message": "secret words"},
            "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}],
        },
        "server_error",
    ),
    "OpenRouter, in the choice": (
        {"choices": [{"index": 0, "delta": {}, "error": {"code": 502, "message": "secret words"}}]},
        "server_error",
    ),
    "OpenRouter, too many": (
        {"error": {"code": 429, "message": "secret words"}, "choices": []},
        "rate_limited",
    ),
    "Anthropic": (
        {"type": "error", "error": {"type": "overloaded_error", "message": "secret words"}},
        "server_error",
    ),
    "Gemini": (
        [{"error": {"code": 503, "message": "secret words", "status": "UNAVAILABLE"}}],
        "server_error",
    ),
    "vLLM": ({"object": "error", "message": "secret words", "code": 400}, "bad_request"),
    "text-generation-inference": ({"error": "secret words", "error_type": "generation"}, "server_error"),
    "FastAPI": ({"detail": "secret words"}, "server_error"),
    "Cloudflare": ({"success": False, "errors": [{"code": 7009, "message": "secret words"}]}, "server_error"),
    "DashScope": ({"code": "InternalError", "message": "secret words", "request_id": "r"}, "server_error"),
    "a list of errors": ({"error": [{"message": "secret words", "code": 429}]}, "rate_limited"),
    "llama.cpp, too long": (
        {"error": {"code": 500, "message": "the request exceeds the available context size"}},
        "context_length",
    ),
    "a type alone": ({"error": {"type": "invalid_request_error", "message": "secret words"}}, "bad_request"),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("whole", [False, True])
def test_a_failure_inside_a_good_answer_is_seen_and_the_text_kept(name: str, whole: bool) -> None:
    payload, kind = BROKEN[name]
    text = json.dumps(payload)
    body = text.encode() if whole else events(delta(content="Partly"), text, delta(content="no"))
    found, error = read(body)
    assert error is not None and error.kind == kind
    assert text_of(found) == ("" if whole else "Partly")
    assert "secret words" not in error.user_message


@pytest.mark.parametrize(
    "chunk",
    [
        {"error": {}, "choices": []},
        {"error": None, "detail": None, "errors": [], "choices": []},
        {"code": 0, "message": "success", "choices": []},
        {"code": "200", "message": "ok"},
        {"code": 500, "message": "", "choices": []},
        {"object": "error", "choices": [{"delta": {}}]},
    ],
)
def test_what_is_no_failure_is_passed_over(chunk: dict[str, Any]) -> None:
    found, error = read(events(delta(content="Hi"), chunk, delta(finish="stop")))
    assert error is None and text_of(found) == "Hi"


CHECKED: list[tuple[int, Any, bool, str]] = [
    (400, google(400, "INVALID_ARGUMENT", "API key not valid."), False, "refuses the API key"),
    (
        404,
        {"error": {"message": "No fixture matched", "code": "no_fixture_match"}},
        True,
        "accepts the key",
    ),
    (404, {"error": {"message": "Invalid URL (POST /chat/completions)"}}, False, "not a completions API"),
    (
        500,
        {"detail": "Internal server error: 400: No user message found"},
        True,
        "the first message will tell",
    ),
]


async def test_the_check_costs_one_token_where_a_server_answers_it(make_client: ClientMaker) -> None:
    """llama-cpp-python takes any model's name, and no messages at all."""
    async with upstream(answer(200, {"choices": [{"message": {"content": "x"}}]})) as server:
        result = await make_client(server.url).check()
    assert result.ok and server.requests[0].json()["max_tokens"] == 1


@pytest.mark.parametrize(
    ("status", "body", "ok", "words"),
    CHECKED,
    ids=["Gemini", "aimock", "OpenAI", "MockLLM"],
)
async def test_the_check_reads_what_a_server_says(
    make_client: ClientMaker, status: int, body: Any, ok: bool, words: str
) -> None:
    async with upstream(answer(status, json.dumps(body).encode())) as server:
        result = await make_client(server.url).check()
    assert result.ok is ok and words in result.message
