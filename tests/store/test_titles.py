"""A conversation's title: the first line that says something, in plain words."""

import pytest

from conversations.store.titles import LENGTH, title_from


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Hello", "Hello"),
        ("  Hello,\n  world  ", "Hello,"),
        ("# A heading\n\ntext", "A heading"),
        ("> quoted *words*", "quoted words"),
        ("1. first\n2. second", "first"),
        ("- [ ] **buy** `milk`", "[ ] buy milk"),
        ("[the docs](https://example.org/a?b=c) say so", "the docs say so"),
        ("![a cat](cat.png)", "a cat"),
        ("***\n---\n\nafter the rule", "after the rule"),
        ("```python\nprint(1)\n```", "python"),
        ("What is 6*7 and snake_case_name?", "What is 6*7 and snake_case_name?"),
        ("**Both** _of_ ***these*** ~~are~~ `marked`, (*really*)", "Both of these are marked, (really)"),
        ("?!\n\n…", "?! …"),
        ("日本語のタイトル", "日本語のタイトル"),
        ("مرحبا بالعالم", "مرحبا بالعالم"),
        ("a\u202eb\u200bc\x07d", "abcd"),
        ("\n\n\n", "New chat"),
        ("", "New chat"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("word " * 20, "word word word word word word word word word word word…"),
        ("-" * 5000 + "late", "…"),
    ],
)
def test_title_from(text: str, title: str) -> None:
    assert title_from(text) == title
    assert len(title) <= LENGTH


def test_a_title_of_a_huge_text_is_made_at_once() -> None:
    """Many marks do not make the pattern try all ways to split them."""
    for mark in ("*", "# ", "1. ", "> ", "[", "![", "[](", "`", "_ *"):
        assert len(title_from(mark * 100_000)) <= LENGTH
