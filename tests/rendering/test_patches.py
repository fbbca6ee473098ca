"""Patches, checked against the meaning of JavaScript's string offsets."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.rendering import apply_patch, blocks_hash, diff_blocks

block = st.text(alphabet=st.sampled_from("ab<>/é東😀👩‍🚀\u0590ش"), max_size=30)
blocks = st.lists(block, max_size=6)


@given(blocks, blocks)
def test_a_patch_survives_json_and_makes_the_new_blocks(old: list[str], new: list[str]) -> None:
    patch = json.loads(json.dumps(diff_blocks(old, new)))
    assert apply_patch(old, patch) == new


@given(blocks)
def test_nothing_changed_means_no_splices(same: list[str]) -> None:
    assert diff_blocks(same, same) == {"n": len(same), "p": []}


def test_offsets_count_utf16_units() -> None:
    assert diff_blocks(["😀a😀"], ["😀b😀"]) == {"n": 1, "p": [(0, 2, 2, "b")]}


def test_only_the_changed_middle_is_sent() -> None:
    patch = diff_blocks(["<p>one</p>", "<p>two</p>"], ["<p>one</p>", "<p>two three</p>"])
    assert patch == {"n": 2, "p": [(1, 6, 4, " three")]}


def test_a_late_joiner_starts_from_nothing() -> None:
    assert diff_blocks([], ["a", "b"]) == {"n": 2, "p": [(0, 0, 0, "a"), (1, 0, 0, "b")]}


def test_removed_blocks_are_cut() -> None:
    assert apply_patch(["a", "b", "c"], diff_blocks(["a", "b", "c"], ["a"])) == ["a"]


@pytest.mark.parametrize(("left", "right"), [(["a"], ["b"]), ([], ["a"]), (["é"], ["e"])])
def test_hashes_tell_blocks_apart(left: list[str], right: list[str]) -> None:
    assert blocks_hash(left) != blocks_hash(right)


def test_the_hash_is_sha256_of_the_joined_html() -> None:
    assert blocks_hash(["a", "bc"]) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
