"""The client on docs/protocol.md, run as the page holds it against the real site: so the page is enough."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.docs.examples import example
from tests.site.servers import manage, prepare, serve

EMAIL, PASSWORD = "anna@example.org", "correct horse battery"
WAIT_SECONDS = 30.0


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    prepare(folder)
    manage(folder, "add_person", EMAIL, "--password", PASSWORD)
    return folder


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    with serve(data) as serving:
        yield serving.address()


@contextmanager
def client(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The example as a process; it is ended with the block."""
    script = folder / "client.py"
    script.write_text(example("client.py"), "utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def answer(folder: Path, *arguments: str) -> tuple[dict[str, Any], str]:
    """Run it to its end; returns the article and what it said on the way."""
    with client(folder, *arguments) as process:
        printed, said = process.communicate(timeout=WAIT_SECONDS)
        assert process.returncode == 0, said
    return json.loads(printed), said


def stored(data: Path, message_id: str) -> str:
    with closing(sqlite3.connect(f"file:{data / 'chatsite.sqlite3'}?mode=ro", uri=True)) as connection:
        query = "SELECT content FROM conversations_message WHERE id = ?"
        (row,) = connection.execute(query, [message_id.replace("-", "")])
    return str(row[0])


def test_it_follows_a_reply_as_text(data: Path, address: str, tmp_path: Path) -> None:
    article, said = answer(tmp_path, address, EMAIL, PASSWORD, "unicode and a table")
    assert article["state"] == "complete"
    assert article["text"] == stored(data, article["id"])
    assert any(ord(sign) > 0xFFFF for sign in article["text"]), "signs of two UTF-16 units"
    assert "complete" in said
    assert "differs" not in said


def test_it_follows_a_reply_as_html_with_many_acknowledgements(
    data: Path, address: str, tmp_path: Path
) -> None:
    question = "unicode, a table, a list and code"
    article, said = answer(tmp_path, address, EMAIL, PASSWORD, question, "html")
    assert article["state"] == "complete"
    assert "<table>" in article["html"]
    assert said.count("characters so far") > 16, "more frames than may be unacknowledged"
    assert "complete" in said
    assert "differs" not in said


def test_a_wrong_password_is_told(address: str, tmp_path: Path) -> None:
    with client(tmp_path, address, "nobody@example.org", "wrong", "hello") as process:
        _, said = process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode == 1
    assert "is wrong" in said


def test_it_finds_its_reply_again_after_the_site_was_killed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    prepare(data)
    manage(data, "add_person", EMAIL, "--password", PASSWORD)
    with serve(data) as first:
        address = first.address()
        question = "scenario: endless rate=40"
        with client(tmp_path, address, EMAIL, PASSWORD, question) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if re.match(r"[1-9]\d+ characters so far", line):
                    break
            # Reads on, so that the client never waits for room in the pipe.
            threading.Thread(target=process.stderr.read, daemon=True).start()
            first.process.kill()
            first.process.wait()
            with serve(data, PORT=address.rpartition(":")[2]) as second:
                assert second.address() == address
                assert process.stdout is not None
                article = json.loads(process.stdout.read())
                assert process.wait(WAIT_SECONDS) == 0
    assert article["state"] == "interrupted"
    assert article["text"] == stored(data, article["id"])
