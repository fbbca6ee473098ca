"""The list of models that a process keeps: what is known when servers answer well, oddly, or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from conversations.completions import Breaker, CompletionsClient, RetryPolicy
from conversations.turns.catalogue import REFRESH_SECONDS, RETRY_SECONDS, ModelList
from tests.completions.upstream import Script, Upstream, answer, upstream
from tests.providers import start_provider

TAGGED = 'ETag: "v1"\r\n'
ONE = answer(
    200, {"data": [{"id": "vendor/one", "aliases": ["one"], "info": {"contextLength": 8192}}]}, TAGGED
)
TWO = answer(200, {"data": [{"id": "two"}]})
BROKEN = answer(503, {"message": "later"})
ABSENT = answer(404, {"message": "no such path"})


@asynccontextmanager
async def listing(*scripts: Script) -> AsyncIterator[tuple[ModelList, Upstream]]:
    async with upstream(*scripts) as server:
        client = make_client(server.url)
        try:
            yield ModelList(client), server
        finally:
            await client.aclose()


def make_client(base_url: str) -> CompletionsClient:
    return CompletionsClient(
        base_url=base_url, api_key=None, retries=RetryPolicy(base=0.01), breaker=Breaker(threshold=1000)
    )


async def test_nothing_is_said_before_the_first_answer() -> None:
    async with listing(ONE) as (models, _):
        assert models.find("one") is None and not models.may_be_withdrawn("one") and not models.notice


async def test_a_model_is_known_by_its_alias_and_one_that_is_missing_may_be_withdrawn() -> None:
    async with listing(ONE) as (models, _):
        assert await models.refresh() == REFRESH_SECONDS
        assert models.find("one").context_length == 8192 and not models.may_be_withdrawn("one")
        assert models.find("gone") is None and models.may_be_withdrawn("gone")


async def test_an_unchanged_list_is_not_read_again() -> None:
    async with listing(ONE, answer(304)) as (models, server):
        await models.refresh()
        known = models.known
        assert await models.refresh() == REFRESH_SECONDS
        assert models.known is known and server.requests[1].headers["if-none-match"] == '"v1"'


async def test_a_changed_list_takes_the_place_of_the_old_one() -> None:
    async with listing(ONE, TWO) as (models, _):
        await models.refresh()
        await models.refresh()
        assert models.may_be_withdrawn("one") and not models.may_be_withdrawn("two")


async def test_after_a_failure_the_last_good_list_stays_and_admins_are_told_until_it_is_over() -> None:
    async with listing(ONE, BROKEN, answer(304)) as (models, _):
        await models.refresh()
        assert await models.refresh() == RETRY_SECONDS
        assert models.find("one") is not None and "may be old" in models.notice
        await models.refresh()
        assert not models.notice


async def test_a_server_without_a_list_is_asked_seldom_and_nothing_is_said_of_its_models() -> None:
    async with listing(ABSENT) as (models, _):
        assert await models.refresh() == REFRESH_SECONDS
        assert not models.may_be_withdrawn("any") and not models.notice


async def test_a_name_without_a_version_is_its_latest_one() -> None:
    async with listing(answer(200, {"data": [{"id": "llama3.2:latest"}]})) as (models, _):
        await models.refresh()
        assert not models.may_be_withdrawn("llama3.2") and models.may_be_withdrawn("llama3")


@pytest.mark.parametrize(
    ("form", "known", "marked"),
    [
        ("normal", 2, True),
        ("plain", 2, True),
        ("empty", 0, False),
        ("many", 10_000, True),
        ("hostile", 3, True),
        ("broken", None, False),
        ("html", None, False),
        ("error", None, False),
    ],
)
async def test_every_form_of_the_list(form: str, known: int | None, marked: bool) -> None:
    with start_provider(catalogue=form) as provider:
        client = make_client(provider.base_url)
        models = ModelList(client)
        await models.refresh()
        await client.aclose()
    assert (len(models.known.models) if models.known else None) == known
    assert models.may_be_withdrawn("gpt-3") is marked
    assert models.failing is (known is None)
