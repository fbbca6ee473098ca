"""A branch as a request: what the ledger says goes up is what goes up, and nothing else."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.completions import Model
from conversations.store.prompts import Material, Said
from conversations.turns.prompt import CONTINUE, COUNTED_CHARACTERS, prompt_for
from conversations.turns.tokens import PER_MESSAGE, PER_REPLY, count_tokens
from conversations.turns.trimming import Why


def material(*texts: str, system: str = "", **more: object) -> Material:
    """A branch of texts, the person's and the model's by turns."""
    history = [Said(bool(number % 2), text, uuid4()) for number, text in enumerate(texts)]
    return Material("gpt-4-1106-preview", system, history, **more)


def sent(branch: Material, model: Model | None = None) -> list[tuple[str, str]]:
    wire = prompt_for(branch, model).request.to_wire(stream=True)
    return [(message["role"], message["content"]) for message in wire["messages"]]


def model_of(context: int | None, output: int | None = None) -> Model:
    return Model("gpt-4-1106-preview", context_length=context, output_max=output)


def test_each_message_takes_its_text_and_its_borders() -> None:
    branch = material("hello world", "2 + 2 = 4", "tiktoken is great!", system="hello world")
    ledger = prompt_for(branch, None).ledger
    assert [line.tokens for line in ledger.lines] == [2 + 4, 2 + 4, 7 + 4, 6 + 4]
    assert ledger.total == 33 + PER_REPLY


def test_without_a_known_model_the_whole_branch_goes_up() -> None:
    branch = material("one", "two", "three", system="be brief")
    assert sent(branch) == [("system", "be brief"), ("user", "one"), ("assistant", "two"), ("user", "three")]


def test_to_the_last_token_and_one_past_it() -> None:
    branch = material("one " * 100, "two " * 100, "three", system="be brief")
    whole = prompt_for(branch, None).ledger.total
    parameters = {"max_tokens": 50}
    branch = material(*(said.text for said in branch.history), system="be brief", parameters=parameters)
    assert len(sent(branch, model_of(whole + 50))) == 4
    assert sent(branch, model_of(whole + 49)) == [("system", "be brief"), ("user", "three")]


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_the_limit_that_was_set_for_the_reply_is_its_room(name: str) -> None:
    ledger = prompt_for(material("one", parameters={name: 77}), model_of(8192, 4096)).ledger
    assert ledger.reply == 77
    assert prompt_for(material("one"), model_of(8192, 4096)).ledger.reply == 2048


def test_a_reply_without_text_is_not_sent_and_has_its_line() -> None:
    branch = material("one", "", "two")
    assert sent(branch) == [("user", "one"), ("user", "two")]
    assert [line.why for line in prompt_for(branch, None).ledger.lines] == [Why.FITS, Why.EMPTY, Why.NEWEST]


def test_a_continued_reply_always_goes_up_with_what_to_do() -> None:
    cut = uuid4()
    branch = material("old " * 500, "old " * 500, "tell", prefix="Once upon", continues=cut)
    prompt = prompt_for(branch, model_of(200))
    assert sent(branch, model_of(200)) == [("user", "tell"), ("assistant", "Once upon"), ("user", CONTINUE)]
    last = prompt.ledger.lines[-1]
    assert (last.id, last.why) == (cut, Why.NEWEST)
    assert last.tokens == sum(count_tokens(["Once upon", CONTINUE])) + 2 * PER_MESSAGE


def test_what_lies_far_beyond_any_model_is_reckoned_by_its_length() -> None:
    branch = material("word " * (COUNTED_CHARACTERS // 5), "reply", "newest")
    old, reply, newest = prompt_for(branch, None).ledger.lines
    assert old.tokens == COUNTED_CHARACTERS // 4 + PER_MESSAGE
    assert (reply.tokens, newest.tokens) == (1 + PER_MESSAGE, 2 + PER_MESSAGE)


TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300), min_size=1, max_size=9
)


@given(texts=TEXTS, system=st.text("abc ", max_size=50), context=st.none() | st.integers(1, 600))
def test_nothing_is_left_out_silently_and_nothing_else_is_sent(
    texts: list[str], system: str, context: int | None
) -> None:
    branch = material(*texts, system=system)
    prompt = prompt_for(branch, model_of(context))
    all_texts = ([system] if system else []) + texts
    lines = list(zip(prompt.ledger.lines, all_texts, strict=True))
    assert [content for _, content in sent(branch, model_of(context))] == [
        t for line, t in lines if line.sent
    ]
    assert all(line.why is Why.NO_ROOM for line, _ in lines if not line.sent)
    assert lines[-1][0].sent
    if context is None:
        assert prompt.ledger.cut == 0
