"""The highlighting process: it is stopped when it takes too long, replaced, and never left behind."""

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from conversations.rendering.highlighter import CODE_LIMIT, LINE_LIMIT, PLAIN, Fence, Highlighter

SLOW = Fence("python", "\n " * 9_000)
QUICK = Fence("python", "x = 1\n")


@pytest.fixture
def highlighter() -> Iterator[Highlighter]:
    one = Highlighter(job_seconds=0.3)
    yield one
    one.close()


def test_code_that_takes_too_long_stays_plain_and_the_next_is_done(highlighter: Highlighter) -> None:
    highlighter.wait([SLOW], seconds=30)
    assert highlighter.find(SLOW) == PLAIN
    highlighter.wait([QUICK], seconds=30)
    result = highlighter.find(QUICK)
    assert result is not None and result.html is not None and "<span" in result.html


@pytest.mark.parametrize("code", ["x" * (LINE_LIMIT + 1), "x\n" * CODE_LIMIT])
def test_code_over_a_limit_is_not_even_asked_for(highlighter: Highlighter, code: str) -> None:
    assert highlighter.find(Fence("python", code)) == PLAIN


def test_code_at_the_line_limit_is_done(highlighter: Highlighter) -> None:
    assert highlighter.find(Fence("python", "x" * LINE_LIMIT)) is None


def test_an_unknown_language_stays_plain(highlighter: Highlighter) -> None:
    fence = Fence("no-such-language", "x = 1")
    highlighter.wait([fence], seconds=30)
    assert highlighter.find(fence) == PLAIN


def test_a_failing_callback_does_not_end_highlighting(highlighter: Highlighter) -> None:
    done = threading.Event()

    def failing() -> None:
        raise RuntimeError("Event loop is closed")

    highlighter.request(QUICK, failing)
    highlighter.request(Fence("python", "y = 2\n"), done.set)
    assert done.wait(30)


def test_a_killed_worker_is_replaced(highlighter: Highlighter) -> None:
    highlighter.wait([QUICK], seconds=30)
    worker = highlighter._worker
    assert worker is not None
    worker.kill()
    worker.wait()
    highlighter.wait([Fence("python", "lost = 1\n")], seconds=30)
    after = Fence("python", "kept = 1\n")
    highlighter.wait([after], seconds=30)
    result = highlighter.find(after)
    assert result is not None and result.html is not None


def test_it_can_be_closed_twice_and_used_again(highlighter: Highlighter) -> None:
    highlighter.close()
    highlighter.close()
    highlighter.wait([QUICK], seconds=30)
    assert highlighter.find(QUICK) is not None


def test_closing_does_not_wait_for_a_job() -> None:
    highlighter = Highlighter(job_seconds=600)
    highlighter.request(SLOW)
    highlighter.close()
    assert highlighter.find(SLOW) is None


def test_the_memory_of_results_is_bounded() -> None:
    highlighter = Highlighter(cache_characters=2_000)
    fences = [Fence("python", f"name_{number} = {number}\n") for number in range(40)]
    highlighter.wait(fences, seconds=30)
    highlighter.close()
    known = [fence for fence in fences if highlighter.find(fence) is not None]
    assert fences[-1] in known
    assert len(known) < len(fences)


@pytest.mark.parametrize("code", ["x = 1\\n", "\\n " * 9_000], ids=["idle", "busy"])
def test_the_worker_ends_when_its_parent_is_killed(code: str) -> None:
    script = (
        "import time\n"
        "from conversations.rendering.highlighter import Fence, Highlighter\n"
        "h = Highlighter(job_seconds=3)\n"
        f"h.wait([Fence('python', 'y = 2\\n')], seconds=30)\nh.request(Fence('python', '{code}'))\n"
        "print(h._worker.pid, flush=True)\ntime.sleep(600)\n"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=root) as parent:
        assert parent.stdout is not None
        worker = os.pidfd_open(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
    with os.fdopen(worker):
        ended, _, _ = select.select([worker], [], [], 30)
    assert ended


def test_the_worker_knows_nothing_of_the_site() -> None:
    script = "import sys; import conversations.rendering.worker; print('django' in sys.modules)"
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", script]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert result.stdout == "False\n"
