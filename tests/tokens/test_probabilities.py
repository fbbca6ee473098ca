"""The log of a reply's tokens: kept small, read back as it was, cut where the text was, and summed up."""

from __future__ import annotations

import math
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.completions import TokenLogprob
from conversations.probabilities import TOKENS, TokenLog, level_of, read_log, summed_up

LOGS = st.integers(-990_000, 0).map(lambda kept: kept / 10_000)
READ = st.builds(
    TokenLogprob,
    st.text(max_size=6),
    LOGS,
    st.lists(st.tuples(st.text(max_size=6), LOGS), max_size=4).map(tuple),
    st.sampled_from([b"", b"\xf0\x9f", b"\x98"]),
)


def log_of(*tokens: TokenLogprob) -> TokenLog:
    log = TokenLog()
    log.add(tokens)
    return log


@given(st.lists(READ, max_size=30))
def test_what_is_kept_is_read_back(tokens: list[TokenLogprob]) -> None:
    assert read_log(log_of(*tokens).compressed(len(tokens))) == tokens


def test_the_longest_log_with_all_alternatives_is_kept_small() -> None:
    top = tuple((f" word{rank}", -rank - 0.123456) for rank in range(20))
    log = log_of(*(TokenLogprob(f" w{number}", -number % 7 / 3, top) for number in range(TOKENS)))
    assert len(log.compressed(TOKENS)) < 200_000


def test_at_the_limit_all_are_kept_and_one_past_it_the_first_are() -> None:
    log = log_of(*[TokenLogprob("a", 0.0)] * TOKENS)
    assert (len(log), log.full) == (TOKENS, False)
    log.add([TokenLogprob("b", 0.0)])
    assert (len(log), log.full) == (TOKENS, True)
    assert read_log(log.compressed(len(log)))[-1].token == "a"


@pytest.mark.parametrize(("characters", "kept"), [(0, 0), (1, 1), (3, 1), (4, 2), (6, 4), (7, 4), (100, 4)])
def test_tokens_of_the_text_up_to_a_stop(characters: int, kept: int) -> None:
    log = log_of(*(TokenLogprob(text, 0.0) for text in ("one", "tw", "", "o")))
    assert log.until(characters) == kept
    assert TokenLog().until(characters) == 0


def test_impossible_and_odd_numbers_are_held_to_a_range() -> None:
    log = log_of(TokenLogprob("a", -9999.0, (("b", -math.inf), ("c", 0.5))))
    (token,) = read_log(log.compressed(1))
    assert (token.logprob, token.top) == (-99.0, (("b", -99.0), ("c", 0.0)))


@pytest.mark.parametrize(
    ("probability", "level"),
    [(1, 0), (0.95, 0), (0.949, 1), (0.8, 1), (0.79, 2), (0.5, 2), (0.25, 3), (0.1, 4), (0.099, 5), (0, 5)],
)
def test_steps(probability: float, level: int) -> None:
    assert level_of(math.log(probability) + 1e-12 if probability else -99.0) == level


def test_the_summary_names_the_least_certain_and_no_certain_one() -> None:
    summary = summed_up([TokenLogprob(text, math.log(p)) for text, p in (("a", 1), ("b", 0.5), ("c", 0.25))])
    assert summary.least == (2, 1)
    assert summary.mean == pytest.approx(0.5)
    assert summary.perplexity == pytest.approx(2)


def test_a_log_is_plain_zlib_for_whoever_reads_the_table() -> None:
    assert zlib.decompress(log_of(TokenLogprob("Hi", -0.5)).compressed(1)).startswith(b"\x91")
