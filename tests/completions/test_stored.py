"""A stored request goes out again as it was."""

import json

import pytest

from conversations.completions import CompletionRequest, InvalidRequest, StoredRequest, UserMessage

WHOLE = CompletionRequest(
    model="gpt-4-1106-preview",
    messages=(UserMessage(content="Hello"),),
    seed=7,
    n=3,
    stop=("a", "b"),
    logit_bias={"12": 3},
    temperature=0.5,
)


def test_it_is_sent_as_it_was_to_the_last_byte() -> None:
    wire = WHOLE.to_wire(stream=True)
    kept = json.loads(json.dumps(wire))
    assert json.dumps(StoredRequest(kept).to_wire(stream=True)) == json.dumps(wire)
    assert StoredRequest(kept).n == 3


def test_only_the_seed_or_the_number_of_replies_changes() -> None:
    wire = WHOLE.to_wire(stream=True)
    stored = StoredRequest(wire)
    assert stored.for_one_choice().to_wire(stream=True) == {k: v for k, v in wire.items() if k != "n"}
    assert stored.for_one_choice().n is None
    assert stored.with_seed(9).to_wire(stream=True) == wire | {"seed": 9}
    assert "seed" not in stored.with_seed(None).to_wire(stream=True)
    assert wire == WHOLE.to_wire(stream=True), "nothing changes the stored body"


def test_without_a_stream_its_options_are_left_out() -> None:
    assert StoredRequest(WHOLE.to_wire(stream=True)).to_wire(stream=False) == WHOLE.to_wire(stream=False)


@pytest.mark.parametrize("seed", [0, -1, True, "7"])
def test_a_seed_beyond_its_limits_is_refused(seed: int) -> None:
    with pytest.raises(InvalidRequest):
        StoredRequest({"model": "m"}).with_seed(seed)
