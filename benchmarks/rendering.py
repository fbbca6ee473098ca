"""What rendering costs: whole messages of three sizes, and one streaming message per second of streaming.

Run `python -m benchmarks.rendering`. Times are CPU milliseconds of this process (highlighting has its own
process); whole messages are also shown with wall time, which includes the highlighting of code not seen
before.
"""

import itertools
import time

from conversations.rendering import StreamRenderer, diff_blocks, render_blocks, shutdown_highlighting

SIZES = (2_000, 10_000, 50_000)
FLUSHES_PER_SECOND = 12
CHARACTERS_PER_SECOND = 155
"""50 tokens a second of 3.1 characters."""

_SECTION = """## Step {n}

First *measure*, then decide; see [the notes](https://notes.example/{n}) and `config_{n}`.

- a point about **part {n}**
- another, with $x_{{{n}}} = \\frac{{a}}{{b}}$

```python
def step_{n}(values: list[int]) -> int:
    # The total of step {n}
    return sum(value * {n} for value in values)
```

| name | value |
|------|------:|
| a    | {n}   |

"""


def message(size: int, *, variant: int) -> str:
    """A reply of that many characters, with code no other variant has."""
    sections = itertools.count(variant * 1_000)
    text = ""
    while len(text) < size:
        text += _SECTION.format(n=next(sections))
    return text[:size]


def measured(text: str) -> tuple[float, float]:
    """CPU and wall milliseconds of rendering the text."""
    wall, cpu = time.perf_counter(), time.process_time()
    render_blocks(text, id_prefix="m1-")
    return (time.process_time() - cpu) * 1_000, (time.perf_counter() - wall) * 1_000


def stream(text: str) -> float:
    """Render the text as it would arrive; return the slowest flush in milliseconds."""
    renderer = StreamRenderer(id_prefix="m1-")
    sent: tuple[str, ...] = ()
    slowest = 0.0
    step = CHARACTERS_PER_SECOND // FLUSHES_PER_SECOND
    for length in range(step, len(text) + step, step):
        started = time.perf_counter()
        blocks = renderer.render(text[:length]).blocks
        diff_blocks(sent, blocks)
        sent = blocks
        slowest = max(slowest, time.perf_counter() - started)
    return slowest * 1_000


def main() -> None:
    """Print one line per size and kind."""
    render_blocks("```python\nwarm = 1\n```", id_prefix="m1-")
    for variant, size in enumerate(SIZES):
        text = message(size, variant=variant)
        first, again = measured(text), measured(text)
        print(
            f"whole {size:>6}: {first[0]:6.1f} ms CPU, {first[1]:6.1f} ms wall; again {again[0]:.1f} ms CPU"
        )
    for variant, size in enumerate((4_000, 20_000), start=len(SIZES)):
        text = message(size, variant=variant)
        cpu = time.process_time()
        slowest = stream(text)
        per_second = (time.process_time() - cpu) * 1_000 / (size / CHARACTERS_PER_SECOND)
        print(f"stream {size:>5}: {per_second:6.2f} ms CPU per second; slowest flush {slowest:.1f} ms")
    shutdown_highlighting()


if __name__ == "__main__":
    main()
