"""Presets as they are kept: names, numbers, whose they are."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from chatsite.accounts.models import User
from conversations.errors import NotFound, Refused, Taken
from conversations.models import Preset
from conversations.models.preset import PRESET_NAME_CHARACTERS, folded_name
from conversations.store.presets import (
    PresetContent,
    preset_delete,
    preset_rename,
    preset_save,
    shared_preset_save,
)
from tests.store.test_parameters import EXAMPLES
from tests.store.verbs import at_once

SCHEMA = {
    "type": "json_schema",
    "json_schema": {"name": "n", "schema": {"type": "object"}, "strict": True},
}


def save(person: User, name: str = "Brief", *, replace: bool = False, **content: Any) -> Preset:
    return preset_save(person=person, name=name, content=PresetContent(**content), replace=replace)


def shared(name: str) -> Preset:
    preset = Preset(name=name)
    shared_preset_save(preset)
    return preset


@pytest.mark.database
def test_every_parameter_is_kept_as_it_is(alice: User) -> None:
    parameters = EXAMPLES | {"response_format": SCHEMA}
    kept = save(alice, "  All of\nthem ", model="m", system_prompt=" Be brief. ", parameters=parameters)
    kept.refresh_from_db()
    assert (kept.owner, kept.name, kept.model) == (alice, "All of them", "m")
    assert (kept.system_prompt, kept.parameters) == ("Be brief.", parameters)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"parameters": {"temperature": 3}}, "Temperature"),
        ({"parameters": {"no_such": 1}}, "no_such"),
        ({"system_prompt": "x" * 50_001}, "50,000"),
        ({"model": "x" * 201}, "200"),
    ],
)
def test_what_a_conversation_may_not_have_a_preset_may_not(
    alice: User, content: dict[str, Any], told: str
) -> None:
    with pytest.raises(Refused, match=told):
        save(alice, **content)
    assert not Preset.objects.exists()


@pytest.mark.parametrize("name", ["", " \n", "\x00"])
def test_a_name_is_needed(alice: User, name: str) -> None:
    with pytest.raises(Refused, match="needs a name"):
        save(alice, name)


def test_a_name_at_its_limit_and_one_past_it(alice: User) -> None:
    assert save(alice, "ß" * PRESET_NAME_CHARACTERS).folded == "ss" * PRESET_NAME_CHARACTERS
    with pytest.raises(Refused, match="81 characters"):
        save(alice, "x" * (PRESET_NAME_CHARACTERS + 1))


@pytest.mark.database
@pytest.mark.parametrize("again", ["brief", "BRIEF", " Brief "])
def test_a_name_stands_once_in_any_case(alice: User, bob: User, again: str) -> None:
    save(alice, "Brief", system_prompt="one")
    save(bob, "Brief")
    shared("Brief")
    with pytest.raises(Taken, match="“Brief” already"):
        save(alice, again, system_prompt="two")
    kept = Preset.objects.get(owner=alice)
    assert (kept.name, kept.system_prompt) == ("Brief", "one")
    replaced = save(alice, again, replace=True, system_prompt="two")
    assert (replaced.id, replaced.name, replaced.system_prompt) == (kept.id, again.strip(), "two")


@pytest.mark.database
@pytest.mark.parametrize("name", ["Ärger", "ÜBER", "İstanbul", "e\u0301tude"])
def test_case_is_folded_alike_on_every_database(alice: User, name: str) -> None:
    save(alice, name)
    with pytest.raises(Taken):
        save(alice, name.swapcase())


@pytest.mark.database
def test_the_database_itself_holds_one_shared_name(db: None) -> None:
    shared("Brief")
    with pytest.raises(IntegrityError), transaction.atomic():
        shared("BRIEF")


@pytest.mark.database
def test_the_number_at_its_limit_and_one_past_it(alice: User, settings: Any) -> None:
    limit = settings.LIMITS.presets_per_person
    rows = [Preset(owner=alice, name=str(n), folded=str(n)) for n in range(limit - 1)]
    Preset.objects.bulk_create(rows)
    save(alice, "the last")
    with pytest.raises(Refused, match=f"limit is {limit}"):
        save(alice, "one more")
    save(alice, "THE LAST", replace=True)
    preset_delete(person=alice, preset_id=rows[0].id)
    save(alice, "one more")


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_saves_at_once_under_one_name_make_one(alice: User) -> None:
    def one() -> str:
        try:
            return str(save(alice, "Brief").id)
        except Taken:
            return "taken"

    answers = at_once([one, one])
    assert answers.count("taken") == 1 and Preset.objects.count() == 1


def test_renaming(alice: User) -> None:
    brief, other = save(alice, "Brief"), save(alice, "Other")
    assert preset_rename(person=alice, preset_id=brief.id, name=" BRIEF ").name == "BRIEF"
    with pytest.raises(Taken):
        preset_rename(person=alice, preset_id=other.id, name="brief")
    with pytest.raises(Refused, match="needs a name"):
        preset_rename(person=alice, preset_id=other.id, name="")


def test_others_and_shared_presets_cannot_be_changed(alice: User, charlie: User) -> None:
    hers, common = save(alice), shared("Common")
    for preset in (hers, common):
        with pytest.raises(NotFound):
            preset_rename(person=charlie, preset_id=preset.id, name="Mine now")
        with pytest.raises(NotFound):
            preset_delete(person=charlie, preset_id=preset.id)
    save(charlie, "Common", replace=True, system_prompt="only Charlie's")
    assert Preset.objects.shared().get().system_prompt == ""


def test_who_may_use_which(alice: User, charlie: User) -> None:
    hers, common = save(alice), shared("Common")
    assert set(Preset.objects.usable_by(alice)) == {hers, common}
    assert set(Preset.objects.usable_by(charlie)) == {common}
    assert set(Preset.objects.owned_by(alice)) == {hers}
    alice.is_active = False
    assert not Preset.objects.usable_by(alice).exists()
    assert not Preset.objects.owned_by(alice).exists()


def test_a_preset_that_is_not_there(alice: User) -> None:
    with pytest.raises(NotFound):
        preset_delete(person=alice, preset_id=uuid.uuid4())


def test_folding_a_name_never_outgrows_its_column() -> None:
    longest = max((chr(code) for code in range(0x110000)), key=lambda c: len(folded_name(c)))
    assert len(folded_name(longest * PRESET_NAME_CHARACTERS)) <= 3 * PRESET_NAME_CHARACTERS
