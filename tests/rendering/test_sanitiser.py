"""What reaches a page holds nothing but what is listed here, as an independent HTML5 parser reads it."""

import re
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest

from conversations.rendering import StreamRenderer, render_html
from conversations.rendering.sanitiser import sanitised
from tests.rendering.payloads import PAYLOADS

XHTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
ALLOWED_HTML = {
    "a",
    "blockquote",
    "br",
    "button",
    "code",
    "del",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "input",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "span",
    "strong",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
ALLOWED_MATH = {
    "math",
    "menclose",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
}
ALLOWED_HTML_ATTRIBUTES = {
    *("href", "title", "id", "target", "rel", "aria-label", "role", "tabindex", "class", "type"),
    *("checked", "disabled", "align", "start", "data-copy-code"),
}
CARRIERS = re.compile(
    r"\b(on\w+|src\w*|style|background|ping|(form)?action|poster|data|srcdoc|xlink:href|hx-.*|name|download)"
)
CLASSES = re.compile(
    r"code(-\w+)?|table-wrap|plain-text|image-link|footnote(s|-ref|-backref)|math-[\w-]+|menclose-\w+|[a-z][a-z0-9]{0,2}"
)

PLACES = ("{}", "a {} b", "- {}", "> {}", "| {} |\n|--|", "```\n{}\n```", "```html\n{}\n```", "*{}*", "${}$")


def problems(markup: str) -> list[str]:
    """Everything an HTML5 parser finds in the markup that is not allowed."""
    found = []
    for element in html5lib.parseFragment(markup, treebuilder="etree").iter():
        if element.tag == "DOCUMENT_FRAGMENT":
            continue
        if not isinstance(element.tag, str):
            found.append("a comment or instruction")
            continue
        namespace, _, name = element.tag.rpartition("}")
        if name not in {XHTML: ALLOWED_HTML, MATHML: ALLOWED_MATH}.get(f"{namespace}}}", set()):
            found.append(f"element {element.tag}")
        found += attribute_problems(element, is_html=f"{namespace}}}" == XHTML)
    return found


def attribute_problems(element: Element, *, is_html: bool) -> list[str]:
    found = []
    for name, value in element.attrib.items():
        if (is_html and name not in ALLOWED_HTML_ATTRIBUTES) or CARRIERS.fullmatch(name):
            found.append(f"attribute {name}={value!r}")
        if name == "href" and not value.startswith("#m1-"):
            scheme = urlsplit(value).scheme
            if scheme not in {"http", "https", "mailto"} or "noopener" not in element.get("rel", ""):
                found.append(f"link {value!r}")
        if name == "id" and not value.startswith("m1-fn"):
            found.append(f"id {value!r}")
        if name == "class":
            found += [f"class {one}" for one in value.split() if not CLASSES.fullmatch(one)]
        if name == "form" and value not in {"prefix", "infix", "postfix"}:
            found.append(f"form {value!r}")
        if name == "target" and value != "_blank":
            found.append(f"target {value!r}")
        if name == "type" and value not in {"button", "checkbox"}:
            found.append(f"type {value!r}")
    return found


def test_the_corpus_is_large() -> None:
    assert len(set(PAYLOADS)) >= 150


@pytest.mark.parametrize(
    "unsafe",
    [
        "<script>x</script>",
        "<img src=x>",
        "<p onclick=x>",
        "<a href=javascript:x>",
        "<p id=x>",
        "<p class=composer>",
        "<svg></svg>",
        "<!--x-->",
        "<math><mi href=x>",
        "<input type=image>",
    ],
)
def test_the_check_itself_finds_what_is_unsafe(unsafe: str) -> None:
    assert problems(unsafe)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_harmless_in_every_place(payload: str) -> None:
    for place in PLACES:
        markup = render_html(place.replace("{}", payload), id_prefix="m1-")
        assert problems(markup) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_harmless_at_every_moment_of_a_stream(payload: str) -> None:
    renderer = StreamRenderer(id_prefix="m1-")
    for length in range(1, len(payload) + 1):
        for rendering in (renderer.render(payload[:length]), renderer.render_all(payload[:length])):
            for block in rendering.blocks:
                assert problems(block) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_sanitiser_alone_is_enough(payload: str) -> None:
    """The second wall, without the first: the payload given as if it were markup of our own."""
    clean = sanitised(payload)
    assert [problem for problem in problems(clean) if not problem.startswith(("id ", "link '#"))] == []
    assert sanitised(clean) == clean


def test_a_clean_result_stays_the_same_when_cleaned_again() -> None:
    for payload in PAYLOADS:
        markup = render_html(payload, id_prefix="m1-")
        assert sanitised(markup) == markup
