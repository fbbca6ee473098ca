"""Files over HTTP: posted, seen by their owner alone, and harmless in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client

from chatsite.accounts.models import User
from conversations.models import Attachment
from conversations.store import blobs
from tests.attachments import samples
from tests.attachments.verbs import attach

pytestmark = pytest.mark.django_db


def post(client: Client, data: bytes, name: str = "red.png", disposition: str | None = None) -> Any:
    header = f"attachment; filename*=UTF-8''{quote(name)}" if disposition is None else disposition
    return client.post(
        "/attachments",
        data,
        content_type="application/octet-stream",
        headers={"Content-Disposition": header},
    )


def test_a_posted_file_is_described_and_served(alice: User, alice_client: Client) -> None:
    answer = post(alice_client, samples.picture("JPEG"), "Grüße 🌍.jpeg")
    assert answer.status_code == 201
    told = answer.json()
    assert (told["kind"], told["name"], told["width"], told["height"], told["note"]) == (
        "image",
        "Grüße 🌍.jpeg",
        40,
        30,
        "",
    )
    file = alice_client.get(f"/attachments/{told['id']}")
    assert len(file.content) == told["size"]
    headers = {name: value for name, value in file.headers.items() if name in WANTED}
    assert headers == WANTED | {
        "Content-Type": "image/jpeg",
        "Content-Disposition": "inline; filename*=utf-8''Gr%C3%BC%C3%9Fe%20%F0%9F%8C%8D.jpeg",
    }
    small = alice_client.get(f"/attachments/{told['id']}/thumbnail")
    assert small.headers["Content-Type"] == "image/webp"
    assert small.content[8:12] == b"WEBP"


WANTED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
    "X-Frame-Options": "DENY",
    "Content-Type": "",
    "Content-Disposition": "",
}


@pytest.mark.parametrize(
    ("data", "name", "media_type", "disposition"),
    [
        (samples.pdf(), "<b>.html", "application/pdf", 'attachment; filename="<b>.pdf"'),
        (b"<script>1</script>", "x.html", "text/plain; charset=utf-8", 'attachment; filename="x.html"'),
        (b"<svg onload='1'/>", "x.svg", "text/plain; charset=utf-8", 'attachment; filename="x.svg"'),
        (samples.with_secrets("GIF"), "x.js", "image/png", 'inline; filename="x.png"'),
    ],
)
def test_nothing_is_served_as_what_it_pretends_to_be(
    alice: User, alice_client: Client, data: bytes, name: str, media_type: str, disposition: str
) -> None:
    told = post(alice_client, data, name).json()
    headers = alice_client.get(f"/attachments/{told['id']}").headers
    assert (headers["Content-Type"], headers["Content-Disposition"]) == (media_type, disposition)
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_has_not_changed_is_not_sent_again_and_is_asked_for_each_time(
    alice: User, alice_client: Client, charlie_client: Client
) -> None:
    path = f"/attachments/{attach(alice).id}"
    tag = alice_client.get(path).headers["ETag"]
    again = alice_client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Cache-Control"] == "private, no-cache"
    assert charlie_client.get(path, headers={"If-None-Match": tag}).status_code == 404


def test_strangers_and_admins_get_nothing_here(
    alice: User, charlie_client: Client, admin_client: Client, stranger_client: Client
) -> None:
    file = attach(alice)
    for client, status in ((charlie_client, 404), (admin_client, 404), (stranger_client, 302)):
        for path in (f"/attachments/{file.id}", f"/attachments/{file.id}/thumbnail"):
            assert client.get(path).status_code == status
        assert client.post(f"/attachments/{file.id}/remove").status_code == status
    assert Attachment.objects.filter(pk=file.pk).exists()


def test_only_images_have_a_small_picture(alice: User, alice_client: Client) -> None:
    assert alice_client.get(f"/attachments/{attach(alice, b'x', 'x.txt').id}/thumbnail").status_code == 404


def test_a_file_is_taken_back(alice: User, alice_client: Client) -> None:
    file = attach(alice)
    assert alice_client.post(f"/attachments/{file.id}/remove").status_code == 204
    assert alice_client.get(f"/attachments/{file.id}").status_code == 404
    assert alice_client.post(f"/attachments/{file.id}/remove").status_code == 404


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("", "file.png"),
        ("attachment", "file.png"),
        ('attachment; filename="plain.png"', "plain.png"),
        ("attachment; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd", "passwd.png"),
        ("attachment; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x", "a Set-Cookie: x.png"),
        ("attachment; filename*=nonsense''x.png", "file.png"),
        ("attachment; filename*=UTF-8''%FF%FE.png", "��.png"),
    ],
)
def test_any_name_a_client_gives_becomes_a_label(
    alice: User, alice_client: Client, disposition: str, name: str
) -> None:
    answer = post(alice_client, samples.picture(), disposition=disposition)
    assert (answer.status_code, answer.json()["name"]) == (201, name)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "is empty"), (b"\0\1", "Possible are JPEG, PNG, GIF and WebP images, PDFs, and")],
)
def test_a_refusal_is_a_sentence(alice: User, alice_client: Client, data: bytes, words: str) -> None:
    answer = post(alice_client, data, "thing")
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_a_full_disk_is_told_and_leaves_nothing(
    alice: User, alice_client: Client, attachments_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(blobs, "keep", full)
    answer = post(alice_client, samples.picture())
    assert answer.status_code == 507
    assert "no room left" in answer.content.decode()
    assert not Attachment.objects.exists()
    assert not list((attachments_folder / "incoming").iterdir())


def test_bytes_that_are_gone_are_a_page_that_is_not_there(
    alice: User, alice_client: Client, attachments_folder: Path
) -> None:
    file = attach(alice)
    for path in attachments_folder.rglob(f"{file.blob_id}*"):
        path.unlink()
    assert alice_client.get(f"/attachments/{file.id}").status_code == 404
    assert alice_client.get(f"/attachments/{uuid4()}").status_code == 404
