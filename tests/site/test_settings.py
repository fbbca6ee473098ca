"""The settings as a whole, each case in a process of its own: what is refused, and what follows from what."""

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOW = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in %r}, default=str))
"""


def manage(data: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(data), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def read(data: Path, *names: str, **variables: str) -> dict[str, Any]:
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(data), **variables}
    environment["DJANGO_SETTINGS_MODULE"] = "chatsite.settings"
    command = [sys.executable, "-c", SHOW % (names,)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"PORT": "eighty"}, "PORT is 'eighty', but it must be a whole number from 0 to 65535."),
        ({"SITE_URL": "chat.example"}, "SITE_URL is 'chat.example', but it must be an address like"),
        ({"SITE_URL": "https://chat.example/here"}, "SITE_URL must have no path"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        (
            {"COMPLETIONS_TRANSPORT": "curl"},
            "COMPLETIONS_TRANSPORT is 'curl', but it must be one of aiohttp, httpx.",
        ),
        ({"COMPLETION_MODEL": "x", "COMPLETIONS_MODEL": "x"}, "Did you mean COMPLETIONS_MODELS?"),
        ({"CHATSITE_ADMIN_MAIL": "x"}, "Did you mean CHATSITE_ADMIN_EMAIL?"),
        ({"REDIS_URL": "http://redis"}, "REDIS_URL is 'http://redis'"),
        ({"DATA_DIR": "/proc/none"}, "DATA_DIR is '/proc/none', but it must be a folder that can be made"),
    ],
)
def test_a_wrong_setting_is_one_line_and_no_traceback(
    tmp_path: Path, variables: dict[str, str], says: str
) -> None:
    done = manage(tmp_path, "check", **variables)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_settings_the_site_is_a_demo_on_this_machine(tmp_path: Path) -> None:
    names = (
        "DEMO",
        "COMPLETIONS_BASE_URL",
        "ALLOWED_HOSTS",
        "SESSION_COOKIE_NAME",
        "DEBUG",
        "SECURE_HSTS_SECONDS",
    )
    assert read(tmp_path, *names) == {
        "DEMO": True,
        "COMPLETIONS_BASE_URL": "",
        "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]", "127.0.0.1"],
        "SESSION_COOKIE_NAME": "chatsite_session",
        "DEBUG": False,
        "SECURE_HSTS_SECONDS": 0,
    }


@pytest.mark.parametrize("name", ["COMPLETIONS_API_KEY", "AIMLAPI_API_KEY"])
def test_a_key_alone_means_the_default_server(tmp_path: Path, name: str) -> None:
    shown = read(tmp_path, "DEMO", "COMPLETIONS_BASE_URL", "COMPLETIONS_API_KEY", **{name: "sk-1"})
    assert shown == {
        "DEMO": False,
        "COMPLETIONS_BASE_URL": "https://api.aimlapi.com/v1",
        "COMPLETIONS_API_KEY": "sk-1",
    }


def test_an_address_alone_needs_no_key(tmp_path: Path) -> None:
    shown = read(tmp_path, "DEMO", "COMPLETIONS_BASE_URL", COMPLETIONS_BASE_URL="http://127.0.0.1:11434/v1/")
    assert shown == {"DEMO": False, "COMPLETIONS_BASE_URL": "http://127.0.0.1:11434/v1"}


def test_an_https_address_makes_the_cookies_strict(tmp_path: Path) -> None:
    names = ("ALLOWED_HOSTS", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE")
    assert read(tmp_path, *names, SITE_URL="https://chat.example") == {
        "ALLOWED_HOSTS": ["chat.example"],
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_SECURE": True,
    }


def test_the_secret_key_is_made_once_and_kept_to_ourselves(tmp_path: Path) -> None:
    data = tmp_path / "data folder"
    with ThreadPoolExecutor(4) as pool:
        keys = {shown["SECRET_KEY"] for shown in pool.map(lambda _: read(data, "SECRET_KEY"), range(4))}
    assert len(keys) == 1
    assert stat.S_IMODE((data / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert [path.name for path in data.iterdir()] == ["secret_key"]


def test_a_cut_secret_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("cut")
    done = manage(tmp_path, "check")
    assert done.returncode == 2
    assert "too short" in done.stderr
