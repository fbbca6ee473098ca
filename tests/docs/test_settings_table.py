"""The tables of settings in README.md: every variable that is read stands there, with its true default."""

import json
import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from chatsite.database import database_settings
from chatsite.env import Env
from chatsite.limits import DEFAULTS, Limits

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"`([A-Z][A-Z0-9_]+)`")
READ_SETTINGS = """
import json, os, sys
from chatsite import env
asked = []
raw = env.Env._raw
env.Env._raw = lambda self, name: asked.append(name) or raw(self, name)
from chatsite import settings
print(json.dumps({
    "asked": asked,
    "values": {name: getattr(settings, name) for name in sys.argv[1:]},
}))
"""


def rows() -> dict[str, str]:
    """The default column by variable: of several in one row, each with its own."""
    found: dict[str, str] = {}
    for line in (ROOT / "README.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if line.startswith("| `") and (names := NAME.findall(cells[1])) and cells[1].startswith("`"):
            defaults = re.findall(r"`([^`]*)`", cells[2]) or [""] * len(names)
            found |= dict(zip(names, defaults, strict=True))
    return found


def asked_by_settings(data: Path, *names: str) -> tuple[set[str], dict[str, object]]:
    """The variables that a start with an empty environment asks for, and the values of some settings."""
    done = subprocess.run(
        [sys.executable, "-c", READ_SETTINGS, *names],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(data)},
        check=True,
        stdout=subprocess.PIPE,
        timeout=60,
    )
    told = json.loads(done.stdout)
    return set(told["asked"]), told["values"]


class Recording(Env):
    """Readers that remember what they were asked for."""

    def asked(self) -> set[str]:
        return set(self._known)


def asked_by_postgres(tmp_path: Path) -> set[str]:
    env = Recording({"DATABASE_URL": "postgres://somebody@localhost/chatsite"})
    database_settings(env, tmp_path)
    return env.asked()


def test_every_variable_is_in_the_table_and_nothing_else_is(tmp_path: Path) -> None:
    asked, _ = asked_by_settings(tmp_path)
    assert set(rows()) == asked | asked_by_postgres(tmp_path)


def test_nothing_else_reads_the_environment() -> None:
    """`asgi.py` only names the settings module; the built-in completions server is a program of its own."""
    readers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("chatsite", "conversations")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"os\.environ\b(?!`)|getenv", path.read_text("utf-8"))
    }
    others = {"chatsite/asgi.py", "conversations/provider/__main__.py"}
    assert readers - others == {"chatsite/settings.py"}


@pytest.mark.parametrize("field", [field.name for field in fields(Limits)])
def test_the_default_of_each_limit_is_true(field: str) -> None:
    assert rows()[f"CHATSITE_{field.upper()}"] == f"{getattr(DEFAULTS, field):.10g}"


def test_the_defaults_of_the_settings_are_true(tmp_path: Path) -> None:
    told = {
        name: default
        for name, default in rows().items()
        if default and name not in ("DATA_DIR", "COMPLETIONS_BASE_URL", "DEBUG")
        if not name.startswith(("CHATSITE_", "DATABASE_POOL_"))
    }
    _, values = asked_by_settings(tmp_path, *told)
    shown = {name: ",".join(v) if isinstance(v, list) else str(v) for name, v in values.items()}
    assert shown == told


def test_the_defaults_of_the_pool_are_true(tmp_path: Path) -> None:
    env = Env({"DATABASE_URL": "postgres://somebody@localhost/chatsite"})
    pool = database_settings(env, tmp_path)["OPTIONS"]["pool"]
    table = rows()
    assert {name: str(table[f"DATABASE_POOL_{name}"]) for name in ("MIN", "MAX", "TIMEOUT")} == {
        "MIN": str(pool["min_size"]),
        "MAX": str(pool["max_size"]),
        "TIMEOUT": f"{pool['timeout']:g}",
    }
