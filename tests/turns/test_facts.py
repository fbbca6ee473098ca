"""What is known of a reply is stored once: by a checkpoint, or else by its end."""

from __future__ import annotations

import uuid

from conversations.store.claims import Claim
from conversations.turns.live import LiveGeneration

REQUEST = {"messages": [{"role": "user", "content": "Hello"}]}


def a_reply() -> LiveGeneration:
    ids = [uuid.uuid4() for _ in range(4)]
    return LiveGeneration(Claim(ids[0], 1, ids[1], ids[2], ids[3], epoch=1, model="m"))


async def test_the_end_does_not_store_again_what_a_checkpoint_has() -> None:
    live = a_reply()
    live.learn(request=REQUEST, inference_id="")
    assert live.facts_for_the_end == {"request": REQUEST, "inference_id": ""}
    point = live.checkpoint()
    live.learn(inference_id="abc")  # while the checkpoint is being stored
    live.stored(point)
    assert live.facts_for_the_end == {"inference_id": "abc"}
    live.stored(live.checkpoint())
    assert live.facts_for_the_end == {}
    assert live.facts == {"request": REQUEST, "inference_id": "abc"}


async def test_the_end_tries_once_more_what_no_checkpoint_could_store() -> None:
    live = a_reply()
    live.learn(request=REQUEST)
    live.leave_facts_out()
    live.learn(inference_id="abc")
    assert not live.checkpoint().facts.keys() & {"request"}
    assert live.facts_for_the_end == {"request": REQUEST, "inference_id": "abc"}
