"""Presets over HTTP: the list to choose from, what one of them fills in, and changes of one's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from chatsite.accounts.models import User
from conversations.errors import NotFound, Refused
from conversations.models import Preset
from conversations.models.preset import PRESET_NAME_CHARACTERS
from conversations.parameters import boxes_of, parameters_from_form
from conversations.store.presets import PresetContent, preset_delete, preset_rename, preset_save
from conversations.tools import available
from conversations.turns.catalogue import ModelList
from conversations.turns.lifecycle import model_list
from conversations.turns.offer import offer_of
from conversations.views.answers import person_of, refusal
from conversations.views.choices import WITHDRAWN


def preset_choices(person: User) -> dict[str, Any]:
    """The context of `_preset_options.html`: the person's own and the shared ones, by name only."""
    named = list(Preset.objects.usable_by(person).only("id", "name", "owner_id"))
    return {
        "own_presets": [preset for preset in named if preset.owner_id is not None],
        "shared_presets": [preset for preset in named if preset.owner_id is None],
        "preset_name_characters": PRESET_NAME_CHARACTERS,
    }


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Form: preset_name, replace (yes), preset_model, system_prompt and the boxes of the panel.

    Answers with the list; with 409 and a sentence when the name is taken and it is not to be replaced.
    """
    form = {name: str(typed) for name, typed in request.POST.items()}
    try:
        content = PresetContent(
            model=form.get("preset_model", ""),
            system_prompt=form.get("system_prompt", ""),
            parameters=parameters_from_form(form),
        )
        saved = preset_save(
            person=person_of(request),
            name=form.get("preset_name", ""),
            content=content,
            replace=form.get("replace") == "yes",
        )
    except Refused as refused:
        return refusal(refused)
    return _options(request, saved.id)


@require_safe
def contents(request: HttpRequest, id: UUID) -> HttpResponse:
    """What a preset fills in, as JSON: name, model, system_prompt, boxes (as typed, by name), notes."""
    preset = Preset.objects.usable_by(person_of(request)).filter(pk=id).first()
    if preset is None:
        return refusal(NotFound("preset"))
    offered = preset.model in settings.COMPLETIONS_MODELS
    return JsonResponse(
        {
            "name": preset.name,
            "model": preset.model if offered else "",
            "system_prompt": preset.system_prompt,
            "boxes": boxes_of(preset.parameters),
            "notes": list(_notes(preset, offered=offered, known=model_list())),
        }
    )


@require_POST
def rename(request: HttpRequest, id: UUID) -> HttpResponse:
    """Form: preset_name. Answers with the list."""
    try:
        preset_rename(person=person_of(request), preset_id=id, name=request.POST.get("preset_name", ""))
    except Refused as refused:
        return refusal(refused)
    return _options(request, id)


@require_POST
def delete(request: HttpRequest, id: UUID) -> HttpResponse:
    """Answers with the list."""
    try:
        preset_delete(person=person_of(request), preset_id=id)
    except Refused as refused:
        return refusal(refused)
    return _options(request, None)


def _options(request: HttpRequest, chosen: UUID | None) -> HttpResponse:
    return render(
        request, "_preset_options.html", preset_choices(person_of(request)) | {"chosen_preset": chosen}
    )


def _notes(preset: Preset, *, offered: bool, known: ModelList | None) -> Iterable[str]:
    """What of the preset does not hold any more, in sentences."""
    if preset.model and not offered:
        yield f"Its model {preset.model} is no longer offered here, so the model stays as it is."
    elif preset.model and known and known.may_be_withdrawn(preset.model):
        yield f"Its model {preset.model} is {WITHDRAWN}."
    if missing := offer_of(preset.parameters, available()).missing:
        yield f"Not offered here now, and so not switched on: {', '.join(missing)}."
