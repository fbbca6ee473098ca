"""People in the Django admin: add somebody, shut somebody out, make somebody an admin."""

from typing import ClassVar

from allauth.account import admin as allauth_admin
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from chatsite.accounts.models import User

# Addresses to confirm by mail. This site sends none; one entered there would be a second name to sign in by.
admin.site.unregister(allauth_admin.EmailAddress)

RIGHTS = ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")


class PersonCreationForm(AdminUserCreationForm):  # type: ignore[type-arg]  # generic in the stubs only
    """An address, a name, and a password twice (or none at all)."""

    class Meta:
        model = User
        fields = ("email", "name")
        field_classes: ClassVar[dict[str, type]] = {}


class PersonChangeForm(UserChangeForm):  # type: ignore[type-arg]
    """Everything of a person that an admin may change."""

    class Meta:
        model = User
        fields = ("email", "name", "password", *RIGHTS)
        field_classes: ClassVar[dict[str, type]] = {}


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """Django's own user admin, over an address in place of a user name."""

    form = PersonChangeForm
    add_form = PersonCreationForm
    list_display = ("email", "name", "is_active", "is_staff", "last_login", "date_joined")
    list_filter = ("is_active", "is_staff", "groups")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("Rights", {"fields": RIGHTS}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": ("email", "name", "usable_password", "password1", "password2"),
                "description": "Tell the person the password; they can change it once signed in.",
            },
        ),
    )
