"""Showcases of Markdown, each shown when the question has one of its keywords."""

CODE = '''Here is a small Python function, with a test:

```python
from collections import Counter


def most_common(words: list[str], count: int = 3) -> list[tuple[str, int]]:
    """The `count` most common words, most common first."""
    return Counter(word.lower() for word in words).most_common(count)


assert most_common(["a", "B", "b"], 1) == [("b", 2)]
```

Run it with `python example.py`. In a shell, the same idea is:

```sh
tr -s ' ' '\\n' < text.txt | sort | uniq -c | sort -rn | head -3
```'''

TABLE = """| Model | Context | Input, per million tokens | Good for |
|:------|--------:|--------:|:---------|
| `gpt-4-0125-preview` | 128,000 | $10.00 | finishing tasks |
| `gpt-4-1106-preview` | 128,000 | $10.00 | JSON mode, parallel calls |
| *this one* | all of it | $0.00 | trying things out |"""

LISTS = """A plan, in order:

1. Read the question twice.
   - What is asked?
   - What is *not* asked?
2. Answer it.
3. Check the answer.

And what is left to do:

- [x] Start the server
- [x] Send a message
- [ ] Ask a real model"""

MATH = r"""The roots of $ax^2 + bx + c = 0$ are

$$
x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}
$$

and the sum of the first $n$ integers is \(\frac{n(n+1)}{2}\). Euler's identity, on a line of its own:

\[
e^{i\pi} + 1 = 0
\]"""

DATA = """The same thing as data:

```json
{
  "reply": "canned",
  "tokens": [1, 2, 3],
  "nested": {"true": true, "nothing": null}
}
```"""

UNICODE = """Text from many places: Zażółć gęślą jaźń · Привет, мир · 你好，世界 ·
こんにちは · שלום עולם · مرحبا بالعالم · नमस्ते.

Combined characters: é (one) and é (two), 👩‍👩‍👧‍👦, 🇪🇺, 👍🏽, and the mathematical 𝔘𝔫𝔦𝔠𝔬𝔡𝔢."""

_SENTENCES = (
    "Paragraph {0} of a long reply, sent to show that scrolling stays calm while text arrives.",
    "Move up to read something older and the page stays where you are; a button brings you back down.",
    "Stop ends the reply here and keeps what has arrived.",
)
LONG = "\n\n".join(
    (f"### Part {number}\n\n" if number % 5 == 1 else "") + " ".join(_SENTENCES).format(number)
    for number in range(1, 21)
)

SHOWCASES = (
    (r"\bcode\b|\bfunction\b|\bpython\b|\bprogram", CODE),
    (r"\btables?\b", TABLE),
    (r"\blists?\b|\btasks?\b|\bsteps\b", LISTS),
    (r"\bmath|\blatex\b|\bformula|\bequation", MATH),
    (r"\bjson\b", DATA),
    (r"\bunicode\b|\bemoji", UNICODE),
    (r"\blong\b", LONG),
)
"""Pairs of a pattern to look for in the question (any case) and the Markdown to show."""
