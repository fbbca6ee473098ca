"""Django system checks, run at every start, for mistakes that the reading of settings cannot see."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register()
def hosts_are_named(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A wildcard host would let any name on the internet that points here read people's pages."""
    open_hosts = [host for host in settings.ALLOWED_HOSTS if "*" in host or host.startswith(".")]
    if not open_hosts:
        return []
    return [Error(f"ALLOWED_HOSTS has {open_hosts[0]!r}.", hint="Set SITE_URL instead.", id="chatsite.E001")]


@register()
def plain_http_stays_at_home(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Passwords over http are readable to everyone on the way. Loopback has no way."""
    from chatsite.origins import LOOPBACK_HOSTS, host_of

    if settings.SITE_URL.startswith("http://") and host_of(settings.SITE_URL) not in LOOPBACK_HOSTS:
        hint = "Put a proxy with TLS in front and set SITE_URL to its https:// address."
        return [
            Warning(
                "SITE_URL is plain http: passwords can be read on the way.", hint=hint, id="chatsite.W001"
            )
        ]
    return []


@register()
def redis_is_not_used_yet(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A setting that does nothing must say so."""
    if not settings.REDIS_URL:
        return []
    hint = "Run one server process, and leave REDIS_URL out."
    return [Warning("REDIS_URL is set, but this version does not use it.", hint=hint, id="chatsite.W002")]
