r"""LaTeX formulas to MathML Core, with the limits that keep a hostile formula from harming the process.

math-core recurses on nesting and can overflow the stack of the whole process: the limits on length and
nesting are not optional. Its time doubles with every bracket that is opened and never closed (24 take 0.2 s,
60 do not end), so that a formula with many brackets must be converted where it can be stopped, in the worker
process. Definitions (`\newcommand`, `\def`) are refused, since expansion would go round the limits.
"""

import html
import re

from math_core import LatexError, LatexToMathML

FORMULA_LENGTH_LIMIT = 2_000
"""Code points of one formula."""

FORMULA_DEPTH_LIMIT = 60
"""Braces open at once in one formula."""

OPENER_LIMIT = 10
"""Opening brackets up to which a formula is cheap however they are (not) closed."""

FORMULA_LANGUAGES = {True: "formula display", False: "formula inline"}
"""What a formula is called among the worker's jobs, by whether it is displayed; no fence can be called so."""

_MACROS = {
    "substack": r"\begin{gathered}#1\end{gathered}",
    "tag": r"\qquad(#1)",
    "mbox": r"\text{#1}",
}
_CONVERTER = LatexToMathML(macros=_MACROS, fancy_error=False, max_expansions=100)
_DEFINITION = re.compile(
    r"\\(?:(?:re|provide)?newcommand|providecommand|[gex]?def|let|Declare[A-Za-z]*)(?![A-Za-z])"
)
_OPENER = re.compile(
    r"""
    [(\[⟦⟨⟪⟮⌈⌊⦃⦅⦇⦉❲⌜⌞⎰⎛⎝⎡⎣⎧⎩]
    | \\\{
    |
    \\[uU]?[lL][A-Za-z]*(?:[aA]ngle|floor|ceil|[vV]ert|[bB]race|[bB]rack|bracket|brbrak|group|moustache|paren|corner)
    """,
    re.VERBOSE,
)
_STYLE = re.compile(r'(<[a-z]+[^<>]*?) style="([^"]*)"')
_CLASS_OF_STYLE = {
    "text-align:right": "math-right",
    "text-align:left": "math-left",
    "padding-right:0": "math-tight-end",
    "padding-left:0": "math-tight-start",
    "padding-left:1em": "math-gap-start",
    "width:100%": "math-wide",
    "width:50%": "math-half",
}
_RULE_SIDES = ("top", "right", "bottom", "left")


def converted(latex: str, *, display: bool) -> str | None:
    """The formula as a `<math>` element, or None if it is over a limit or is not understood."""
    if not _within_limits(latex):
        return None
    try:
        mathml = _CONVERTER.convert_with_local_state(latex, displaystyle=display)
    except LatexError:
        return None
    return _STYLE.sub(_style_as_class, mathml)


def needs_time_limit(latex: str) -> bool:
    """Whether `converted` may take for ever, and is to be called only where it can be stopped."""
    return len(_OPENER.findall(latex)) > OPENER_LIMIT


def formula_source(latex: str) -> str:
    """What is shown of a formula that cannot be converted: its source."""
    return f'<code class="math-error">{html.escape(latex)}</code>'


def _within_limits(latex: str) -> bool:
    if len(latex) > FORMULA_LENGTH_LIMIT or _DEFINITION.search(latex):
        return False
    depth = 0
    for character in latex:
        depth += (character == "{") - (character == "}")
        if depth > FORMULA_DEPTH_LIMIT:
            return False
    return True


def _style_as_class(tag: re.Match[str]) -> str:
    """Alignment and rules become classes, because the site's policy forbids style attributes; colours are
    dropped.
    """
    classes = []
    for declaration in tag[2].replace(" ", "").split(";"):
        name, _, _ = declaration.partition(":")
        side = name.removeprefix("border-")
        if declaration in _CLASS_OF_STYLE:
            classes.append(_CLASS_OF_STYLE[declaration])
        elif side in _RULE_SIDES and side != name:
            classes.append(f"math-rule-{side}")
    return f'{tag[1]} class="{" ".join(classes)}"' if classes else tag[1]


MATH_CLASSES = frozenset(_CLASS_OF_STYLE.values()) | {f"math-rule-{side}" for side in _RULE_SIDES}
"""Every class a formula's element may carry."""
