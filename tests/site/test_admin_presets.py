"""Shared presets in the admin: checked at each field, by those who may, and only the shared ones."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from chatsite.accounts.models import User
from conversations.models import Preset
from tests.conftest import signed_in
from tests.store.test_presets import save, shared

ADDRESS = "/admin/conversations/preset/"
FORM = {"name": "For all", "model": "", "system_prompt": "", "parameters": "{}", "position": "0"}


def test_an_admin_shares_a_preset(admin_client: Client) -> None:
    form = FORM | {"parameters": '{"temperature": 0.2}', "system_prompt": "Be brief.", "position": "3"}
    assert admin_client.post(f"{ADDRESS}add/", form).status_code == 302
    made = Preset.objects.get()
    assert (made.owner, made.folded, made.parameters) == (None, "for all", {"temperature": 0.2})
    assert (made.system_prompt, made.position) == ("Be brief.", 3)
    admin_client.post(f"{ADDRESS}{made.id}/change/", FORM | {"name": "FOR ALL"})
    made.refresh_from_db()
    assert (made.name, made.folded, made.parameters) == ("FOR ALL", "for all", {})
    assert admin_client.post(f"{ADDRESS}{made.id}/delete/", {"post": "yes"}).status_code == 302
    assert not Preset.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"parameters": '{"temperature": 9}'}, "Temperature must be"),
        ({"parameters": '{"odd": 1}'}, "There is no parameter “odd”."),
        ({"parameters": "[1]"}, "Parameters are a JSON object"),
        ({"parameters": "{"}, "Enter a valid JSON."),
        ({"name": " "}, "This field is required."),
        ({"name": "x" * 81}, "at most 80 characters"),
        ({"name": "TAKEN"}, "There is a shared preset of this name already."),
        ({"system_prompt": "x" * 50_001}, "the limit is 50,000"),
    ],
)
def test_each_wrong_field_says_what_is_wrong(admin_client: Client, wrong: dict[str, str], told: str) -> None:
    shared("taken")
    page = admin_client.post(f"{ADDRESS}add/", FORM | wrong)
    assert page.status_code == 200
    assert told in page.content.decode()
    assert Preset.objects.count() == 1


def test_peoples_own_presets_are_not_shown(admin_client: Client, alice: User) -> None:
    preset = save(alice, "Alice's own")
    assert "Alice" not in admin_client.get(ADDRESS).content.decode()
    assert admin_client.get(f"{ADDRESS}{preset.id}/change/").status_code == 302  # “doesn't exist”


def test_staff_need_the_permission(alice: User) -> None:
    alice.is_staff = True
    alice.save()
    client = signed_in(alice)
    assert client.get(f"{ADDRESS}add/").status_code == 403
    assert client.post(f"{ADDRESS}add/", FORM).status_code == 403
    alice.user_permissions.add(Permission.objects.get(codename="add_preset"))
    assert signed_in(alice).post(f"{ADDRESS}add/", FORM).status_code == 302
    preset = Preset.objects.get()
    assert signed_in(alice).post(f"{ADDRESS}{preset.id}/delete/", {"post": "yes"}).status_code == 403
