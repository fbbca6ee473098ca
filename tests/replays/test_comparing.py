"""One text against the original: the same, or different from where on."""

import pytest

from conversations.replays.comparing import compare
from conversations.script import Asked, Said, Turn, said_in, said_in_words
from conversations.store.originals import Original
from conversations.turns.tokens import count_tokens, token_number


def said(text: str, refusal: str = "") -> Said:
    return said_in_words(text, refusal)


def of(text: str, refusal: str = "") -> Original:
    return Original(said_in_words(text, refusal))


def test_the_same_text_matches_and_has_the_same_hash() -> None:
    one, other = compare(of("Hello."), said("Hello.")), compare(of("Bye."), said("Hello."))
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
    found = compare(of(original), said(text))
    assert (found.matches, found.diverges_at, found.diverges_at_token) == (False, at, token)


def test_another_refusal_is_no_match_though_the_texts_are_the_same() -> None:
    found = compare(of("", "I cannot."), said("", "I will not."))
    assert (found.matches, found.diverges_at) == (False, None)
    assert found.hash != compare(of("", "I cannot."), said("", "I cannot.")).hash


def test_what_stands_in_the_text_is_told_from_what_stands_in_the_refusal() -> None:
    assert compare(of(""), said("No", "")).hash != compare(of(""), said("", "No")).hash


def test_of_a_part_the_rest_may_be_anything() -> None:
    part = Original(said("Hello wor"), "part")
    assert [compare(part, said(text)).matches for text in ("Hello world", "Hello word.", "Hello wor")] == [
        True
    ] * 3
    found = compare(part, said("Hello you"))
    assert (found.matches, found.diverges_at, found.diverges_at_token) == (False, 6, 2)
    assert compare(part, said("Hello")).matches is False
    assert compare(Original(said("", "I can"), "part"), said("", "I cannot.")).matches
    assert compare(Original(said("", "I can"), "part"), said("", "No.")).matches is False


def test_with_nothing_nothing_is_compared() -> None:
    found = compare(Original(said(""), "nothing"), said("Hello"))
    assert (found.matches, found.diverges_at) == (None, None)
    assert found.hash == compare(of("Hello"), said("Hello")).hash


def test_arguments_are_compared_where_they_stand() -> None:
    def with_call(arguments: str, then: str = "It is 42.") -> Said:
        return said_in([Turn("Let me see.", (Asked("calculator", arguments),)), Turn(then)])

    one = Original(with_call('{"expression": "6*7"}'))
    assert compare(one, with_call('{"expression": "6*7"}')).matches
    found = compare(one, with_call('{"expression": "6*8"}'))
    assert found.diverges_at == one.said.script.index('7"}')
    assert compare(one, with_call('{"expression":"6*7"}')).diverges_at == one.said.script.index(' "6*7')
    imitated = said_in_words(one.said.script)
    assert compare(one, imitated).matches is False, "words that look like a call are none"
    assert compare(one, imitated).hash != compare(one, one.said).hash


@pytest.mark.parametrize("text", ["Hello world, this is text.", "日本語のテキスト 😀 end", "x" * 500])
def test_the_numbers_of_tokens_grow_along_the_text_and_end_one_past_the_last(text: str) -> None:
    numbers = [token_number(text, at) for at in range(len(text) + 1)]
    assert numbers == sorted(numbers)
    assert (numbers[0], numbers[-1]) == (1, count_tokens([text])[0] + 1)
