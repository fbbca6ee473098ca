"""The system checks: each mistake is told, and a proper set-up is silent."""

import pytest
from django.core.checks import run_checks
from pytest_django import Settings


def told() -> list[str]:
    return [str(message.id) for message in run_checks() if str(message.id).startswith("chatsite.")]


def test_a_proper_set_up_is_silent(settings: Settings) -> None:
    settings.SITE_URL = "https://chat.example"
    settings.ALLOWED_HOSTS = ["chat.example"]
    assert told() == []


@pytest.mark.parametrize("host", ["*", ".example", "*.example"])
def test_a_host_for_any_name_is_an_error(host: str, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["localhost", host]
    assert told() == ["chatsite.E001"]


@pytest.mark.parametrize(
    ("url", "ids"),
    [
        ("http://chat.example", ["chatsite.W001"]),
        ("http://192.168.1.5:8000", ["chatsite.W001"]),
        ("http://localhost:8000", []),
        ("http://[::1]:8000", []),
        ("", []),
    ],
)
def test_passwords_over_plain_http_are_warned_of(url: str, ids: list[str], settings: Settings) -> None:
    settings.SITE_URL = url
    assert told() == ids


def test_a_setting_without_effect_says_so(settings: Settings) -> None:
    settings.REDIS_URL = "redis://localhost"
    assert told() == ["chatsite.W002"]
