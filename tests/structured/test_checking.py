"""The final check in its own process: verdicts, and that no schema hangs, crashes or reaches the network."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from conversations.structured import EXAMPLES, Checker, Verdict, check_schema, judge
from conversations.structured.checking import Unchecked
from conversations.structured.formats import ANY_OBJECT, SCHEMA_CHARACTERS


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    checker = Checker()
    yield checker
    checker.close()


def verdict(checker: Checker, text: str, schema: Any = ANY_OBJECT, *, cut: bool = False) -> Verdict:
    return judge(text, schema=schema, cut=cut, checker=checker)


@pytest.mark.parametrize(
    ("text", "state", "path"),
    [
        ('{"items":[{"title":"a","reason":"b","priority":1}]}', "valid", ""),
        ('{"items":[{"title":"a","reason":"b","priority":"1"}]}', "invalid", "$.items[0].priority"),
        ('{"items":[{"title":"a"}]}', "invalid", "$.items[0]"),
        ('{"items":[', "not_json", "$.items[0]"),
        ('{"items":[nope', "not_json", "$.items[0]"),
        ("Here is the list:", "not_json", "$"),
        ("", "not_json", "$"),
    ],
)
def test_the_verdict_on_a_whole_reply(checker: Checker, text: str, state: str, path: str) -> None:
    found = verdict(checker, text, EXAMPLES[0].schema)
    assert (found.state, found.path) == (state, path)
    assert found.path in found.message


def test_a_cut_reply_is_told_as_cut_off_with_the_place(checker: Checker) -> None:
    assert verdict(checker, '{"items":[{"title":"a', cut=True) == Verdict(
        "cut_off", "$.items[0].title", "Cut off at $.items[0].title: the JSON is not complete."
    )
    assert verdict(checker, "12", {"type": "integer"}, cut=True).state == "cut_off"


def test_a_reply_that_was_wrong_before_it_was_cut_is_no_json(checker: Checker) -> None:
    assert verdict(checker, '{"items":,', cut=True).state == "not_json"


def test_a_reply_that_was_cut_after_its_end_is_judged_like_any(checker: Checker) -> None:
    assert verdict(checker, '{"items":[]}', cut=True).state == "valid"


def test_json_mode_without_a_schema_takes_any_object_and_nothing_else(checker: Checker) -> None:
    assert verdict(checker, '{"any":["thing"]}').state == "valid"
    assert verdict(checker, "[]").state == "invalid"


def test_huge_numbers_and_deep_values_end_in_a_verdict(checker: Checker) -> None:
    huge = '{"a":' + "9" * 6000 + ',"b":1e999999}'
    assert verdict(checker, huge).state == "valid"
    assert verdict(checker, huge, {"properties": {"a": {"multipleOf": 3}}}).state in ("valid", "invalid")
    assert verdict(checker, '{"a":' * 5000 + "1" + "}" * 5000).state == "unchecked"


def test_a_catastrophic_pattern_ends_with_its_time_and_the_next_check_works() -> None:
    checker = Checker(seconds=0.2)
    try:
        found = verdict(
            checker, json.dumps({"a": "a" * 60 + "!"}), {"properties": {"a": {"pattern": "^(a+)+$"}}}
        )
        assert found.state == "unchecked"
        assert "too long" in found.message
        assert verdict(checker, '{"a":1}').state == "valid"
    finally:
        checker.close()


def test_a_schema_that_multiplies_itself_ends_with_its_time() -> None:
    steps = {f"s{n}": {"allOf": [{"$ref": f"#/$defs/s{n + 1}"}] * 8} for n in range(12)}
    schema = {"$defs": {**steps, "s12": {}}, "$ref": "#/$defs/s0"}
    checker = Checker(seconds=0.2)
    try:
        assert verdict(checker, "{}", schema).state == "unchecked"
    finally:
        checker.close()


@pytest.mark.parametrize(
    "schema",
    [{"$ref": "#"}, {"$ref": "#/$defs/gone"}, {"pattern": "("}, {"$dynamicRef": "#gone"}, {"type": "objct"}],
)
def test_a_schema_that_cannot_be_applied_says_so_instead_of_blaming_the_reply(
    checker: Checker, schema: Any
) -> None:
    assert verdict(checker, '"text"', schema).state == "unchecked"


async def test_a_reference_to_another_host_makes_no_request() -> None:
    met: list[bool] = []

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.append(True)
        writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0, family=socket.AF_INET)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/schema.json"
    checker = Checker()
    try:
        for schema in ({"$ref": address}, {"$id": address, "$ref": "other.json"}, {"$schema": address}):
            await asyncio.to_thread(judge, "{}", schema=schema, cut=False, checker=checker)
            await asyncio.to_thread(check_schema, "a", json.dumps(schema), strict=False, checker=checker)
    finally:
        checker.close()
        server.close()
        await server.wait_closed()
    assert met == []


def test_a_worker_that_was_killed_is_started_again(checker: Checker) -> None:
    assert checker.check(ANY_OBJECT, "{}") is None
    process = checker._worker._process
    assert process is not None
    process.kill()
    process.wait()
    assert checker.check(ANY_OBJECT, "{}") is None


def test_a_worker_that_ends_during_a_check_is_reported(
    checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker.close()
    monkeypatch.setattr(checker._worker, "_command", "pass")
    with pytest.raises(Unchecked):
        checker.check(ANY_OBJECT, "{}")


# The schema as typed


def problem(checker: Checker, text: str, name: str = "answer") -> str:
    return check_schema(name, text, strict=False, checker=checker).problem


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_examples_are_fit_for_strict_mode(checker: Checker, example: Any) -> None:
    found = check_schema(example.name, json.dumps(example.schema), strict=True, checker=checker)
    assert (found.problem, found.notes, found.schema) == ("", [], example.schema)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("{", "not complete"),
        ("{'type': 'object'}", "line 1, column 2"),
        ("[]", "must be an object"),
        ('{"type":"objct"}', "$.type"),
        ('{"properties":{"a":{"minimum":"1"}}}', "$.properties.a.minimum"),
        ('{"pattern":"("}', "$.pattern: '(' is not a 'regex'"),
        ('{"patternProperties":{"(":{}}}', "regex"),
        ('{"items":' * 150 + "{}" + "}" * 150, "nested"),
    ],
)
def test_a_schema_that_cannot_be_used_is_explained(checker: Checker, text: str, said: str) -> None:
    assert said in problem(checker, text)


def test_a_schema_is_taken_at_the_limit_of_its_length_and_not_one_past_it(checker: Checker) -> None:
    frame = '{"title":""}'
    longest = frame.replace('""', '"' + "x" * (SCHEMA_CHARACTERS - len(frame)) + '"')
    assert problem(checker, longest) == ""
    assert "20,001 characters" in problem(checker, longest.replace('"x', '"xx', 1))


@pytest.mark.parametrize("name", ["a", "A-z_09", "x" * 64])
def test_names_within_the_documented_alphabet_are_taken(checker: Checker, name: str) -> None:
    assert problem(checker, "{}", name) == ""


@pytest.mark.parametrize("name", ["", "x" * 65, "a b", "é", "a.b", "a\n"])
def test_other_names_are_refused(checker: Checker, name: str) -> None:
    assert "name" in problem(checker, "{}", name)


def test_what_strict_mode_may_refuse_is_told_but_not_refused(checker: Checker) -> None:
    schema = {"type": "array", "items": {"properties": {"a": {"not": {}}}}, "uniqueItems": True}
    found = check_schema("a", json.dumps(schema), strict=True, checker=checker)
    assert found.problem == ""
    assert len(found.notes) == 4
    assert any("not, uniqueItems" in note for note in found.notes)
    assert check_schema("a", json.dumps(schema), strict=False, checker=checker).notes == []
