"""`script/server` on a fresh copy of the checkout: from nothing to a site that answers, with one command."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest

from tests.site.servers import READY, ROOT, Serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
FIRST_PASSWORD = re.compile(r"Made the first admin: admin@localhost  password: \S{16}\n")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `git clone` would give of this working tree, in a folder with a space in its name."""
    folder = tmp_path_factory.mktemp("fresh clone")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@contextmanager
def script_server(checkout: Path) -> Iterator[Serving]:
    """Run it from another directory, by its path."""
    home = {
        name: os.environ[name] for name in ("HOME", "PIP_CACHE_DIR", "PIP_INDEX_URL") if name in os.environ
    }
    process = subprocess.Popen(
        [checkout / "script" / "server"],
        cwd="/",
        env={"PATH": os.environ["PATH"], "PORT": "0", **home},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    serving = Serving(process)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            serving.said.append(line)
            if READY.search(line):
                break
        assert READY.search(serving.text), serving.text[-3000:]
        yield serving
        process.send_signal(signal.SIGTERM)
        assert serving.end() == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_one_command_makes_the_site_and_the_second_start_is_quick(checkout: Path) -> None:
    with script_server(checkout) as first:
        assert "Making .venv" in first.text
        assert "Installing requirements.txt" in first.text
        assert FIRST_PASSWORD.search(first.text)
    started = monotonic()
    with script_server(checkout) as second:
        took = monotonic() - started
        assert "Installing" not in second.text
        assert "Collecting" not in second.text
        assert "password" not in second.text
    print(f"second start: {took:.1f} s")
    assert (checkout / "data" / "chatsite.sqlite3").exists()


def test_without_a_fitting_python_it_says_so(checkout: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(checkout / "script", copy / "script")
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "dirname", "cksum", "cat"):
        (tools / name).symlink_to(shutil.which(name) or "")
    (tools / "python3").write_text("#!/bin/sh\nexit 1\n")  # what too old a Python answers
    (tools / "python3").chmod(0o755)
    done = subprocess.run(
        [copy / "script" / "server"], env={"PATH": str(tools)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Chatsite needs Python 3.11 or newer")
    assert done.stderr.count("\n") == 1
