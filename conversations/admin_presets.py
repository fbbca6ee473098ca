"""Shared presets in the admin: written here, used by everybody. People's own presets are not shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from conversations.errors import Refused
from conversations.models import Preset
from conversations.models.preset import folded_name
from conversations.parameters import checked_parameters
from conversations.store.conversations import checked_system_prompt
from conversations.store.presets import checked_preset_name, shared_preset_save

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Preset]
    ModelForm = forms.ModelForm[Preset]
else:
    ModelAdmin = admin.ModelAdmin
    ModelForm = forms.ModelForm

T = TypeVar("T")


class SharedPresetForm(ModelForm):
    """Checked by the functions that check what a person saves, each at its own field."""

    class Meta:
        model = Preset
        fields = ("name", "model", "system_prompt", "parameters", "position")
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "system_prompt": forms.Textarea(attrs={"rows": 6}),
            "parameters": forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        }

    def clean_name(self) -> str:
        name = _checked(checked_preset_name, self.cleaned_data["name"])
        same = Preset.objects.shared().filter(folded=folded_name(name)).exclude(pk=self.instance.pk)
        if same.exists():
            raise ValidationError("There is a shared preset of this name already.")
        return name

    def clean_system_prompt(self) -> str:
        return _checked(checked_system_prompt, self.cleaned_data["system_prompt"])

    def clean_parameters(self) -> dict[str, Any]:
        parameters = self.cleaned_data["parameters"] or {}
        if not isinstance(parameters, dict):
            raise ValidationError("Parameters are a JSON object, such as {“temperature”: 0.2}.")
        return _checked(checked_parameters, parameters)


@admin.register(Preset)
class SharedPresetAdmin(ModelAdmin):
    """Django's permissions of presets say who may do what."""

    form = SharedPresetForm
    list_display = ("name", "model", "position", "changed_at")
    search_fields = ("name", "system_prompt")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Preset]:
        return super().get_queryset(request).filter(owner=None)

    def save_model(self, request: HttpRequest, obj: Preset, form: Any, change: bool) -> None:
        shared_preset_save(obj)


def _checked(check: Callable[[Any], T], value: Any) -> T:
    """What the check returns. Raises ValidationError with the sentence of its refusal."""
    try:
        return check(value)
    except Refused as refused:
        raise ValidationError(refused.message) from refused
