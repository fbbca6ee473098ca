"""The process that highlights code, and converts formulas that may take for ever; started by
`highlighter.py`.

One JSON object per line in, `{"language", "code", "seconds"}`, one out, `{"html": ...}`, null where the code
is to stay plain. Lexers and converter can take minutes on hostile text, inside one call of C code: a timer of
the kernel's ends the process then, so that not even a worker whose parent was killed can stay. It ends itself
when its input does.
"""

import html
import re
from functools import lru_cache

from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from conversations.processes import serve
from conversations.rendering.mathml import FORMULA_LANGUAGES, converted

_FORMATTER: "HtmlFormatter[str]" = HtmlFormatter(nowrap=True)
_TAG = re.compile(r"<[^>]*>")


@lru_cache(maxsize=100)
def lexer_for(language: str) -> Lexer | None:
    """The lexer of that name, set to keep the text as it is, or None."""
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def highlighted(language: str, code: str) -> str | None:
    """Spans with Pygments' short class names, or None for an unknown language or if the text would not stay
    the same.
    """
    for display, name in FORMULA_LANGUAGES.items():
        if language == name:
            return converted(code, display=display)
    lexer = lexer_for(language)
    if lexer is None:
        return None
    try:
        markup = highlight(code, lexer, _FORMATTER)
    except Exception:  # any lexer of some 500 may fail in its own way; the code is then simply shown plain
        return None
    if "<span" not in markup or html.unescape(_TAG.sub("", markup)) != code:
        return None
    return markup


def main() -> None:
    """Serve until the input ends."""
    serve(lambda job: {"html": highlighted(job["language"], job["code"])})
