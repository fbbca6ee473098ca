"""One text against the original: the same, or different from where on."""

import pytest

from conversations.replays.comparing import compare
from conversations.store.originals import Original
from conversations.turns.tokens import count_tokens, token_number


def said(text: str, refusal: str = "") -> Original:
    return Original(text, refusal)


def test_the_same_text_matches_and_has_the_same_hash() -> None:
    one, other = compare(said("Hello."), said("Hello.")), compare(said("Bye."), said("Hello."))
    assert (one.matches, one.diverges_at, one.diverges_at_token) == (True, None, None)
    assert one.hash == other.hash


@pytest.mark.parametrize(
    ("original", "text", "at", "token"),
    [
        ("Hello world", "Hello there", 6, 2),
        ("Hello world", "Hello", 5, 2),
        ("Hello", "Hello world", 5, 2),
        ("", "Hello", 0, 1),
        ("Hello", "", 0, 1),
        ("Hello ", "Hello", 5, 2),
        ("日本語のテキスト", "日本語のテスト", 5, 7),
        ("a\n", "a\r\n", 1, 2),
    ],
)
def test_the_first_place_that_differs(original: str, text: str, at: int, token: int) -> None:
    found = compare(said(original), said(text))
    assert (found.matches, found.diverges_at, found.diverges_at_token) == (False, at, token)


def test_another_refusal_is_no_match_though_the_texts_are_the_same() -> None:
    found = compare(said("", "I cannot."), said("", "I will not."))
    assert (found.matches, found.diverges_at) == (False, None)
    assert found.hash != compare(said("", "I cannot."), said("", "I cannot.")).hash


def test_what_stands_in_the_text_is_told_from_what_stands_in_the_refusal() -> None:
    assert compare(said(""), said("No", "")).hash != compare(said(""), said("", "No")).hash


@pytest.mark.parametrize("text", ["Hello world, this is text.", "日本語のテキスト 😀 end", "x" * 500])
def test_the_numbers_of_tokens_grow_along_the_text_and_end_one_past_the_last(text: str) -> None:
    numbers = [token_number(text, at) for at in range(len(text) + 1)]
    assert numbers == sorted(numbers)
    assert (numbers[0], numbers[-1]) == (1, count_tokens([text])[0] + 1)
