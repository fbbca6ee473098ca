"""The real site as a process, its people, and its rows as another program reads them."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.site.servers import ROOT, Serving, environment, prepare, serve
from tests.turns import try_tools

KEY = "sk-CANARY-live-51f0c2a7d94e"
PASSWORD = "correct horse battery"
ACTIVE = ("queued", "running")

MAKE_PEOPLE = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from chatsite.accounts.models import User
password, made = make_password({password!r}), []
for number in range({count}):
    email = f"person{taken}-{{number}}@example.org"
    person = User.objects.create(email=email, name=f"Person {{number}}", password=password)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    made.append([person.pk, person.email, session.session_key])
print(json.dumps(made))
"""


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    pk: int
    email: str
    session: str

    @property
    def cookie(self) -> str:
        return f"chatsite_session={self.session}"


@dataclass
class Site:
    """A data folder, and the server on it while `running`. `faulty`: its log may show errors."""

    data: Path
    variables: dict[str, str]
    serving: Serving | None = None
    address: str = ""
    faulty: bool = False
    _people: list[Person] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator[Serving]:
        """Serve until the block ends; may be entered again, on the same port or another."""
        with serve(self.data, **self.variables) as serving:
            self.serving, self.address = serving, serving.address()
            yield serving

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://")

    def orm(self, code: str) -> str:
        """Run code in a shell of the site's; return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
            cwd=ROOT,
            env=environment(self.data, **self.variables),
            check=True,
            timeout=120,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout

    def check(self) -> None:
        """Hold the whole database to the promises of `tests.invariants`; nothing may run any more."""
        self.orm(f"from tests.invariants import check_invariants; check_invariants(secrets=[{KEY!r}])")

    def person(self) -> Person:
        """Somebody nobody else has met."""
        if not self._people:
            taken = self.one("SELECT count(*) FROM accounts_user")
            code = MAKE_PEOPLE.format(password=PASSWORD, count=60, taken=taken)
            self._people = [Person(*row) for row in json.loads(self.orm(code))]
        return self._people.pop()

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of the database, read only."""
        uri = f"file:{self.data / 'chatsite.sqlite3'}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=10)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def one(self, query: str, *values: Any) -> Any:
        """The first column of the only row."""
        (row,) = self.rows(query, *values)
        return next(iter(row.values()))

    def generation(self, generation_id: str) -> dict[str, Any]:
        """The row of a generation with its message's `content`, `reasoning` and `blocks`."""
        (row,) = self.rows(
            "SELECT g.*, m.content, m.reasoning, m.blocks, m.owner_id FROM conversations_generation g "
            "JOIN conversations_message m ON m.id = g.message_id WHERE g.id = ?",
            generation_id.replace("-", ""),
        )
        return row


def new_site(data: Path, url: str, **variables: str) -> Site:
    """A site with an empty database whose model host is at `url`; not serving yet."""
    site = Site(
        data,
        {
            "COMPLETIONS_BASE_URL": url,
            "COMPLETIONS_API_KEY": KEY,
            "COMPLETIONS_IDLE_SECONDS": "600",  # a gate may stay closed for as long as a busy machine needs
            "CHATSITE_RUNNING_PER_USER": "50",
            "CHATSITE_SOCKETS_PER_ADDRESS": "400",
            "CHATSITE_SOCKETS_PER_USER": "60",
            "CHATSITE_FRAMES_BURST": "400",
            "CHATSITE_FRAMES_PER_SECOND": "200",
            **variables,
        },
    )
    prepare(data, **site.variables)
    return site


def tooled_site(data: Path, url: str) -> Site:
    """A new site that offers the tools of `try_tools`."""
    return new_site(data, url, CHATSITE_TOOL_MODULES=try_tools.__name__)


def broken_promises(site: Site) -> list[str]:
    """What must hold in the database once nothing runs, and does not: empty when all is well."""
    checks = {
        "a reply is still active": "SELECT id FROM conversations_generation "
        "WHERE state IN ('queued', 'running')",
        "a reply has no generation": "SELECT m.id FROM conversations_message m LEFT JOIN "
        "conversations_generation g ON g.message_id = m.id WHERE m.role = 'assistant' AND g.id IS NULL",
        "a message of a person has no reply": "SELECT m.id FROM conversations_message m LEFT JOIN "
        "conversations_message r ON r.parent_id = m.id WHERE m.role = 'user' AND r.id IS NULL",
        "an action was carried out twice": "SELECT client_id FROM conversations_message WHERE client_id "
        "IS NOT NULL GROUP BY owner_id, client_id HAVING count(*) > 1",
        "an ended reply has no end time": "SELECT id FROM conversations_generation WHERE ended_at IS NULL "
        "AND state NOT IN ('queued', 'running')",
        "a cursor is not the length of its text": "SELECT g.id FROM conversations_generation g JOIN "
        "conversations_message m ON m.id = g.message_id WHERE g.cursor != length(m.content)",
        "a failure has no words": "SELECT id FROM conversations_generation WHERE state = 'failed' "
        "AND (error_kind = '' OR error_message = '')",
        "a message belongs to somebody else's conversation": "SELECT m.id FROM conversations_message m JOIN "
        "conversations_conversation c ON c.id = m.conversation_id WHERE m.owner_id != c.owner_id",
        "the shown leaf is of another conversation": "SELECT c.id FROM conversations_conversation c JOIN "
        "conversations_message m ON m.id = c.current_leaf_id WHERE m.conversation_id != c.id",
    }
    return [f"{what}: {rows[:3]}" for what, query in checks.items() if (rows := site.rows(query))]
