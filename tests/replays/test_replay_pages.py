"""The pages of replays: what they say, what they refuse, and that they are for the owner alone."""

from __future__ import annotations

import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from chatsite.accounts.models import User
from conversations.errors import Refused
from conversations.models import EntryState, Generation, Message, Replay, ReplayRun, Source, State
from conversations.models.replay import ReplayState, RunState, SeedMode
from conversations.replays.comparing import compare
from conversations.script import said_in_words
from conversations.store.ledger import Spent
from conversations.store.originals import SEED_MAX, original_of
from conversations.store.replay_runs import RunEnding, replay_run_begin, replay_run_end
from conversations.store.replays import replay_end
from conversations.views.replay_form import estimate
from tests.conftest import signed_in
from tests.invariants import check_invariants
from tests.replays.verbs import ordered, written
from tests.store.verbs import conversation_of, end, generation_of, go_on, start

pytestmark = [pytest.mark.database, pytest.mark.django_db]
HOSTILE = "<script>alert(1)</script>"


def done(
    alice: User,
    generation: Generation,
    *texts: str,
    state: ReplayState = ReplayState.COMPLETE,
    **facts: object,
) -> Replay:
    """A replay with these runs, made as a process makes them; None in place of a text is a failure."""
    order = ordered(alice, generation, times=len(texts))
    for number, text in enumerate(texts, 1):
        request_id = f"{order.replay_id}-{number}"
        assert replay_run_begin(replay_id=order.replay_id, number=number, request_id=request_id)
        compared = compare(original_of(generation), said_in_words(text)).columns
        known = {"finish_reason": "stop", "duration_ms": 1200}
        spent = Spent(
            request_id=request_id,
            state=EntryState.SETTLED,
            usd=Decimal("0.002"),
            source=Source.ANSWER,
        )
        ending = RunEnding(RunState.COMPLETE, text, (spent,), compared | known | facts)
        replay_run_end(replay_id=order.replay_id, number=number, ending=ending)
    replay_end(replay_id=order.replay_id, state=state)
    return Replay.objects.get(pk=order.replay_id)


def address(generation: Generation, *more: object) -> str:
    parts = [f"/c/{generation.conversation_id}/messages/{generation.message_id}/replays", *map(str, more)]
    return "/".join(parts)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def form(**fields: object) -> dict[str, object]:
    return {"client_id": uuid.uuid4().hex, "times": 2, "seed_mode": "stored", **fields}


def test_the_page_shows_the_request_and_the_form(alice: User, alice_client: Client) -> None:
    generation = written(alice, "Hi", HOSTILE, seed=42, usd_spent=Decimal("0.01"), system_fingerprint="fp_9")
    shown = page(alice_client, address(generation))
    for words in ("As stored: 42", "fp_9", "$0.05", "an estimate, from what the original cost", 'max="50"'):
        assert words in shown
    assert HOSTILE not in shown and "&lt;script&gt;" in shown
    plain = page(alice_client, address(written(alice, "Hi", "Hello")))
    assert "none: expect differences" in plain and "What that costs is not known beforehand." in plain


def test_one_of_several_says_that_a_replay_asks_for_one(
    alice: User, alice_client: Client, settings: LazySettings
) -> None:
    usage = {"prompt_tokens": 10, "completion_tokens": 301}
    generation = written(alice, "Hi", "Hello", choices=3, usd_spent=Decimal("0.03"), usage=usage)
    settings.COMPLETIONS_PRICES = {generation.model: (Decimal(0), Decimal(1000))}
    shown = page(alice_client, address(generation))
    for words in ("3 asked for together; a replay asks for one", "301 tokens, all 3 together"):
        assert words in shown
    estimated = estimate(generation)
    assert estimated is not None and estimated.amount == Decimal("0.101")  # a third of the tokens, rounded up


def test_details_lead_to_it(alice: User, alice_client: Client) -> None:
    generation = written(alice, "Hi", "Hello")
    details = f"/c/{generation.conversation_id}/messages/{generation.message_id}/details"
    assert f'href="{address(generation)}"' in page(alice_client, details)


def test_results_say_what_was_the_same_and_where_others_part(alice: User, alice_client: Client) -> None:
    text = "The sky is blue today, and the sea as well."
    generation = written(alice, "Hi", text, seed=7, system_fingerprint="f")
    other = f"The sky is {HOSTILE} today, and the sea as well."
    replay = done(alice, generation, text, other, other, system_fingerprint="f")
    shown = page(alice_client, address(generation, replay.pk))
    for words in (
        "33 %",
        "1 of 3",
        "Differs from token 4 on",
        "1 of 3 replays gave the very text of the original",
        "and still the texts differ",
        "$0.006",
        "<del>blue today, and the sea as well.</del>",
    ):
        assert words in shown
    assert HOSTILE not in shown
    assert 'data-running=""' in shown
    compared = page(alice_client, address(generation, replay.pk, "runs", 2))
    assert "<del>blue </del>" in compared and HOSTILE not in compared
    part = page(alice_client, address(generation, replay.pk, "runs", 2) + "?part")
    assert "<del>blue </del>" in part and "<html" not in part


def test_a_run_by_itself(alice: User, alice_client: Client) -> None:
    generation = written(alice, "Hi", "Hello")
    replay = done(alice, generation, "Hello", "Bye", "By")
    ReplayRun.objects.filter(number=3).update(state=RunState.FAILED, matches=None, error_kind="interrupted")
    runs = [page(alice_client, address(generation, replay.pk, "runs", number)) for number in (1, 2, 3)]
    assert "that of the original, to the last character" in runs[0] and "Fork the chat" in runs[0]
    assert "<del>Hello</del><ins>Bye</ins>" in runs[1] and "Fork the chat" in runs[1]
    assert "What had arrived:" in runs[2] and ">By<" in runs[2] and "Fork the chat" not in runs[2]
    assert "See what had arrived" in page(alice_client, address(generation, replay.pk))
    assert alice_client.get(address(generation, replay.pk, "runs", 4)).status_code == 404


def test_a_very_long_difference_leaves_out_what_both_have(alice: User, alice_client: Client) -> None:
    text = "one " + "same " * 60_000 + "two"
    generation = written(alice, "Hi", text)
    replay = done(alice, generation, text.replace("one", "1")[:200_000])
    compared = page(alice_client, address(generation, replay.pk, "runs", 1))
    assert "characters are the same" in compared and "Only the first 200000 characters" in compared
    assert len(compared) < 20_000


def test_the_newest_is_shown_and_others_are_listed(alice: User, alice_client: Client) -> None:
    generation = written(alice, "Hi", "Hello")
    old, new = done(alice, generation, "Hello"), done(alice, generation, "Hello", "Bye")
    shown = page(alice_client, address(generation))
    assert "2 replays without a seed" in shown
    assert f'<a href="{address(generation, old.pk)}">1 replay without a seed</a>' in shown
    assert f'<a href="{address(generation, new.pk)}">' not in shown


def test_a_fork_is_a_reply_beside_the_original_once(alice: User, alice_client: Client) -> None:
    generation = written(alice, "Hi", "Hello", seed=7, usd_spent=Decimal("0.01"))
    replay = done(alice, generation, "Hello", "**Bye**", usage={"completion_tokens": 3}, inference_id="inf-2")
    path = address(generation, replay.pk, "runs", 2, "fork")
    answers = [alice_client.post(path) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {f"/c/{generation.conversation_id}"}
    made = Generation.objects.exclude(pk=generation.pk).select_related("message").get()
    assert made.message.content == "**Bye**" and "<strong>Bye</strong>" in made.message.blocks[0]
    assert made.message.parent_id == generation.message.parent_id
    assert (made.state, made.usd_spent, made.inference_id) == (State.COMPLETE, None, "inf-2")
    assert made.request == generation.request and made.usage == {"completion_tokens": 3}
    generation.conversation.refresh_from_db()
    assert generation.conversation.current_leaf_id == made.message_id
    assert "**Bye**" not in page(alice_client, f"/c/{generation.conversation_id}")
    assert "2 of 2" in page(alice_client, f"/c/{generation.conversation_id}")
    assert "Show the fork in the chat" in page(alice_client, address(generation, replay.pk))
    check_invariants()


def test_a_fork_ends_as_its_run_did_and_keeps_what_it_continues(alice: User, alice_client: Client) -> None:
    claim = start(alice, "Hi")
    end(claim, "One, ", State.TRUNCATED)
    whole = go_on(alice, claim.reply_id)
    request = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": True}
    end(whole, "One, two.", request=request)
    Message.objects.update(blocks=None)
    generation = generation_of(whole)
    replay = done(alice, generation, "two and", finish_reason="length")
    assert "Differs from token 2 on" in page(alice_client, address(generation, replay.pk))
    alice_client.post(address(generation, replay.pk, "runs", 1, "fork"))
    made = Generation.objects.latest("created_at")
    assert (made.message.content, made.state) == ("One, two and", State.TRUNCATED)
    assert made.message.continues_id == claim.reply_id
    check_invariants()


def test_a_fork_of_a_reply_in_json_is_judged_as_one(alice: User, alice_client: Client) -> None:
    asked = {"type": "json_object"}
    generation = written(alice, "JSON", '{"a": 1}', response_format=asked)
    replay = done(alice, generation, "Sorry")
    alice_client.post(address(generation, replay.pk, "runs", 1, "fork"))
    assert Message.objects.latest("created_at").json_verdict == "not_json"


def test_a_full_conversation_takes_no_fork(alice: User, alice_client: Client, settings: LazySettings) -> None:
    generation = written(alice, "Hi", "Hello")
    replay = done(alice, generation, "Bye")
    settings.LIMITS = replace(settings.LIMITS, messages_per_conversation=2)
    answer = alice_client.post(address(generation, replay.pk, "runs", 1, "fork"))
    assert answer.status_code == 400 and b"reached its limit of 2 messages" in answer.content
    assert Message.objects.count() == 2


def test_a_run_that_was_cut_short_cannot_be_forked(alice: User, alice_client: Client) -> None:
    generation = written(alice, "Hi", "Hello")
    replay = done(alice, generation, "Bye")
    ReplayRun.objects.update(state=RunState.STOPPED, matches=None)
    answer = alice_client.post(address(generation, replay.pk, "runs", 1, "fork"))
    assert b"Only a replay that came to its end" in answer.content
    assert b"Fork the chat" not in answer.content


@pytest.mark.parametrize(
    ("state", "facts", "words"),
    [
        (State.STOPPED, {"request": None}, "was never sent"),
        (State.FAILED, {"request": None, "error_kind": "busy", "error_message": "Busy."}, "was never sent"),
        (State.COMPLETE, {"request": None}, "was not kept"),
    ],
)
def test_what_cannot_be_replayed_says_so(
    alice: User, alice_client: Client, state: State, facts: dict[str, object], words: str
) -> None:
    generation = written(alice, "Hi", "Hello", state=state, **facts)
    shown = page(alice_client, address(generation))
    assert words in shown and "data-replay-form" not in shown
    with pytest.raises(Refused, match=words):
        ordered(alice, generation)


def test_a_run_that_asks_for_a_tool_says_so(alice: User, alice_client: Client) -> None:
    generation = written(alice, "Hi", "Hello")
    replay = done(alice, generation, "", finish_reason="tool_calls")
    assert "Asked for a tool, which the original did not" in page(
        alice_client, address(generation, replay.pk)
    )


@pytest.mark.parametrize(("times", "fits"), [(0, False), (1, True), (50, True), (51, False)])
def test_the_number_of_runs_is_limited(alice: User, times: int, fits: bool) -> None:
    generation = written(alice, "Hi", "Hello")
    if fits:
        assert ordered(alice, generation, times=times).choices.times == times
    else:
        with pytest.raises(Refused, match="1 to 50"):
            ordered(alice, generation, times=times)


@pytest.mark.parametrize(("seed", "fits"), [(0, False), (1, True), (SEED_MAX, True), (SEED_MAX + 1, False)])
def test_another_seed_is_limited(alice: User, seed: int, fits: bool) -> None:
    generation = written(alice, "Hi", "Hello")
    if fits:
        ordered(alice, generation, mode=SeedMode.ANOTHER, seed=seed)
        assert Replay.objects.get().seed_sent == seed
    else:
        with pytest.raises(Refused, match="whole number from 1"):
            ordered(alice, generation, mode=SeedMode.ANOTHER, seed=seed)


def test_the_same_form_begins_one_replay(alice: User) -> None:
    generation = written(alice, "Hi", "Hello")
    first = ordered(alice, generation, client_id="one")
    again = ordered(alice, generation, client_id="one")
    assert (again.replay_id, again.repeated, first.repeated) == (first.replay_id, True, False)
    with pytest.raises(Refused, match="Load the page again"):
        ordered(alice, generation, client_id="one", times=9)


def test_two_people_may_use_the_same_client_id(alice: User, bob: User) -> None:
    ordered(alice, written(alice, "Hi", "Hello"), client_id="one")
    assert not ordered(bob, written(bob, "Hi", "Hello"), client_id="one").repeated


def test_a_refusal_stands_in_the_form(alice: User, alice_client: Client) -> None:
    """This process makes no replays: it says so, and stores nothing."""
    generation = written(alice, "Hi", "Hello")
    answer = alice_client.post(address(generation), form())
    assert answer.status_code == 400 and b'role="alert"' in answer.content
    assert not Replay.objects.exists()


def test_one_that_no_process_makes_can_be_cancelled(
    alice: User, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = written(alice, "Hi", "Hello")
    order = ordered(alice, generation)
    replay_run_begin(replay_id=order.replay_id, number=1, request_id="r")
    answer = alice_client.post(address(generation, order.replay_id, "cancel"))
    assert answer.status_code == 302
    replay = Replay.objects.get()
    assert (replay.state, replay.runs.get().state) == (ReplayState.CANCELLED, RunState.STOPPED)
    assert not replay_run_begin(replay_id=replay.pk, number=2, request_id="r"), "it is over"


def test_an_ended_one_stays_as_it_ended(alice: User, alice_client: Client) -> None:
    generation = written(alice, "Hi", "Hello")
    replay = done(alice, generation, "Hello")
    alice_client.post(address(generation, replay.pk, "cancel"))
    replay_end(replay_id=replay.pk, state=ReplayState.FAILED)
    replay.refresh_from_db()
    assert replay.state == ReplayState.COMPLETE


def test_nobody_else_sees_or_changes_anything(alice: User, charlie: User, bob: User) -> None:
    generation = written(alice, "Hi", "Hello")
    replay = done(alice, generation, "Bye")
    own = written(charlie, "Hi", "Hello")
    client = signed_in(charlie)
    mixed = f"/c/{own.conversation_id}/messages/{own.message_id}/replays/{replay.pk}"
    for path in (address(generation), address(generation, replay.pk), mixed):
        for more in ("", "/results", "/runs/1"):
            assert client.get(path + more).status_code == 404
        for more in ("", "/cancel", "/runs/1/fork"):
            assert client.post(path + more, form()).status_code in (404, 405)
    assert Replay.objects.count() == 1 and Message.objects.filter(owner=alice).count() == 2


def test_of_a_deleted_conversation_nothing_is_shown(alice: User, alice_client: Client) -> None:
    generation = written(alice, "Hi", "Hello")
    replay = done(alice, generation, "Bye")
    conversation = generation.conversation
    conversation.deleted_at = timezone.now()
    conversation.save()
    assert alice_client.get(address(generation, replay.pk)).status_code == 404
    assert alice_client.post(address(generation, replay.pk, "runs", 1, "fork")).status_code == 404
    assert conversation_of(start(alice)).deleted_at is None


def test_an_admin_finds_replays_and_cannot_change_them(alice: User, admin_client: Client) -> None:
    replay = done(alice, written(alice, "Hi", "Hello"), "Bye")
    listed = page(admin_client, "/admin/conversations/replay/?state=complete")
    assert str(replay.pk) in listed
    shown = page(admin_client, f"/admin/conversations/replay/{replay.pk}/change/")
    assert f"{replay.pk}-1" in shown and 'name="_save"' not in shown
    assert admin_client.post(f"/admin/conversations/replay/{replay.pk}/change/", {}).status_code == 403
