"""The site itself as a Django app: it brings the commands, the checks and the static files' storage."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class ChatsiteConfig(AppConfig):
    """Registers the system checks when Django starts."""

    name = "chatsite"

    def ready(self) -> None:
        from chatsite import checks  # noqa: F401  importing registers them; they need the apps loaded


class SiteStaticFiles(StaticFilesConfig):
    """Django's collector of static files, told what to leave out."""

    # htmx's extensions are not used, and name modules in comments that the rewriting then looks for.
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*"]
