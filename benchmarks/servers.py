"""The processes a measurement needs: the built-in completions server and the site, with people signed in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLOCK = os.sysconf("SC_CLK_TCK")

_SIGN_IN = """
import json, sys
import django
django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from chatsite.accounts.models import User
keys = []
for number in range(int(sys.argv[1])):
    person = User.objects.create_user(f"person{number}@example.com", name=f"Person {number}")
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    keys.append(session.session_key)
print(json.dumps(keys))
"""


@dataclass(frozen=True)
class Running:
    """A process that answers at `url`."""

    url: str
    pid: int

    def cpu_seconds(self) -> float:
        """Processor time the process has used, in user and system mode."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / CLOCK

    def resident_mb(self) -> float:
        """Memory the process holds, in MB."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def provider(*, rate: float, first_token_ms: float) -> Iterator[Running]:
    """The built-in completions server at a steady pace."""
    command = [sys.executable, "-m", "conversations.provider", "--exit-with-parent"]
    command += ["--rate", str(rate), "--first-token-ms", str(first_token_ms)]
    with _process(command, dict(os.environ), "listening on ") as running:
        yield running


@contextmanager
def site(*, completions: str, folder: Path, people: int) -> Iterator[tuple[Running, list[str]]]:
    """The site with a fresh SQLite database; gives the session keys of so many people too."""
    env = os.environ | {
        "DATA_DIR": str(folder),
        "PORT": "0",
        "COMPLETIONS_BASE_URL": completions,
        "CHATSITE_SOCKETS_PER_ADDRESS": "2000",
        "CHATSITE_RUNNING_TOTAL": "2000",
        "DJANGO_SETTINGS_MODULE": "chatsite.settings",
        "LOG_LEVEL": "WARNING",
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
    signed_in = subprocess.run(
        [sys.executable, "-c", _SIGN_IN, str(people)], cwd=ROOT, env=env, check=True, capture_output=True
    )
    command = [sys.executable, "manage.py", "serve"]
    with _process(command, env, "Chatsite is ready: ") as running:
        yield running, json.loads(signed_in.stdout)


@contextmanager
def _process(command: list[str], env: dict[str, str], ready: str) -> Iterator[Running]:
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    if process.stdout is None:
        raise RuntimeError("The process has no output.")
    try:
        for line in process.stdout:
            if line.startswith(ready):
                yield Running(line.removeprefix(ready).strip().rstrip("/"), process.pid)
                return
        raise RuntimeError(f"{command[-1]} ended before it was ready.")
    finally:
        process.terminate()
        process.wait(30)
