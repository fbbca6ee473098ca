"""The program: its one line, its ends, its defaults, and that it stands apart."""

import subprocess
import sys

import pytest

from tests.providers import ROOT, start_provider

from .wire import ask

COMMAND = [sys.executable, "-m", "conversations.provider"]


def launch(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *options], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_it_prints_one_line_and_ends_with_its_parents_pipe() -> None:
    process = launch("--exit-with-parent")
    assert process.stdin is not None and process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("listening on http://127.0.0.1:")
    assert line.endswith("/v1\n")
    process.stdin.close()
    assert process.wait(10) == 0
    assert process.stdout.read() == ""
    process.stdout.close()


@pytest.mark.parametrize("options", [[], ["--exit-with-parent"]])
def test_sigterm_ends_it(options: list[str]) -> None:
    with launch(*options) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.terminate()
        assert process.wait(10) == 0


def test_without_the_option_it_outlives_its_input() -> None:
    with launch() as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdout.readline()
        process.stdin.close()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        process.terminate()


def test_sigterm_ends_it_in_the_middle_of_a_stall() -> None:
    with start_provider(key="sk-test-provider") as provider:
        answer = ask(provider, "scenario: stall after=1", until=b"w1")
        assert answer.end == "open"
        provider.process.terminate()
        assert provider.process.wait(10) == 0


def test_it_imports_nothing_of_the_site() -> None:
    program = (
        "import sys, conversations.provider.__main__\n"
        "print([name for name in sys.modules if name == 'django' or name.startswith('chatsite')"
        " or name.startswith('conversations.') and not name.startswith('conversations.provider')])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


def test_its_help_names_every_option() -> None:
    help_text = subprocess.run(
        [*COMMAND, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for option in ("--host", "--port", "--key", "--rate", "--first-token-ms", "--exit-with-parent"):
        assert option in help_text
