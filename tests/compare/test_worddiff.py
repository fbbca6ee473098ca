"""The word diff: nothing lost, nothing doubled, as short as it can be, and bounded for every two texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.worddiff import STEPS, Difference, Piece, word_diff

TEXTS = st.text(alphabet=st.sampled_from("ab. \n漢é"), max_size=60)


def old_of(difference: Difference) -> str:
    return "".join(piece.text for piece in difference.pieces if piece.kind != "new")


def new_of(difference: Difference) -> str:
    return "".join(piece.text for piece in difference.pieces if piece.kind != "gone")


@given(TEXTS, TEXTS, st.sampled_from([0, 20, STEPS]))
def test_both_texts_can_be_read_from_the_difference(old: str, new: str, steps: int) -> None:
    found = word_diff(old, new, steps=steps)
    assert (old_of(found), new_of(found)) == (old, new)
    assert found.equal == (old == new)
    assert all(piece.text for piece in found.pieces)
    assert all(a.kind != b.kind for a, b in zip(found.pieces, found.pieces[1:], strict=False))


@given(st.lists(st.sampled_from("abc"), max_size=9), st.lists(st.sampled_from("abc"), max_size=9))
def test_as_much_as_possible_is_the_same(old: list[str], new: list[str]) -> None:
    found = word_diff(*(" ".join([*words, ""]) for words in (old, new)))
    kept = sum(len(piece.text.split()) for piece in found.pieces if piece.kind == "same")
    # The crumbs that were joined into a change are in both of its texts.
    changes = [
        (gone.text.split(), new.text.split())
        for gone, new in zip(found.pieces, found.pieces[1:], strict=False)
        if (gone.kind, new.kind) == ("gone", "new")
    ]
    assert kept + sum(longest_common(*change) for change in changes) == longest_common(old, new)


def longest_common(old: list[str], new: list[str]) -> int:
    if not old or not new:
        return 0
    if old[0] == new[0]:
        return 1 + longest_common(old[1:], new[1:])
    return max(longest_common(old[1:], new), longest_common(old, new[1:]))


def test_a_changed_word_is_marked_with_its_own_space() -> None:
    found = word_diff("The cat sat on the mat.", "The dog sat on the mat!")
    assert found == Difference(
        (
            Piece("same", "The "),
            Piece("gone", "cat "),
            Piece("new", "dog "),
            Piece("same", "sat on the mat"),
            Piece("gone", "."),
            Piece("new", "!"),
        ),
        "words",
    )


def test_words_of_scripts_without_spaces_are_compared_sign_by_sign() -> None:
    found = word_diff("私は猫が好き", "私は犬が好き")
    assert [piece.text for piece in found.pieces] == ["私は", "猫", "犬", "が好き"]


def test_a_small_word_left_over_between_two_changes_is_part_of_them() -> None:
    found = word_diff("completely reworked and published", "never touched and forgotten")
    assert [piece.kind for piece in found.pieces] == ["gone", "new"]


def test_a_whole_clause_between_two_changes_is_kept() -> None:
    found = word_diff("Firstly the answer is forty, possibly", "Secondly the answer is fifty, certainly")
    assert "the answer is " in [piece.text for piece in found.pieces if piece.kind == "same"]


def numbered(line: str) -> str:
    return "\n".join(line.format(number) for number in range(900))


@pytest.mark.parametrize(
    ("old", "new", "unit"),
    [
        (
            "\n".join(f"a{n} b{n} c" for n in range(900)),
            "\n".join(f"x{n} y{n} c" for n in range(900)),
            "lines",
        ),
        ("y " + "x " * 100_000 + "z", "w " + "x " * 90_000 + "q", "lines"),
        ("a\n" * 200_000, "b\n" * 200_000, "whole"),
        ("x" * 900_000, "y" * 900_000, "words"),
        ("漢" * 300_000, "字" * 300_000, "lines"),
        ("one word", "other " * 100_000, "words"),
    ],
    ids=["prose", "sliding", "many lines", "one word", "ideographs", "short and long"],
)
def test_texts_made_to_take_long_take_a_larger_unit(old: str, new: str, unit: str) -> None:
    found = word_diff(old, new)
    assert found.unit == unit
    assert (old_of(found), new_of(found)) == (old, new)


def test_the_bound_is_on_steps_and_therefore_the_same_each_time() -> None:
    old, new = "a b c d e f", "u v w x y z"
    needed = next(steps for steps in range(1000) if word_diff(old, new, steps=steps).unit == "words")
    assert word_diff(old, new, steps=needed - 1).unit == "lines"
