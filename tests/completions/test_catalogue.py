"""The list of models, and the check at the site's start."""

from __future__ import annotations

import pytest

from conversations.completions import BadAnswer
from conversations.completions.catalogue import read_catalogue
from conversations.completions.pricing import INPUT, OUTPUT

from .conftest import ClientMaker
from .upstream import answer, upstream


async def test_models_of_a_rich_catalogue_are_found_by_id_and_alias(make_client: ClientMaker) -> None:
    info = {"name": "GPT 4", "developer": "OpenAI", "contextLength": 128000}
    rich = {"id": "openai/gpt-4", "aliases": ["gpt-4"], "info": info, "capabilities": ["tools", None]}
    odd = [None, {}, {"id": 7}, {"id": "a\x00b"}, {"id": "x" * 300}, {"id": "bare"}]
    async with upstream(answer(200, {"data": [rich, *odd]}, 'ETag: "v1"\r\n'), answer(304)) as server:
        client = make_client(server.url)
        catalogue = await client.models()
        assert [model.id for model in catalogue.models] == ["openai/gpt-4", "bare"]
        assert catalogue.find("gpt-4") is catalogue.models[0] and catalogue.find("gpt-5") is None
        assert catalogue.models[0].context_length == 128000
        assert catalogue.models[0].capabilities == frozenset({"tools"})
        assert (await client.models(catalogue.etag)).unchanged
    assert server.requests[1].headers["if-none-match"] == '"v1"'


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"", b'{"data": 3}'])
async def test_a_catalogue_that_is_none_is_a_bad_answer(make_client: ClientMaker, body: bytes) -> None:
    async with upstream(answer(200, body)) as server:
        with pytest.raises(BadAnswer):
            await make_client(server.url).models()


LISTS: dict[str, tuple[object, str, int | None]] = {
    "Ollama": ({"object": "list", "data": [{"id": "llama3.2:latest", "object": "model"}]}, "llama3.2", None),
    "Ollama, its own list": ({"models": [{"name": "llama3.2:latest", "size": 2}]}, "llama3.2", None),
    "vLLM": ({"data": [{"id": "m", "max_model_len": 4096, "permission": []}]}, "m", 4096),
    "llama.cpp": (
        {"models": [{"name": "m"}], "data": [{"id": "m", "meta": {"n_ctx_train": 32768, "n_ctx": 8192}}]},
        "m",
        8192,
    ),
    "Groq": ({"data": [{"id": "m", "context_window": 131072, "max_completion_tokens": 8192}]}, "m", 131072),
    "Mistral": (
        {
            "data": [
                {"id": "m-1", "aliases": ["m"], "capabilities": {"vision": True}, "max_context_length": 9}
            ]
        },
        "m",
        9,
    ),
    "OpenRouter": ({"data": [{"id": "o/m", "name": "O: M", "context_length": 128000}]}, "o/m", 128000),
    "Together": ([{"id": "m", "object": "model", "created": 0, "context_length": 32768}], "m", 32768),
    "Gemini": ({"object": "list", "data": [{"id": "models/gemini-pro"}]}, "gemini-pro", None),
    "GitHub": ([{"id": "azureml://m/versions/2", "name": "m"}], "azureml://m/versions/2", None),
    "bare names": (["m", "n"], "m", None),
    "lengths that are none": ({"data": [{"id": "m", "context_length": None, "max_model_len": 0}]}, "m", None),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_of_other_servers_tell_names_and_lengths(name: str) -> None:
    body, model, length = LISTS[name]
    catalogue = read_catalogue(body, None)
    assert catalogue is not None
    found = catalogue.find(model)
    assert found is not None and found.context_length == length


def test_a_server_without_models_has_an_empty_list() -> None:
    bodies: list[object] = [{"object": "list", "data": None}, {"data": []}, []]
    for body in bodies:
        catalogue = read_catalogue(body, None)
        assert catalogue is not None and catalogue.models == ()


def test_openrouter_tells_its_prices_by_the_token() -> None:
    entries = [
        {"id": "paid", "pricing": {"prompt": "0.00001", "completion": "0.00003", "image": "0"}},
        {"id": "auto", "pricing": {"prompt": "-1", "completion": "-1"}},
        {"id": "half", "pricing": {"prompt": "0.1"}},
    ]
    catalogue = read_catalogue({"data": entries}, None)
    assert catalogue is not None
    paid, *others = [model.pricing for model in catalogue.models]
    assert paid is not None and others == [None, None]
    assert [str(rate and rate.cost(1_000_000)) for rate in map(paid.rate, (INPUT, OUTPUT))] == [
        "10.00000",
        "30.00000",
    ]


@pytest.mark.parametrize(
    ("status", "body", "ok", "words"),
    [
        (400, {"message": "messages must not be empty", "statusCode": 400}, True, "accepts the key"),
        (422, {}, True, "accepts the key"),
        (401, {}, False, "refuses the API key"),
        (403, {"message": "You have run out of credits"}, False, "credit is used up"),
        (404, {}, False, "not a completions API: it answered with status 404. It is what stands before"),
        (404, {"error": {"code": "model_not_found"}}, True, "accepts the key"),
        (302, {}, False, "not a completions API"),
        (503, {}, False, "has trouble"),
    ],
)
async def test_the_check_tells_in_words(
    make_client: ClientMaker, status: int, body: dict[str, object], ok: bool, words: str
) -> None:
    async with upstream(answer(status, body)) as server:
        result = await make_client(server.url).check()
    assert result.ok is ok and words in result.message


async def test_the_check_never_raises(make_client: ClientMaker) -> None:
    result = await make_client("http://127.0.0.1:9/v1").check()
    assert not result.ok and "unreachable" in result.message
