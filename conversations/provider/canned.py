"""The canned replies: honest about being canned, and showing what the page can do with Markdown."""

import re
from collections.abc import Sequence

from .showcases import SHOWCASES

OPENINGS = (
    "This is a canned reply of the built-in server: no language model has read your message.",
    "You are talking to the built-in server, so this reply is canned: no language model is behind it.",
    "No language model here: this is a canned reply, sent word by word by the built-in server.",
)
VARIANTS = len(OPENINGS)

SMALL_WORDS = re.compile(
    r"(about|after|also|because|been|before|could|does|from|have|here|into|just|like|make|many|more|much|only"
    r"|please|should|show|some|tell|than|that|their|them|then|there|these|they|this|those|what|when|where|which|will"
    r"|with|would|write|your)"
)


def canned(question: str, attachments: Sequence[str], variant: int) -> str:
    """The whole reply to a question, as Markdown. The same arguments give the same text."""
    parts = [OPENINGS[variant % VARIANTS], _about(question)]
    if attachments:
        parts.append(
            f"With your message came {_list(list(attachments))}; they arrived, and were not looked at."
        )
    shown = [text for pattern, text in SHOWCASES if re.search(pattern, question, re.IGNORECASE)]
    parts.extend(shown or [_closing()])
    return "\n\n".join(part for part in parts if part)


def _about(question: str) -> str:
    words = [
        word for word in re.findall(r"[^\W\d_]{4,}", question) if not SMALL_WORDS.fullmatch(word.lower())
    ]
    picked = list(dict.fromkeys(words))[:3]
    if not picked:
        return ""
    return f"You wrote about {_list([f'**{word}**' for word in picked])}."


def _closing() -> str:
    return (
        "It streams, stores and renders exactly like a real one. Try a message with one of these words: "
        "`code`, `table`, `list`, `math`, `json`, `unicode`, `long`.\n\n"
        "To talk to a real model, set the address and the key of a completions API in the site's settings."
    )


def _list(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
