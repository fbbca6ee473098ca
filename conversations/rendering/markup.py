"""One raw block of comrak's HTML to the markup our pages use; sanitising comes after.

What is changed: code blocks get a head with their language and a copy button (and colours, if there are any),
formulas become MathML, tables can scroll sideways, boxes of task lists get a name, images become links that
name their host, links open in a new tab, and fragments stay within their message by its id prefix.
"""

import html
import re
from collections.abc import Callable
from urllib.parse import urlsplit

Colour = Callable[[str, str], str | None]
"""(language, code) to the code as highlighted HTML, or None where it is to stay plain."""

Formula = Callable[[str, bool], str]
"""(LaTeX, whether displayed) to the HTML of the formula."""

_LANGUAGE_LIMIT = 40
_TOKEN = re.compile(
    r"""
      <pre><code(?:\ class="language-(?P<language>[^"]*)")?>(?P<code>.*?)</code></pre>
    | <span\ data-math-style="(?P<style>inline|display)">(?P<latex>.*?)</span>
    | <img\ src="(?P<src>[^"]*)"\ alt="(?P<alt>[^"]*)"[^>]*>
    | <a\ href="(?P<href>[^"]*)"
    | (?P<link_end></a>)
    | (?P<id>\ id=")
    | (?P<table></?table>)
    | (?P<task><input\ type="checkbox")
    """,
    re.VERBOSE | re.DOTALL,
)
_TABLE = {
    "<table>": '<div class="table-wrap" tabindex="0" role="region" aria-label="Table"><table>',
    "</table>": "</table></div>",
}


def page_markup(raw: str, *, id_prefix: str, colour: Colour, formula: Formula) -> str:
    """The raw block in the form above. `colour` is called once per code block, in order."""
    inside_link = False

    def replaced(token: re.Match[str]) -> str:
        nonlocal inside_link
        if token["code"] is not None:
            return _code(token["language"] or "", token["code"], colour)
        if token["style"]:
            return formula(html.unescape(token["latex"]), token["style"] == "display")
        if token["src"] is not None:
            return _image(token["src"], token["alt"], inside_link=inside_link)
        if token["href"] is not None:
            inside_link = True
            return _link(token["href"], id_prefix)
        if token["link_end"]:
            inside_link = False
            return "</a>"
        if token["task"]:
            return f'{token["task"]} aria-label="Task"'
        return f' id="{id_prefix}' if token["id"] else _TABLE[token["table"]]

    return _TOKEN.sub(replaced, raw)


def _code(language: str, escaped: str, colour: Colour) -> str:
    name = html.unescape(language)[:_LANGUAGE_LIMIT].lower()
    label = html.escape(name or "text")
    highlighted = colour(name, html.unescape(escaped))
    return (
        f'<div class="code"><div class="code-head"><span class="code-lang">{label}</span>'
        '<button type="button" class="code-copy" data-copy-code>Copy</button></div>'
        f'<pre tabindex="0"><code>{escaped if highlighted is None else highlighted}</code></pre></div>'
    )


def _link(href: str, id_prefix: str) -> str:
    if href.startswith("#"):
        return f'<a href="#{id_prefix}{href[1:]}"'
    return f'<a target="_blank" href="{href}"'


def _image(src: str, alt: str, *, inside_link: bool) -> str:
    """A link in place of an image, because showing one tells its host that, and what, somebody reads."""
    try:
        host = urlsplit(html.unescape(src)).hostname
    except ValueError:
        host = None
    if host is None or not src.startswith(("http://", "https://")):
        return alt or "image"
    label = f"{alt or 'image'} ({html.escape(host)})"
    return label if inside_link else f'<a class="image-link" target="_blank" href="{src}">{label}</a>'
