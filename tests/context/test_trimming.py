"""The rule of what goes up, at its limits and over any branch there can be."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.turns.tokens import PER_REPLY
from conversations.turns.trimming import Ledger, Line, Piece, Role, Why, room_for_reply, trim

E, F, N, S, X = Why.EMPTY, Why.FITS, Why.NEWEST, Why.SYSTEM, Why.NO_ROOM


def branch(*pieces: tuple[Role, int]) -> list[Piece]:
    return [Piece(None if role == "system" else uuid4(), role, tokens) for role, tokens in pieces]


THREE_TURNS = branch(
    ("system", 10), ("user", 20), ("assistant", 200), ("user", 30), ("assistant", 300), ("user", 40)
)
ALL = PER_REPLY + 10 + 20 + 200 + 30 + 300 + 40


def whys(ledger: Ledger) -> list[Why]:
    return [line.why for line in ledger.lines]


def test_all_goes_up_while_it_fits_to_the_last_token() -> None:
    ledger = trim(THREE_TURNS, context=ALL + 100, reply=100)
    assert whys(ledger) == [S, F, F, F, F, N]
    assert ledger.total == ALL and ledger.room == 0 and ledger.cut == 0


def test_one_token_more_cuts_the_oldest_turn_whole() -> None:
    ledger = trim(THREE_TURNS, context=ALL + 99, reply=100)
    assert whys(ledger) == [S, X, X, F, F, N]
    assert ledger.cut == 2 and ledger.room == 219


def test_a_turn_is_never_torn() -> None:
    # There is room for the reply of 200, but not for the question before it.
    ledger = trim(THREE_TURNS, context=ALL - 1, reply=0)
    assert whys(ledger) == [S, X, X, F, F, N]


def test_nothing_older_than_the_first_turn_that_does_not_fit() -> None:
    pieces = branch(("user", 1), ("assistant", 1), ("user", 500), ("assistant", 1), ("user", 1))
    assert whys(trim(pieces, context=100, reply=0)) == [X, X, X, X, N]


@pytest.mark.parametrize(
    ("context", "too_long"), [(PER_REPLY + 51, False), (PER_REPLY + 50, True), (1, True)]
)
def test_what_always_goes_up_does_so_without_room_and_it_is_told(context: int, too_long: bool) -> None:
    ledger = trim(THREE_TURNS, context=context, reply=100)
    assert whys(ledger) == [S, X, X, X, X, N]
    assert ledger.total == PER_REPLY + 50 and ledger.too_long is too_long and ledger.room < 0


def test_without_a_known_context_nothing_is_cut() -> None:
    ledger = trim(branch(("system", 10**9), ("user", 10**9), ("user", 1)), context=None, reply=4096)
    assert whys(ledger) == [S, F, N]
    assert ledger.room is None and not ledger.too_long


def test_a_continued_reply_belongs_to_the_newest_turn() -> None:
    pieces = branch(("user", 5), ("assistant", 5), ("user", 5), ("assistant", 50))
    assert whys(trim(pieces, context=60, reply=0)) == [X, X, N, N]


def test_replies_without_text_are_told_apart_from_those_without_room() -> None:
    pieces = branch(("user", 90), ("assistant", 0), ("user", 5), ("assistant", 0), ("user", 5))
    assert whys(trim(pieces, context=50, reply=0)) == [X, E, F, E, N]


def test_what_stands_before_the_first_message_of_the_person_is_a_turn() -> None:
    pieces = branch(("system", 1), ("assistant", 10), ("user", 1))
    exact = PER_REPLY + 12
    assert whys(trim(pieces, context=exact, reply=0)) == [S, F, N]
    assert whys(trim(pieces, context=exact - 1, reply=0)) == [S, X, N]


@pytest.mark.parametrize("pieces", [[], branch(("system", 4)), branch(("assistant", 4))])
def test_a_branch_without_a_message_of_the_person(pieces: list[Piece]) -> None:
    ledger = trim(pieces, context=100, reply=10)
    assert len(ledger.lines) == len(pieces) and all(line.sent for line in ledger.lines)


@pytest.mark.parametrize(
    ("context", "asked", "longest", "room"),
    [
        (128_000, None, 4096, 4096),
        (128_000, None, None, 4096),
        (8192, None, 8192, 2048),
        (None, None, None, 4096),
        (None, None, 16_384, 16_384),
        (128_000, 1, 4096, 1),
        (128_000, 100_000, 4096, 100_000),
    ],
)
def test_the_room_for_the_reply(
    context: int | None, asked: int | None, longest: int | None, room: int
) -> None:
    assert room_for_reply(context=context, asked=asked, longest=longest) == room


PIECES = st.builds(
    lambda system, rest: system + rest,
    st.lists(st.builds(Piece, st.none(), st.just("system"), st.integers(1, 500)), max_size=1),
    st.lists(
        st.builds(Piece, st.uuids(), st.just("user"), st.integers(1, 500))
        | st.builds(Piece, st.uuids(), st.just("assistant"), st.integers(0, 500))
    ),
)


@given(pieces=PIECES, context=st.none() | st.integers(1, 5000), reply=st.integers(0, 2000))
def test_what_goes_up_is_the_system_prompt_and_an_unbroken_end_in_whole_turns(
    pieces: list[Piece], context: int | None, reply: int
) -> None:
    ledger = trim(pieces, context=context, reply=reply)
    assert [(line.id, line.role, line.tokens) for line in ledger.lines] == [
        (piece.id, piece.role, piece.tokens) for piece in pieces
    ]
    said = [line for line in ledger.lines if line.why not in (S, E)]
    sent = [line.sent for line in said]
    assert sent == sorted(sent), "something in the middle was left out"
    assert all(line.sent for line in ledger.lines if line.role == "system")
    assert all(line.why is E for line in ledger.lines if not line.tokens)
    if said and any(sent) and not all(sent):
        assert said[sent.index(True)].role == "user", "a turn was torn"
    if any(line.why is F for line in said) and context is not None:
        assert ledger.room >= 0
    if ledger.cut:
        assert _with_one_turn_more(said, sent, ledger) > context - reply


def _with_one_turn_more(said: list[Line], sent: list[bool], ledger: Ledger) -> int:
    """The total, had the newest turn that was cut gone up too."""
    total = ledger.total
    for line in reversed(said[: sent.count(False)]):
        total += line.tokens
        if line.role == "user":
            break
    return total


@given(pieces=PIECES, context=st.none() | st.integers(1, 5000))
def test_a_ledger_comes_back_from_the_database_as_it_went(pieces: list[Piece], context: int | None) -> None:
    ledger = trim(pieces, context=context, reply=100)
    assert Ledger.from_json(json.loads(json.dumps(ledger.to_json()))) == ledger


def test_ids_are_kept() -> None:
    known = UUID(int=7)
    assert trim([Piece(known, "user", 1)], context=None, reply=0).lines[0].id == known
