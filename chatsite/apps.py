"""The site itself as a Django app: it brings the commands, the checks and the static files' storage."""

from django.apps import AppConfig


class ChatsiteConfig(AppConfig):
    """Registers the system checks when Django starts."""

    name = "chatsite"

    def ready(self) -> None:
        from chatsite import checks  # noqa: F401  importing registers them; they need the apps loaded
