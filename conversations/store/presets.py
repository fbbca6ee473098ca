"""Presets: kept and changed by the person they belong to; the shared ones, by admins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from chatsite.accounts.models import User
from conversations.errors import NotFound, Refused, Taken
from conversations.models import Preset
from conversations.models.preset import PRESET_NAME_CHARACTERS, folded_name
from conversations.parameters import checked_parameters
from conversations.store.conversations import checked_system_prompt

MODEL_CHARACTERS = 200


@dataclass(frozen=True, kw_only=True)
class PresetContent:
    """What a preset fills in. Empty model and system prompt: it leaves these as they are."""

    model: str = ""
    system_prompt: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


def preset_save(*, person: User, name: str, content: PresetContent, replace: bool = False) -> Preset:
    """Keep a new preset; with `replace`, in place of the person's own of that name.

    Raises Taken when there is one and it is not to be replaced; Refused.
    """
    name = checked_preset_name(name)
    columns = checked_content(content) | {"name": name}
    with transaction.atomic():
        own = _held(person)
        found = own.filter(folded=folded_name(name)).first()
        if found is None:
            _refuse_more(own.count())
            return Preset.objects.create(owner=person, folded=folded_name(name), **columns)
        if not replace:
            raise Taken(f"You have a preset “{found.name}” already. Replace it, or choose another name.")
        for column, value in columns.items():
            setattr(found, column, value)
        found.save()
    return found


def preset_rename(*, person: User, preset_id: UUID, name: str) -> Preset:
    """Give one's own preset another name. Raises Taken, Refused."""
    name = checked_preset_name(name)
    with transaction.atomic():
        own = _held(person)
        preset = own.filter(pk=preset_id).first()
        if preset is None:
            raise NotFound("preset of your own")
        if own.filter(folded=folded_name(name)).exclude(pk=preset_id).exists():
            raise Taken(f"You have a preset “{name}” already. Choose another name.")
        preset.name, preset.folded = name, folded_name(name)
        preset.save()
    return preset


def preset_delete(*, person: User, preset_id: UUID) -> None:
    """Remove one's own preset for good. Raises NotFound."""
    deleted, _ = Preset.objects.owned_by(person).filter(pk=preset_id).delete()
    if not deleted:
        raise NotFound("preset of your own")


def shared_preset_save(preset: Preset) -> None:
    """Store a shared preset that an admin wrote; its fields are checked already. Rights are the admin's."""
    preset.owner = None
    preset.folded = folded_name(preset.name)
    preset.save()


def checked_preset_name(name: str) -> str:
    """The name as it is stored: of one line. Raises Refused."""
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise Refused("bad_frame", "A preset needs a name.")
    if len(name) > PRESET_NAME_CHARACTERS:
        raise Refused(
            "too_large", f"The name has {len(name)} characters; the limit is {PRESET_NAME_CHARACTERS}."
        )
    return name


def checked_content(content: PresetContent) -> dict[str, Any]:
    """As columns of Preset. Raises Refused. The model may be one that is not offered: what uses it looks."""
    model = content.model.replace("\x00", "").strip()
    if len(model) > MODEL_CHARACTERS:
        raise Refused("too_large", f"The model's name is longer than {MODEL_CHARACTERS} characters.")
    return {
        "model": model,
        "system_prompt": checked_system_prompt(content.system_prompt),
        "parameters": checked_parameters(content.parameters),
    }


def _held(person: User) -> QuerySet[Preset]:
    """The person's own presets; nobody else changes their number or names until the transaction ends."""
    list(User.objects.select_for_update().filter(pk=person.pk))
    return Preset.objects.owned_by(person)


def _refuse_more(count: int) -> None:
    limit = settings.LIMITS.presets_per_person
    if count >= limit:
        raise Refused(
            "too_many", f"You have {count} presets; the limit is {limit}. Delete one that you no longer need."
        )
