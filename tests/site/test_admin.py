"""The admin: one door for all, and the forms for people."""

import pytest
from django.test import Client

from chatsite.accounts.models import User
from tests.conftest import PASSWORD


def test_a_stranger_is_sent_to_the_sign_in_of_the_site(stranger_client: Client) -> None:
    for address in ("/admin/", "/admin/login/", "/admin/accounts/user/"):
        response = stranger_client.get(address, follow=True)
        assert response.redirect_chain[-1][0].startswith("/accounts/login/?next="), address


def test_the_admin_has_no_unlimited_sign_in(admin_person: User, stranger_client: Client) -> None:
    form = {"username": admin_person.email, "password": PASSWORD, "this_is_the_login_form": "1"}
    assert stranger_client.post("/admin/login/", form).status_code == 302
    assert "_auth_user_id" not in stranger_client.session


def test_an_admin_adds_a_person_who_can_sign_in(admin_client: Client, stranger_client: Client) -> None:
    form = {
        "email": "Dora@Example.org",
        "name": "Dora",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "is_superuser": "on",
    }
    assert admin_client.post("/admin/accounts/user/add/", form).status_code == 302
    person = User.objects.get(email="dora@example.org")
    assert (person.name, person.is_superuser) == ("Dora", False), "the form has no other fields"
    answer = stranger_client.post("/accounts/login/", {"login": "dora@example.org", "password": PASSWORD})
    assert answer.status_code == 302


def test_an_address_cannot_be_added_twice_in_another_case(admin_client: Client, alice: User) -> None:
    form = {"email": "ALICE@example.org", "usable_password": "false"}
    response = admin_client.post("/admin/accounts/user/add/", form)
    assert response.status_code == 200
    assert "Somebody has this address already" in response.content.decode()


def test_an_admin_shuts_somebody_out_and_changes_a_password(admin_client: Client, alice: User) -> None:
    address = f"/admin/accounts/user/{alice.pk}/"
    assert "Alice" in admin_client.get(f"{address}change/").content.decode()
    form = {"email": alice.email, "name": "Alice B."}
    assert admin_client.post(f"{address}change/", form).status_code == 302
    alice.refresh_from_db()
    assert (alice.is_active, alice.name) == (False, "Alice B.")
    form = {"usable_password": "true", "password1": "another long one", "password2": "another long one"}
    assert admin_client.post(f"{address}password/", form).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password("another long one")


@pytest.mark.parametrize("address", ["/admin/", "/admin/accounts/user/", "/admin/accounts/user/add/"])
def test_the_admin_pages_have_no_inline_code_that_the_policy_would_stop(
    address: str, admin_client: Client
) -> None:
    page = admin_client.get(address).content.decode()
    assert "<script>" not in page
    assert "onclick=" not in page
