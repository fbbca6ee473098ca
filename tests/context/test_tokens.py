"""Counting tokens: known counts, and nothing that a text can do to it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from conversations.turns.tokens import count_tokens

# Given in the documentation of the vocabulary's own library, or counted with it.
KNOWN = [
    ("", 0),
    ("hello world", 2),
    ("tiktoken is great!", 6),
    ("antidisestablishmentarianism", 6),
    ("2 + 2 = 4", 7),
    ("お誕生日おめでとう", 9),
]


@pytest.mark.parametrize(("text", "tokens"), KNOWN)
def test_known_counts(text: str, tokens: int) -> None:
    assert count_tokens([text]) == [tokens]


def test_counts_come_in_the_order_of_the_texts() -> None:
    assert count_tokens([text for text, _ in KNOWN]) == [tokens for _, tokens in KNOWN]
    assert count_tokens([]) == []


def test_a_marker_of_the_vocabulary_is_plain_text() -> None:
    assert count_tokens(["<|endoftext|>"]) == [7]


@pytest.mark.parametrize(
    "text", ["\ud83d", "a\x00b", "\udc00\ud800", "🙂" * 100_000, "a" * 1_000_000, "\n" * 9]
)
def test_every_text_can_be_counted(text: str) -> None:
    assert count_tokens([text])[0] > 0


def test_half_a_character_counts_as_what_is_sent_in_its_place() -> None:
    assert count_tokens(["a\ud83db"]) == count_tokens(["a\ufffdb"])


def test_the_vocabulary_is_in_the_package_and_nothing_is_fetched() -> None:
    script = (
        "import sys\n"
        "def refuse(event, args):\n"
        "    if event.startswith('socket.') or event in ('urllib.Request', 'http.client.connect'):\n"
        "        sys.exit(f'asked the network: {event} {args}')\n"
        "sys.addaudithook(refuse)\n"
        "from conversations.turns.tokens import count_tokens\n"
        "sys.exit(count_tokens(['hello world']) != [2])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
