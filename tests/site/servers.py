"""Starting `manage.py serve` as people do, as a process of its own, for tests."""

import fcntl
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
READY = re.compile(r"Chatsite is ready: (http://\S+)/$", re.M)
WAIT_SECONDS = 60.0


def environment(data: Path, **variables: str) -> dict[str, str]:
    """What a fresh shell would give, plus `variables`."""
    return {"PATH": os.environ["PATH"], "DATA_DIR": str(data), "PYTHONUNBUFFERED": "1", **variables}


@dataclass
class Serving:
    """A `manage.py serve` and what it has said so far."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def listen(self) -> None:
        """Collect its output until it ends."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._changed:
                self.said.append(line)
                self._changed.notify_all()
        with self._changed:
            self.said.append("")
            self._changed.notify_all()

    @property
    def text(self) -> str:
        return "".join(self.said)

    def wait_for(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Wait until it says something; fail with all it said when it does not, or ends."""
        with self._changed:
            self._changed.wait_for(lambda: self._found(pattern) or self.said[-1:] == [""], WAIT_SECONDS)
            found = self._found(pattern)
        assert found, self.text
        return found

    def _found(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.search(self.text)

    def address(self) -> str:
        """http://127.0.0.1:PORT, once it is ready."""
        return self.wait_for(READY)[1]

    def end(self) -> int:
        """Wait for its end; return the exit status."""
        return self.process.wait(WAIT_SECONDS)


def manage(data: Path, *arguments: str, **variables: str) -> str:
    """Run one command of `manage.py` to its end; return what it printed."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(data, **variables),
        check=True,
        timeout=2 * WAIT_SECONDS,
        stdout=subprocess.PIPE,
    )
    return done.stdout.decode()


def prepare(data: Path, **variables: str) -> None:
    """Make the database and, once for all tests, collect the static files, as `script/server` does."""
    manage(data, "migrate", "--verbosity", "0", **variables)
    collect_static()


@cache
def collect_static() -> None:
    """Bring the collected static files up to date, once for all processes of a test run.

    They are the checkout's, not the data folder's: collected again they would be missing for a moment on the
    sites of the other processes.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    collected = ROOT / "staticfiles" / ".collected-for-tests"
    collected.parent.mkdir(exist_ok=True)
    with collected.open("a+") as mark, TemporaryDirectory() as folder:
        fcntl.flock(mark, fcntl.LOCK_EX)
        mark.seek(0)
        if mark.read() != run:
            manage(Path(folder), "collectstatic", "--noinput", "--verbosity", "0")
            mark.truncate(0)
            mark.write(run)


@contextmanager
def serve(data: Path, **variables: str) -> Iterator[Serving]:
    """Start it on a free port (or PORT); whatever happens, it is gone afterwards."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=environment(data, **{"PORT": "0", **variables}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    serving = Serving(process)
    listener = threading.Thread(target=serving.listen, daemon=True)
    listener.start()
    try:
        yield serving
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        listener.join(WAIT_SECONDS)
        assert process.stdout is not None
        process.stdout.close()
