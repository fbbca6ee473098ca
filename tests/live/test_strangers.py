"""What others may do with Alice's ids, over every address and every frame: nothing, and nothing changes.

The table is complete: an address without a row fails, and so does a row without an address. Each row has the
statuses of GET and POST for: nobody signed in; Charlie, a stranger; somebody who is deactivated; a member of
staff without any permission.
"""

from __future__ import annotations

import asyncio
import json
import re
import typing
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from conversations import protocol
from tests.live.conftest import OpenTab
from tests.live.host import Gate, Host, held
from tests.live.pages import STRANGER, Visitor
from tests.live.site import Person, Site
from tests.live.tabs import Frame, Tab

VISITORS = ("nobody", "charlie", "deactivated", "staff")
REPLAYS = "c/<uuid:id>/messages/<uuid:message_id>/replays"
EXPECTED = {
    "": "302/302 200/405 302/302 200/405",
    "conversations": "302/302 200/405 302/302 200/405",
    "use": "302/302 200/405 302/302 200/405",
    "use.csv": "302/302 200/405 302/302 200/405",
    "drafts": "302/302 405/404 302/302 405/404",
    "context": "302/302 405/404 302/302 405/404",
    "parameters": "302/302 405/200 302/302 405/200",
    "presets": "302/302 405/200 302/302 405/200",
    "presets/<uuid:id>": "302/302 404/405 302/302 404/405",
    "presets/<uuid:id>/delete": "302/302 405/404 302/302 405/404",
    "presets/<uuid:id>/rename": "302/302 405/404 302/302 405/404",
    "parameters/schema": "302/302 405/200 302/302 405/200",
    "attachments": "302/302 405/400 302/302 405/400",
    "attachments/<uuid:id>": "302/302 404/405 302/302 404/405",
    "attachments/<uuid:id>/thumbnail": "302/302 404/405 302/302 404/405",
    "attachments/<uuid:id>/remove": "302/302 405/404 302/302 405/404",
    "c/<uuid:id>": "302/302 404/405 302/302 404/405",
    "c/<uuid:id>/messages/<uuid:message_id>/details": "302/302 404/405 302/302 404/405",
    "c/<uuid:id>/messages/<uuid:message_id>/compare": "302/302 404/405 302/302 404/405",
    "c/<uuid:id>/messages/<uuid:message_id>/tokens": "302/302 404/405 302/302 404/405",
    REPLAYS: "302/302 404/404 302/302 404/404",
    f"{REPLAYS}/<uuid:replay_id>": "302/302 404/405 302/302 404/405",
    f"{REPLAYS}/<uuid:replay_id>/results": "302/302 404/405 302/302 404/405",
    f"{REPLAYS}/<uuid:replay_id>/cancel": "302/302 405/404 302/302 405/404",
    f"{REPLAYS}/<uuid:replay_id>/runs/<int:number>": "302/302 404/405 302/302 404/405",
    f"{REPLAYS}/<uuid:replay_id>/runs/<int:number>/fork": "302/302 405/404 302/302 405/404",
    "c/<uuid:id>/messages/<uuid:message_id>/context": "302/302 405/404 302/302 405/404",
    "c/<uuid:id>/instructions": "302/302 404/405 302/302 404/405",
    "c/<uuid:id>/delete": "302/302 405/404 302/302 405/404",
    "c/<uuid:id>/rename": "302/302 405/404 302/302 405/404",
    "c/<uuid:id>/restore": "302/302 405/404 302/302 405/404",
    "c/<uuid:id>/settings": "302/302 405/404 302/302 405/404",
    "favicon.ico": "302/302 302/302 302/302 302/302",
    "accounts/login/": "200/200 302/302 200/200 302/302",
    "accounts/logout/": "302/302 200/302 302/302 200/302",
    "accounts/signup/": "200/200 302/302 200/200 302/302",
    "accounts/inactive/": "200/405 200/405 200/405 200/405",
    "accounts/reauthenticate/": "302/302 200/200 302/302 200/200",
    "accounts/password/change/": "302/302 200/200 302/302 200/200",
    "admin/": "302/302 302/302 302/302 200/200",
    "admin/login/": "302/302 403/403 302/302 302/200",
    "admin/logout/": "302/302 302/302 302/302 302/302",
    "admin/password_change/": "302/302 302/302 302/302 200/200",
    "admin/password_change/done/": "302/302 302/302 302/302 200/405",
    "admin/autocomplete/": "302/302 302/302 302/302 403/405",
    "admin/jsi18n/": "302/302 302/302 302/302 200/405",
    "admin/r/<path:content_type_id>/<path:object_id>/": "302/302 302/302 302/302 404/404",
    "admin/^(?P<app_label>auth|accounts|conversations)/$": "302/302 302/302 302/302 404/404",
    "admin/(?P<url>.*)$": "302/302 302/302 302/302 404/404",
    "admin/accounts/user/<id>/password/": "302/302 302/302 302/302 403/403",
}
EXPECTED |= {
    f"admin/conversations/conversation/files/<uuid:id>/{part}": "302/302 302/302 302/302 403/405"
    for part in ("", "thumbnail/")
}
"""The admin's pages of each table follow below."""
MAKE_REPLAY = """
from django.utils import timezone
from conversations.models import Generation, LedgerEntry, Replay, ReplayRun
generation = Generation.objects.select_related("conversation").get(pk="{generation}")
replay = Replay.objects.create(
    owner=generation.conversation.owner, generation=generation, client_id=str(generation.pk), times=1,
    state="complete", lease_expires_at=timezone.now(), ended_at=timezone.now(),
)
run = ReplayRun.objects.create(
    replay=replay, number=1, state="complete", text="private", text_hash="0" * 64, matches=True,
    request_id=f"replay-{{replay.pk}}-1", ended_at=timezone.now(),
)
LedgerEntry.objects.create(
    owner=replay.owner, generation=generation, purpose="replay", model=generation.model,
    request_id=run.request_id, state="free", settled_at=timezone.now(),
)
print(replay.pk)
"""
SECTIONS = (
    "accounts/user",
    "auth/group",
    "conversations/conversation",
    "conversations/ledgerentry",
    "conversations/mcpserver",
    "conversations/message",
    "conversations/preset",
    "conversations/replay",
)
for section in SECTIONS:
    # The history of something that does not exist leads back to the index; all else is forbidden.
    absent = (
        *("auth/group", "conversations/ledgerentry", "conversations/mcpserver", "conversations/preset"),
    )
    history = "302/302" if section in absent else "403/403"
    EXPECTED |= {
        f"admin/{section}/": "302/302 302/302 302/302 403/403",
        f"admin/{section}/add/": "302/302 302/302 302/302 403/403",
        f"admin/{section}/<path:object_id>/": "302/302 302/302 302/302 302/302",
        f"admin/{section}/<path:object_id>/change/": "302/302 302/302 302/302 403/403",
        f"admin/{section}/<path:object_id>/delete/": "302/302 302/302 302/302 403/403",
        f"admin/{section}/<path:object_id>/history/": f"302/302 302/302 302/302 {history}",
    }


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Every address of the site, as Django spells it."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


ROUTES = list(routes(get_resolver().url_patterns))


@dataclass
class Scene:
    """Alice's running reply, and the others."""

    site: Site
    tab: Tab
    turn: Frame
    gate: Gate
    people: dict[str, Person]
    preset: str
    replay: str

    def path(self, route: str) -> str:
        """The address with Alice's ids."""
        values = {
            "id": self.preset if route.startswith("presets/") else self.turn["conversation"],
            "message_id": self.turn["reply"],
            "replay_id": self.replay,
            "number": "1",
            "object_id": object_of(route, self),
            "content_type_id": "1",
            "app_label": "conversations",
            "url": "nothing-here",
        }
        plain = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found[1]], route)
        plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: values[found[1]], plain)
        return "/" + plain.replace("^", "").replace("$", "").replace("\\Z", "")

    def form(self) -> dict[str, str]:
        """Fields that would change Alice's conversation, were the sender Alice."""
        return {
            "conversation": self.turn["conversation"],
            "title": "taken over",
            "preset_name": "taken over",
            "model": "gpt-4-1106-preview",
            "system_prompt": "taken over",
            "text": "taken over",
            "client_id": "taken over",
            "times": "1",
        }

    def rows(self) -> str:
        """Everything that others must not change."""
        tables = ("conversation", "message", "draft", "replay", "replayrun")
        found = [self.site.rows(f"SELECT * FROM conversations_{table} ORDER BY id") for table in tables]
        states = self.site.rows("SELECT id, state, error_kind FROM conversations_generation ORDER BY id")
        states += self.site.rows("SELECT * FROM conversations_toolcall ORDER BY id")
        people = self.site.rows(
            "SELECT id, email, password, is_active, is_staff, is_superuser FROM accounts_user"
        )
        presets = self.site.rows("SELECT * FROM conversations_preset WHERE owner_id = ?", self.tab.person.pk)
        return json.dumps([found, states, people, presets], default=str)


def object_of(route: str, scene: Scene) -> str:
    """The key of something of Alice's in the admin's section of this route."""
    if "/user/" in route:
        return str(scene.tab.person.pk)
    if "/preset/" in route:
        return scene.preset
    if "/replay/" in route:
        return scene.replay
    ids = {"/message/": "message", "/generation/": "generation"}
    name = next((name for part, name in ids.items() if part in route), "conversation")
    return str(scene.turn[name])


@pytest.fixture
async def scene(site: Site, host: Host, open_tab: OpenTab) -> AsyncIterator[Scene]:
    """Alice watches a reply; whatever the others do, it goes on and becomes whole."""
    alice, gate = await open_tab(site, site.person()), host.gate()
    turn = await alice.sends(host.will(held(gate, "private ", then=("to the end",))))
    await alice.sees_text(turn, "private")
    turn["call"] = call_waiting(site, turn["generation"])
    charlie, deactivated, staff = site.person(), site.person(), site.person()
    site.orm(
        "from chatsite.accounts.models import User\n"
        f"User.objects.filter(pk={deactivated.pk}).update(is_active=False)\n"
        f"User.objects.filter(pk={staff.pk}).update(is_staff=True)"
    )
    preset = site.orm(
        "from chatsite.accounts.models import User\n"
        "from conversations.store.presets import PresetContent, preset_save\n"
        f"alice = User.objects.get(pk={alice.person.pk})\n"
        "content = PresetContent(system_prompt='private words')\n"
        "print(preset_save(person=alice, name='Hers', content=content, replace=True).id)"
    ).strip()
    replay = site.orm(MAKE_REPLAY.format(generation=turn["generation"])).strip()
    people = {"nobody": STRANGER, "charlie": charlie, "deactivated": deactivated, "staff": staff}
    yield Scene(site, alice, turn, gate, people, preset, replay)
    gate.open()
    assert (await alice.sees_end(turn))["content"] == "private to the end"


def call_waiting(site: Site, generation: str) -> str:
    """A tool call of the reply that waits for the person."""
    made = site.orm(
        "from conversations.models import ToolCall\n"
        f"made = ToolCall.objects.create(generation_id={generation!r}, round=0, index=0, call_id='c',\n"
        "    name='letter', arguments='private', state='waiting')\n"
        "print(made.id)"
    )
    return made.strip()


def test_the_table_has_every_address() -> None:
    assert sorted(EXPECTED) == sorted(ROUTES)


async def test_others_get_nowhere_by_any_address(scene: Scene) -> None:
    await settled(scene)
    before = scene.rows()
    found: dict[str, list[str]] = {route: [] for route in ROUTES}
    for name in VISITORS:
        async with Visitor(scene.site, scene.people[name]) as visitor:
            for route in sorted(ROUTES, key=lambda route: "logout" in route):  # which ends the visit
                path = scene.path(route)
                statuses = []
                for method in ("GET", "POST"):
                    answer = await visitor.sends_with_token(method, path, **scene.form())
                    statuses.append(str(answer.status_code))
                    assert "private" not in answer.text
                    assert scene.turn["conversation"] not in answer.text.replace(path, "")
                found[route].append("/".join(statuses))
    assert scene.rows() == before
    assert {route: " ".join(statuses) for route, statuses in found.items()} == EXPECTED


async def settled(scene: Scene) -> None:
    """Wait until the text shown is stored, so that the rows stand still."""
    async with asyncio.timeout(10):
        while not scene.site.generation(scene.turn["generation"])["content"]:  # noqa: ASYNC110  # rows
            await asyncio.sleep(0.05)


async def test_every_form_of_ones_own_wants_its_token(scene: Scene) -> None:
    await settled(scene)
    before = scene.rows()
    async with Visitor(scene.site, scene.tab.person) as visitor:
        for route in ROUTES:
            path = scene.path(route)
            assert (await visitor.posts_without_token(path)).status_code == 403, path
            foreign = {"Origin": "http://evil.example", "X-CSRFToken": await visitor.token()}
            assert (await visitor.posts_without_token(path, **foreign)).status_code == 403, path
    assert scene.rows() == before


def frames_with_ids(turn: Frame, conversation: str | None) -> list[Frame]:
    """Every kind of frame that names something, naming Alice's; also within one's own `conversation`."""
    values: dict[str, Any] = {
        "client_id": None,
        "text": "mine now",
        "conversation": turn["conversation"],
        "before": turn["reply"],
        "message": turn["reply"],
        "generation": turn["generation"],
        "parent": turn["reply"],
        "revision": 0,
        "seq": 1,
        "call": turn["call"],
        "decision": "always",
    }
    frames = []
    for kind in typing.get_args(protocol.AnyInbound):
        names = {field.name for field in msgspec.structs.fields(kind)}
        frame = {"type": kind.__struct_config__.tag} | {k: v for k, v in values.items() if k in names}
        if frame["type"] not in ("ping", "leave", "ack"):
            frames.append(frame)
    frames.append({"type": "turn.edit", "client_id": None, "message": turn["message"], "text": "mine now"})
    if conversation is not None:
        own = {"conversation": conversation}
        frames.append({"type": "page", "before": turn["reply"], **own})
        frames.append({"type": "turn.start", "client_id": None, "text": "t", "parent": turn["reply"], **own})
    return frames


@pytest.mark.parametrize("name", ["charlie", "staff", "superuser"])
async def test_others_get_nowhere_by_any_frame(
    scene: Scene, open_tab: OpenTab, host: Host, name: str
) -> None:
    person = scene.people.get(name) or scene.site.person()
    if name == "superuser":
        scene.site.orm(
            "from chatsite.accounts.models import User\n"
            f"User.objects.filter(pk={person.pk}).update(is_staff=True, is_superuser=True)"
        )
    tab = await open_tab(scene.site, person)
    own = await tab.sends("my own")
    await tab.sees_end(own)
    await settled(scene)
    before, heard = scene.rows(), len(scene.tab.frames)
    for frame in frames_with_ids(scene.turn, own["conversation"]):
        fields = {key: value for key, value in frame.items() if key != "type"}
        if "client_id" in fields:
            fields["client_id"] = uuid.uuid4().hex
        answer = await tab.asks(frame["type"], **fields)
        assert (answer["type"], answer.get("code")) == ("error", "not_found"), (frame, answer)
    await tab.tell("ack", generation=scene.turn["generation"], seq=99)
    await tab.asks("leave", conversation=scene.turn["conversation"])
    assert scene.rows() == before
    assert len(scene.tab.frames) == heard, "Alice's tab heard nothing of it"
    assert "private" not in str(tab.frames)


async def test_a_repeated_client_id_of_somebody_else_is_ones_own_action(
    scene: Scene, open_tab: OpenTab
) -> None:
    (row,) = scene.site.rows(
        "SELECT client_id FROM conversations_message WHERE id = ?", scene.turn["message"].replace("-", "")
    )
    tab = await open_tab(scene.site, scene.people["charlie"])
    turn = await tab.sends("with the same client id", client_id=row["client_id"])
    assert not turn["repeated"]
    assert turn["conversation"] != scene.turn["conversation"]
    await tab.sees_end(turn)


@pytest.mark.parametrize("name", ["nobody", "deactivated"])
async def test_who_is_not_signed_in_gets_no_socket(scene: Scene, open_tab: OpenTab, name: str) -> None:
    tab = await open_tab(scene.site, scene.people[name])
    assert await tab.is_closed() == 4401
    assert [frame["type"] for frame in tab.frames] == ["closing"]


async def test_a_made_up_session_gets_no_socket(site: Site, open_tab: OpenTab) -> None:
    for session in ("x" * 32, "../../etc/passwd", "%00", "a" * 4000):
        tab = await open_tab(site, Person(1, "", session))
        assert await tab.is_closed() == 4401
