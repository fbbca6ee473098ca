"""The last step for every block: only elements, attributes and addresses named here reach a reader's page.

Nothing that makes a browser fetch by itself is allowed: no image, media, frame, form, style or link element,
and no attribute that carries an address but `href` on `<a>`. Source HTML is escaped before this step; this is
the second wall.
"""

import nh3
from pygments.token import STANDARD_TYPES

from conversations.rendering.mathml import MATH_CLASSES

_TEXT_TAGS = (
    "a blockquote br button code del div em h1 h2 h3 h4 h5 h6 hr input li ol p pre section span strong sup "
    "table tbody td th thead tr ul"
)
_MATH_TAGS = (
    "math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms "
    "mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover"
)
TAGS = frozenset(f"{_TEXT_TAGS} {_MATH_TAGS}".split())
"""Elements that may appear."""

URL_SCHEMES = frozenset({"http", "https", "mailto"})
"""Schemes of links; apart from these only fragments inside the message."""

_MATH_ATTRIBUTES: dict[str, set[str]] = {
    "math": {"display"},
    "menclose": {"notation"},
    "mfrac": {"linethickness"},
    "mi": {"mathvariant"},
    "mo": {
        *("fence", "largeop", "lspace", "maxsize", "minsize", "movablelimits"),
        *("rspace", "separator", "stretchy", "symmetric"),
    },
    "mover": {"accent"},
    "mpadded": {"width", "height", "depth", "lspace", "voffset"},
    "mspace": {"width", "height", "depth"},
    "mstyle": {"displaystyle", "scriptlevel", "mathvariant"},
    "mtable": {"displaystyle", "scriptlevel"},
    "mtd": {"columnspan", "rowspan"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
}
ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title", "id", "aria-label"},
    "button": {"data-copy-code"},
    "div": {"tabindex"},
    "li": {"id"},
    "ol": {"start"},
    "pre": {"tabindex"},
    **_MATH_ATTRIBUTES,
}
"""Attributes with free values, by element; those with fixed values follow."""

ATTRIBUTE_VALUES: dict[str, dict[str, set[str]]] = {
    "a": {"target": {"_blank"}},
    "button": {"type": {"button"}},
    "div": {"role": {"region"}, "aria-label": {"Table"}},
    "input": {"type": {"checkbox"}, "checked": {""}, "disabled": {""}, "aria-label": {"Task"}},
    "mo": {"form": {"prefix", "infix", "postfix"}},
    "td": {"align": {"left", "center", "right"}},
    "th": {"align": {"left", "center", "right"}},
}
CLASSES: dict[str, set[str]] = {
    "a": {"footnote-backref", "image-link"},
    "button": {"code-copy"},
    "code": {"math-error"},
    "div": {"code", "code-head", "table-wrap"},
    "mrow": {"menclose-updiagonalstrike", "menclose-downdiagonalstrike"},
    "mtable": set(MATH_CLASSES),
    "mtd": set(MATH_CLASSES),
    "p": {"plain-text"},
    "section": {"footnotes"},
    "span": {*STANDARD_TYPES.values(), "code-lang"} - {""},
    "sup": {"footnote-ref"},
}


def _fragment_only(address: str) -> str | None:
    return address if address.startswith("#") else None


_CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags={"script", "style"},
    attributes=ATTRIBUTES,
    tag_attribute_values=ATTRIBUTE_VALUES,
    allowed_classes=CLASSES,
    set_tag_attribute_values={"input": {"disabled": ""}},
    url_schemes=set(URL_SCHEMES),
    url_relative=_fragment_only,
    link_rel="noopener noreferrer nofollow ugc",
)


def sanitised(markup: str) -> str:
    """The markup with everything not allowed removed."""
    return _CLEANER.clean(markup)
