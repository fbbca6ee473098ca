"""A stream, however cut, ends as the whole message; before that it does not show what it must take back."""

import json
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversations.rendering import StreamRenderer, apply_patch, diff_blocks, render_blocks
from conversations.rendering.source import MARKDOWN_LIMIT

REPLY = """Here is the plan 😀:

1. First, *measure*.
2. Then decide.

| 項目 | value |
|------|------:|
| a    | 1     |
| b    | 2     |

## שלום

- [ ] open
- [x] done

  nested **text**

```python
def f(x: int) -> str:
    return "👩‍🚀"
```

Formula $x_1$ and

$$\\sum_{i=0}^n i$$

---

See [docs](https://docs.example) and the note[^1].

> Quoted
> text

[^1]: A *footnote*.
"""
DOCUMENTS = [
    REPLY,
    "- a\n- b\n\n- c\n  - d\n\n    para\n",
    "[late] and [late][]\n\ntext\n\n[late]: https://late.example\n",
    "a[^1] b[^2]\n\n[^2]: two\n\n[^1]: one\n",
    "Title\n=====\n\nSub\n---\ntext\n***\n",
    "> ```js\n> let a\n> ```\nlazy\n",
    "1. x\n\n   ```sh\n   ls\n   ```\n2. y\n",
    "<div>\n<script>x</script>\n\n<b>\n",
    "~~~~md\n```py\nx\n```\n~~~~\n",
    "```rust\nfn main() {}",
    "\\(a\\) \\[b\\] $$ \nc\n$$ `$` \\$\n",
    "مرحبا **بالعالم** 東京**タワー**です\r\n\r\n# x\r\n",
]


@st.composite
def cut_document(draw: st.DrawFn) -> tuple[str, list[int]]:
    markdown = draw(
        st.sampled_from(DOCUMENTS)
        | st.lists(st.sampled_from(list("ab \n>*_-=|`#1.[]()$\\~:!<&😀東ش")), max_size=60).map("".join)
    )
    sizes = draw(st.lists(st.integers(1, 40), min_size=1, max_size=60))
    return markdown, sizes


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cut_document())
def test_however_a_message_is_cut_the_stream_ends_as_the_whole(cut: tuple[str, list[int]]) -> None:
    markdown, sizes = cut
    whole = render_blocks(markdown, id_prefix="m1-")
    renderer = StreamRenderer(id_prefix="m1-")
    sent: tuple[str, ...] = ()
    browser: list[str] = []
    length = cursor = step = 0
    while length < len(markdown):
        length = min(len(markdown), length + sizes[step % len(sizes)])
        step += 1
        now = renderer.render(markdown[:length])
        assert cursor <= now.cursor <= length
        cursor = now.cursor
        browser = apply_patch(browser, json.loads(json.dumps(diff_blocks(sent, now.blocks))))
        assert browser == list(now.blocks)
        sent = now.blocks
    final = renderer.render_all(markdown)
    browser = apply_patch(browser, json.loads(json.dumps(diff_blocks(sent, final.blocks))))
    assert final.cursor == len(markdown)
    assert browser == whole


def test_blocks_before_the_last_do_not_change_in_an_ordinary_reply() -> None:
    markdown = REPLY.replace("[^1]", "(1)").replace("(1): ", "")
    render_blocks(markdown, id_prefix="m1-")
    renderer = StreamRenderer(id_prefix="m1-")
    before: tuple[str, ...] = ()
    for length in range(1, len(markdown) + 1):
        now = renderer.render(markdown[:length]).blocks
        assert now[: len(before) - 1] == before[:-1], markdown[:length][-40:]
        before = now


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\n-", "a\n"),
        ("a\n==", "a\n"),
        ("a\n1.", "a\n"),
        ("a\n``", "a\n"),
        ("a\n```py", "a\n"),
        ("a\n| b", "a\n"),
        ("a\n\n| b |\n", "a\n\n"),
        ("a\n\n| b |\n|-", "a\n\n"),
        ("a\n[x", "a\n"),
        ("a\n[x]: http", "a\n"),
        ("a\n$$", "a\n"),
        ("a\n##", "a\n"),
        ("a\n- [x", "a\n"),
        ("a\r", "a"),
        ("a\n- b", "a\n- b"),
        ("a\n-b", "a\n-b"),
        ("`code", "`code"),
        ("[x](http", "[x](http"),
        ("word", "word"),
    ],
)
def test_an_undecided_last_line_waits(text: str, shown: str) -> None:
    renderer = StreamRenderer(id_prefix="m1-")
    assert renderer.render(text).cursor == len(shown)
    assert renderer.render_all(text).cursor == len(text)


def test_a_very_long_undecided_line_is_shown() -> None:
    text = "| " + "x" * 3_000
    assert StreamRenderer(id_prefix="m1-").render(text).cursor == len(text)


def test_code_is_plain_until_its_colours_are_there_and_then_heals_in_place() -> None:
    ready = threading.Event()
    renderer = StreamRenderer(id_prefix="m1-", on_late=ready.set)
    text = "before\n\n```python\nheals_in_place = 1\n```\nafter"
    first = renderer.render(text).blocks
    assert "heals_in_place = 1" in first[1]
    assert ready.wait(20)
    second = renderer.render(text).blocks
    assert '<span class="mi">1</span>' in second[1]
    assert (first[0], first[2]) == (second[0], second[2])


def test_an_open_fence_is_not_highlighted() -> None:
    ready = threading.Event()
    renderer = StreamRenderer(id_prefix="m1-", on_late=ready.set)
    closed = "```python\nopen_fence_one = 1\n```\n"
    renderer.render(f"{closed}```python\nopen_fence_two = 2\n")
    assert ready.wait(20)
    last = renderer.render(f"{closed}```python\nopen_fence_two = 2\n").blocks
    assert "<span" in last[0].partition("<code>")[2]
    assert "open_fence_two = 2" in last[1]


def test_the_end_of_the_markdown_part_does_not_move_while_the_text_grows() -> None:
    text = "paragraph of words\n\n" * 6_000
    renderer = StreamRenderer(id_prefix="m1-")
    shorter = renderer.render(text[: MARKDOWN_LIMIT + 5_000]).blocks
    longer = renderer.render(text).blocks
    assert longer[: len(shorter) - 1] == shorter[:-1]
