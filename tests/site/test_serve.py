"""`manage.py serve` as a real process: its start, its refusals, its end, and the demo server beside it."""

import json
import os
import re
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.site.servers import Serving, prepare, serve


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data folder")
    prepare(folder)
    return folder


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One server for the tests that leave it as it is."""
    folder = tmp_path_factory.mktemp("data")
    prepare(folder)
    with serve(folder) as serving:
        yield serving


def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    """Wait for something in another process that sends us no event."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "it did not happen"
        sleep(0.02)


def children(serving: Serving) -> list[int]:
    """The processes it started, by the kernel's own list."""
    found = []
    for task in Path(f"/proc/{serving.process.pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has just ended
            found += [int(number) for number in (task / "children").read_text().split()]
    return found


def demo_servers(serving: Serving) -> list[int]:
    return [pid for pid in children(serving) if b"conversations.provider" in command_line(pid)]


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def get(address: str, **headers: str) -> tuple[int, bytes]:
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_it_serves_tells_its_address_last_and_stops_at_sigterm(data: Path) -> None:
    with serve(data) as serving:
        address = serving.address()
        start = [line for line in serving.said if " INFO " not in line]
        assert start[-1].startswith("Chatsite is ready: ")
        assert "Demo: replies are canned" in serving.text
        assert get(f"{address}/readyz") == (200, json.dumps({"status": "ok"}).encode())
        assert get(address.replace("127.0.0.1", "localhost") + "/accounts/login/")[0] == 200
        assert get(f"{address}/accounts/login/", Host="evil.example")[0] == 400
        (demo,) = demo_servers(serving)
        serving.process.send_signal(signal.SIGTERM)
        assert serving.end() == 0
        assert not command_line(demo)
        assert "Traceback" not in serving.text


def test_a_second_signal_stops_it_now(data: Path) -> None:
    with serve(data) as serving:
        serving.address()
        serving.process.send_signal(signal.SIGINT)
        serving.process.send_signal(signal.SIGTERM)
        assert serving.end() == 0
        assert "Traceback" not in serving.text


def test_a_signal_during_the_start_leaves_nothing_behind(data: Path) -> None:
    with serve(data) as serving:
        until(lambda: bool(demo_servers(serving)))
        (demo,) = demo_servers(serving)
        serving.process.send_signal(signal.SIGTERM)
        serving.end()
        until(lambda: not command_line(demo))


def test_a_taken_port_is_one_line(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with serve(data, PORT=port) as serving:
            assert serving.end() == 1
    assert re.search(rf"cannot listen on 127\.0\.0\.1:{port}: .*Address already in use", serving.text)
    assert "Traceback" not in serving.text


def test_a_second_server_on_the_same_data_is_refused_in_one_line(data: Path) -> None:
    with serve(data) as first:
        first.address()
        with serve(data) as second:
            assert second.end() == 1
            assert f"Another Chatsite (process {first.process.pid}) already serves" in second.text
            assert second.text.count("\n") == 1
        assert get(f"{first.address()}/healthz")[0] == 200


def test_a_database_without_its_tables_is_refused_in_one_line(tmp_path: Path) -> None:
    with serve(tmp_path) as serving:
        assert serving.end() == 1
        assert "Run: manage.py migrate" in serving.text
        assert serving.text.count("\n") == 1


def test_the_demo_server_ends_even_when_serve_is_killed(data: Path) -> None:
    with serve(data) as serving:
        serving.address()
        (demo,) = demo_servers(serving)
        serving.process.kill()
        serving.end()
        until(lambda: not command_line(demo))


def test_the_demo_server_is_started_again_on_its_port(data: Path) -> None:
    with serve(data) as serving:
        serving.address()
        (first,) = demo_servers(serving)
        port = listening_port(first)
        os.kill(first, signal.SIGKILL)
        until(lambda: demo_servers(serving) not in ([], [first]))
        (second,) = demo_servers(serving)
        until(lambda: listening_port(second) == port)


def listening_port(pid: int) -> int | None:
    """The TCP port a process listens on, by the kernel's tables."""
    sockets = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
            return int(fields[1].split(":")[1], 16)
    return None


def test_with_an_address_of_its_own_there_is_no_demo_server(data: Path) -> None:
    with serve(data, COMPLETIONS_BASE_URL="http://127.0.0.1:9/v1") as serving:
        serving.address()
        assert not demo_servers(serving)
        assert "Demo" not in serving.text


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        ("/ws", None),
        ("/ws", "null"),
        ("/ws", "http://evil.example"),
        ("/ws", "https://{host}"),
        ("/nowhere", "http://{host}"),
    ],
)
def test_a_foreign_page_or_path_gets_no_socket(running: Serving, path: str, origin: str | None) -> None:
    host = running.address().removeprefix("http://")
    headers = {"Origin": origin.format(host=host)} if origin else {}
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(f"ws://{host}{path}", additional_headers=headers),
    ):
        pass
    assert refused.value.response.status_code == 403
    assert "Traceback" not in running.text
