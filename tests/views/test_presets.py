"""Presets over HTTP: what is listed, what one fills in, and who may do what."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from chatsite.accounts.models import User
from conversations.completions import Catalogue, CompletionsClient, Model
from conversations.models import Preset
from conversations.parameters import parameters_from_form
from conversations.turns.catalogue import ModelList
from conversations.views import presets
from tests.store.test_parameters import EXAMPLES
from tests.store.test_presets import SCHEMA, save, shared

EVIL = "<img src=x onerror=alert(1)>"


def contents(client: Client, preset: Preset) -> dict[str, Any]:
    answer = client.get(f"/presets/{preset.id}")
    assert answer.status_code == 200
    return dict(json.loads(answer.content))


def test_the_page_lists_own_and_shared_ones_as_plain_text(alice_client: Client, alice: User) -> None:
    save(alice, EVIL[:80])
    shared("For all")
    page = alice_client.get("/").content.decode()
    assert EVIL not in page and "&lt;img src=x" in page
    assert '<optgroup label="Yours">' in page and '<optgroup label="Shared with everybody">' in page
    assert page.index("&lt;img") < page.index("For all")


def test_without_presets_a_new_chat_offers_none(alice_client: Client, charlie: User) -> None:
    save(charlie)
    page = alice_client.get("/").content.decode()
    assert "Begin with a preset" not in page and "optgroup" not in page


def test_what_is_saved_fills_in_the_same(alice_client: Client, alice: User) -> None:
    parameters = EXAMPLES | {"response_format": SCHEMA}
    preset = save(alice, system_prompt="Be brief.", parameters=parameters)
    found = contents(alice_client, preset)
    assert (found["name"], found["system_prompt"], found["notes"]) == ("Brief", "Be brief.", [])
    assert parameters_from_form(found["boxes"]) == parameters
    form = found["boxes"] | {"preset_name": "Again", "system_prompt": "x", "preset_model": "any"}
    answer = alice_client.post("/presets", form)
    assert answer.status_code == 200 and "Again" in answer.content.decode()
    again = Preset.objects.get(name="Again")
    assert (again.owner, again.parameters, again.model) == (alice, parameters, "any")


def test_an_empty_preset_empties_every_box_of_the_panel(alice_client: Client, alice: User) -> None:
    boxes = contents(alice_client, save(alice))["boxes"]
    assert set(boxes) >= set(EXAMPLES) | {"response_format", "schema"}
    assert parameters_from_form(boxes) == {}


def test_a_taken_name_is_asked_about(alice_client: Client, alice: User) -> None:
    save(alice, "Brief")
    answer = alice_client.post("/presets", {"preset_name": "brief"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (409, "text/plain; charset=utf-8")
    assert alice_client.post("/presets", {"preset_name": "brief", "replace": "yes"}).status_code == 200
    assert Preset.objects.get().name == "brief"


@pytest.mark.parametrize(
    "form", [{}, {"preset_name": "x", "temperature": "9"}, {"preset_name": "x", "response_format": "odd"}]
)
def test_what_cannot_be_kept_is_refused_in_words(alice_client: Client, form: dict[str, str]) -> None:
    answer = alice_client.post("/presets", form)
    assert answer.status_code == 400 and len(answer.content) > 10
    assert not Preset.objects.exists()


def test_fields_that_are_none_of_the_form_change_nothing(
    alice_client: Client, alice: User, bob: User
) -> None:
    odd = {"owner": bob.pk, "owner_id": bob.pk, "id": "1", "position": "7", "folded": "y", "shared": "yes"}
    alice_client.post("/presets", odd | {"preset_name": "Brief"})
    kept = Preset.objects.get()
    assert (kept.owner, kept.position, kept.folded) == (alice, 0, "brief")


def test_renaming_and_deleting_answer_with_the_list(alice_client: Client, alice: User) -> None:
    preset = save(alice)
    answer = alice_client.post(f"/presets/{preset.id}/rename", {"preset_name": "Short"})
    assert f'value="{preset.id}" data-own selected>Short<' in answer.content.decode()
    answer = alice_client.post(f"/presets/{preset.id}/delete")
    assert answer.status_code == 200 and "Short" not in answer.content.decode()


def test_others_presets_are_not_there(charlie_client: Client, alice: User) -> None:
    preset = save(alice, system_prompt="secret")
    answers = [
        charlie_client.get(f"/presets/{preset.id}"),
        charlie_client.post(f"/presets/{preset.id}/rename", {"preset_name": "x"}),
        charlie_client.post(f"/presets/{preset.id}/delete"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert all(b"secret" not in answer.content for answer in answers)
    assert Preset.objects.get().name == "Brief"


def test_a_shared_one_can_be_used_and_not_changed(charlie_client: Client) -> None:
    preset = shared("For all")
    assert contents(charlie_client, preset)["name"] == "For all"
    for verb in ("rename", "delete"):
        assert charlie_client.post(f"/presets/{preset.id}/{verb}", {"preset_name": "x"}).status_code == 404


def test_a_model_that_is_not_offered_stays_out_and_is_told(alice_client: Client, alice: User) -> None:
    found = contents(alice_client, save(alice, model="gone-model", parameters={"seed": 7}))
    assert found["model"] == "" and found["boxes"]["seed"] == "7"
    assert found["notes"] == ["Its model gone-model is no longer offered here, so the model stays as it is."]


def test_a_model_that_may_be_withdrawn_is_told(
    alice_client: Client, alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = CompletionsClient(base_url="http://127.0.0.1:9/v1", api_key=None)
    monkeypatch.setattr(presets, "model_list", lambda: ModelList(client, Catalogue((Model("other"),))))
    name = settings.COMPLETIONS_MODELS[0]
    found = contents(alice_client, save(alice, model=name))
    assert (found["model"], found["notes"]) == (
        name,
        [f"Its model {name} is not in the server's list: may be withdrawn."],
    )


def test_a_tool_that_is_not_offered_stays_off_and_is_told(alice_client: Client, alice: User) -> None:
    found = contents(alice_client, save(alice, parameters={"tools": ["gone_tool"], "seed": 7}))
    assert found["notes"] == ["Not offered here now, and so not switched on: gone_tool."]
    assert found["boxes"]["seed"] == "7"
