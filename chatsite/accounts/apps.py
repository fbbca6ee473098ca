"""The people of the site: the user model, closed sign-up, and how long somebody stays signed in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Label `accounts`."""

    name = "chatsite.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
