"""The incremental reader: the verdicts of RFC 8259, the same whatever the pieces, and Python's as a check."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.structured.paths import path_text
from conversations.structured.reader import Reader
from tests.structured.cases import json_texts, other_texts


def read(text: str, *, size: int | None = None) -> Reader:
    """A reader that was given all of the text, in pieces of that size."""
    reader = Reader()
    for at in range(0, len(text), size or len(text) or 1):
        reader.feed(text[at : at + (size or len(text))])
    reader.finish()
    return reader


def refuse(constant: str) -> None:
    raise ValueError(constant)


def is_json(text: str) -> bool:
    """Python's opinion, without its additions to JSON and its limit on digits."""
    try:
        json.loads(text, parse_constant=refuse, parse_int=float)
    except ValueError:
        return False
    return True


def test_there_are_as_many_cases_as_in_the_well_known_suite() -> None:
    assert len(json_texts()) + len(other_texts()) >= 318


@pytest.mark.parametrize("size", [None, 1, 2, 3])
def test_json_is_valid_in_any_pieces(size: int | None) -> None:
    wrong = [text[:80] for text in json_texts() if not read(text, size=size).complete]
    assert wrong == []


@pytest.mark.parametrize("size", [None, 1, 2, 3])
def test_what_is_not_json_is_never_valid(size: int | None) -> None:
    wrong = [text[:80] for text in other_texts() if read(text, size=size).complete]
    assert wrong == []


def test_python_agrees_with_the_cases() -> None:
    assert [text[:80] for text in json_texts() if not is_json(text)] == []
    shallow = [text for text in other_texts() if len(text) < 5000]
    assert [text[:80] for text in shallow if is_json(text)] == []


def test_no_beginning_of_a_valid_text_is_called_wrong() -> None:
    for text in json_texts():
        reader = Reader()
        for char in text[:500]:
            reader.feed(char)
            assert reader.problem is None, text[:80]


def test_the_problem_is_the_same_in_any_pieces() -> None:
    for text in other_texts():
        whole, single = read(text).problem, read(text, size=1).problem
        assert whole == single, text[:80]


_pieces = st.sampled_from(
    [
        '"',
        "\\",
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "0",
        "1",
        "-",
        ".",
        "e",
        "+",
        " ",
        "\n",
        "true",
        "null",
        '"a"',
        "u",
        "d83d",
    ]
)
_almost = st.lists(_pieces | st.characters(), max_size=14).map("".join)
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(_almost)
def test_it_agrees_with_python_about_almost_json(text: str) -> None:
    reader = read(text)
    assert reader.complete == is_json(text)
    assert read(text, size=1).problem == reader.problem


@given(_values, st.booleans(), st.sampled_from([None, 2]), st.integers(1, 9))
def test_it_agrees_with_python_about_json(value: object, ascii_: bool, indent: int | None, size: int) -> None:
    text = json.dumps(value, ensure_ascii=ascii_, indent=indent)
    assert read(text, size=size).complete


@given(_almost)
def test_the_problem_is_at_the_character_that_makes_it_one(text: str) -> None:
    reader = Reader()
    reader.feed(text)
    if reader.problem is None:
        return
    before = Reader()
    before.feed(text[: reader.problem.at])
    after = Reader()
    after.feed(text[: reader.problem.at + 1])
    assert before.problem is None
    assert after.problem is not None


@pytest.mark.parametrize(
    ("text", "path", "at"),
    [
        ('{"items":[{"price":1},{"price":2},{"price":x', "$.items[2].price", 43),
        ('{"items":[1,]', "$.items[1]", 12),
        ('{"a":1,}', "$", 7),
        ('{"a" 1}', "$.a", 5),
        ('{"a":{"b c":[[],[tru3', '$.a["b c"][1][0]', 20),
        ("nope", "$", 1),
        ("[] []", "$", 3),
        ('["a\nb"]', "$[0]", 3),
        ('{"a":01}', "$.a", 6),
    ],
)
def test_it_names_the_place_of_the_first_problem(text: str, path: str, at: int) -> None:
    problem = read(text).problem
    assert problem is not None
    assert (path_text(problem.path), problem.at) == (path, at)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", "$"),
        ("[", "$[0]"),
        ('{"a', "$"),
        ('{"a":', "$.a"),
        ('{"a":[1,2', "$.a[1]"),
        ('{"a":[1,2]', "$.a"),
    ],
)
def test_it_knows_the_open_path(text: str, path: str) -> None:
    reader = Reader()
    reader.feed(text)
    assert path_text(reader.path) == path
    assert not reader.complete


def test_nesting_a_hundred_thousand_deep_is_read_and_its_path_stays_short() -> None:
    reader = read("[" * 100_000, size=4096)
    assert reader.problem is None
    assert reader.deepest == 100_000
    assert len(path_text(reader.path)) < 100
    assert read("[" * 100_000 + "]" * 100_000).complete


def test_a_repeated_name_is_valid_and_noted() -> None:
    reader = read('{"a":[{"b":1,"c":2,"b":3}],"a":1}')
    assert reader.complete
    assert reader.repeated == ("a", 0, "b")


def test_a_problem_is_told_with_line_and_column() -> None:
    text = '{\n  "a": 1,\n  "b": nope\n}'
    problem = read(text).problem
    assert problem is not None
    assert problem.told(text).startswith("at $.b (line 3, column 9) ")
