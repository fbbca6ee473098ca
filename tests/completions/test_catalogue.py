"""The list of models, and the check at the site's start."""

from __future__ import annotations

import pytest

from conversations.completions import BadAnswer

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


@pytest.mark.parametrize(
    ("status", "body", "ok", "words"),
    [
        (400, {"message": "messages must not be empty", "statusCode": 400}, True, "accepts the key"),
        (422, {}, True, "accepts the key"),
        (401, {}, False, "refuses the API key"),
        (403, {"message": "You have run out of credits"}, False, "credit is used up"),
        (404, {}, False, "not a completions API"),
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
