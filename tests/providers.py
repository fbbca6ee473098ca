"""Starting the built-in completions server as a real process, for tests.

with start_provider(rate=0, key="secret") as provider:
    httpx.post(f"{provider.base_url}/chat/completions", …)
    assert provider.stats()["aborted"] == 1
"""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Provider:
    """A running server. `base_url` ends in `/v1`; `root` is without it."""

    base_url: str
    process: subprocess.Popen[str]
    key: str = ""

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def root(self) -> str:
        return self.base_url.removesuffix("/v1")

    def stats(self) -> dict[str, Any]:
        """Counters of completion requests: started, running, finished, aborted; `requests` by client id."""
        return self._get("/stats")

    def requests(self) -> list[dict[str, Any]]:
        """The last completion requests, oldest first: `{client_request_id, body}`."""
        found: list[dict[str, Any]] = self._get("/requests")["data"]
        return found

    def stop(self) -> None:
        """End the process: politely first, and for certain."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _get(self, path: str) -> dict[str, Any]:
        request = urllib.request.Request(self.root + path, headers={"Authorization": f"Bearer {self.key}"})
        with urllib.request.urlopen(request, timeout=10) as response:
            answer: dict[str, Any] = json.load(response)
            return answer


@contextmanager
def start_provider(**options: object) -> Iterator[Provider]:
    """Run `python -m conversations.provider` with `options` (`first_token_ms=0` is `--first-token-ms 0`).

    As fast as it can by default. It ends with the block, and with this process whatever happens to it.
    """
    options = {"rate": 0, "first_token_ms": 0, **options}
    arguments = [
        part for name, value in options.items() for part in (f"--{name.replace('_', '-')}", str(value))
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "conversations.provider", "--exit-with-parent", *arguments],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if key != "PROVIDER_KEY"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    provider = Provider("", process)
    try:
        line = process.stdout.readline()
        if not line.startswith("listening on "):
            raise RuntimeError(f"the provider did not start: {line!r}")
        yield Provider(line.removeprefix("listening on ").strip(), process, str(options.get("key", "")))
    finally:
        provider.stop()
        process.stdin.close()
        process.stdout.close()
