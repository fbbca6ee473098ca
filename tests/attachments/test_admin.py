"""Attached files in the admin: for those who may read what was said, and nobody else."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from chatsite.accounts.models import User
from conversations.models import Attachment
from tests.attachments import samples
from tests.attachments.verbs import attach, send

pytestmark = pytest.mark.django_db
PLACE = "/admin/conversations/conversation/files"


def test_an_admin_sees_the_files_of_a_conversation(alice: User, admin_client: Client) -> None:
    image, text = attach(alice, name="<b>red.png"), attach(alice, b"private words", "notes.txt")
    claim = send(alice, image, text, text="")
    page = admin_client.get(
        f"/admin/conversations/conversation/{claim.conversation_id}/change/"
    ).content.decode()
    assert f'src="{PLACE}/{image.id}/thumbnail/"' in page
    assert "&lt;b&gt;red.png" in page
    assert "notes.txt" in page
    small = admin_client.get(f"{PLACE}/{image.id}/thumbnail/")
    assert small.headers["Content-Type"] == "image/webp"
    whole = admin_client.get(f"{PLACE}/{text.id}/")
    assert whole.content == b"private words"
    assert whole.headers["Content-Security-Policy"].endswith("sandbox")
    assert whole.headers["Content-Disposition"].startswith("attachment")


def test_a_file_that_is_not_sent_is_its_owners_alone(alice: User, admin_client: Client) -> None:
    assert admin_client.get(f"{PLACE}/{attach(alice).id}/").status_code == 404


@pytest.mark.parametrize(
    ("permission", "status"),
    [("", 403), ("view_user", 403), ("view_message", 200), ("view_conversation", 200)],
)
def test_it_takes_the_permission_to_read(
    alice: User, bob: User, bob_client: Client, permission: str, status: int
) -> None:
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    if permission:
        bob.user_permissions.add(Permission.objects.get(codename=permission))
    file: Attachment = attach(alice, samples.pdf(), "a.pdf")
    send(alice, file)
    assert bob_client.get(f"{PLACE}/{file.id}/").status_code == status


def test_members_are_sent_away(alice: User, alice_client: Client) -> None:
    file = attach(alice)
    send(alice, file)
    assert alice_client.get(f"{PLACE}/{file.id}/").status_code == 302
