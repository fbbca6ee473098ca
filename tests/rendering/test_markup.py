"""What readers get for the Markdown models write."""

import re

import pytest

from conversations.rendering import RENDERER_VERSION, render_blocks, render_html
from conversations.rendering.source import MARKDOWN_LIMIT


def html(markdown: str) -> str:
    return render_html(markdown, id_prefix="m1-")


def text(markup: str) -> str:
    return re.sub(r"<[^>]*>", "", markup)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# Title", "<h1>Title</h1>\n"),
        ("a *b* **c** ~~d~~ `e`", "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e</code></p>\n"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>\n'),
        ("> q", "<blockquote>\n<p>q</p>\n</blockquote>\n"),
        ("**太字（強調）**です", "<p><strong>太字（強調）</strong>です</p>\n"),
        ("It costs $5 or $10.", "<p>It costs $5 or $10.</p>\n"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("<div>\nx", '<p class="plain-text">&lt;div&gt;\nx\n</p>\n'),
        ("", ""),
    ],
)
def test_common_markdown(markdown: str, expected: str) -> None:
    assert html(markdown) == expected


def test_each_top_level_block_is_one_piece() -> None:
    first = "a\n<div>\n\n- b\n  > c\n\n***\n```\nd\n```\n<i>\n\n"
    second = "# e\n\n| f |\n|---|\n| g |\n\nh[^1]\n\n[^1]: i"
    starts = [
        match.group()
        for block in render_blocks(first + second, id_prefix="m1-")
        if (match := re.match(r"<[a-z0-9]+", block))
    ]
    assert starts == ["<p", "<p", "<ul", "<hr", "<div", "<p", "<h1", "<div", "<p", "<section"]


def test_code_has_a_head_with_language_and_copy_button_and_colours() -> None:
    assert html("```Python title=x\nx = 1\n```") == (
        '<div class="code"><div class="code-head"><span class="code-lang">python</span>'
        '<button type="button" class="code-copy" data-copy-code="">Copy</button></div>'
        '<pre tabindex="0"><code><span class="n">x</span> <span class="o">=</span> '
        '<span class="mi">1</span>\n</code></pre></div>\n'
    )


@pytest.mark.parametrize("code", ["\n\n  x = '<&>\"'\t\n\n", "\ufeffx", "def f():\n    return '😀 東京'\n"])
@pytest.mark.parametrize("language", ["python", "js", "html", "unheard-of", "text", '"><script>'])
def test_code_text_is_kept_exactly(language: str, code: str) -> None:
    plain = html(f"~~~\n{code}~~~")
    coloured = html(f"~~~{language}\n{code}~~~")
    body = re.compile(r"<code>(.*)</code>", re.DOTALL)
    plain_body, coloured_body = body.search(plain), body.search(coloured)
    assert plain_body and coloured_body
    assert text(coloured_body[1]) == plain_body[1]


def test_tables_scroll_sideways_and_keep_alignment() -> None:
    markup = html("| a | b |\n|:-:|--:|\n| c | d |")
    assert markup.startswith('<div class="table-wrap" tabindex="0" role="region" aria-label="Table"><table>')
    assert '<th align="center">a</th>' in markup
    assert markup.rstrip().endswith("</table></div>")


def test_task_list_boxes_are_disabled_and_named() -> None:
    markup = html("- [ ] a\n- [x] b")
    assert markup.count('<input type="checkbox"') == 2
    assert markup.count('disabled=""') == 2
    assert markup.count('aria-label="Task"') == 2
    assert markup.count('checked=""') == 1


@pytest.mark.parametrize(
    "markdown", ["[x](javascript:a)", "[x](/admin)", "[x](//evil.example)", "[x](data:,)"]
)
def test_links_elsewhere_than_the_web_or_mail_go_nowhere(markdown: str) -> None:
    assert "href" not in html(markdown)


@pytest.mark.parametrize("address", ["https://a.example/", "http://a.example/", "mailto:me@a.example"])
def test_links_open_apart_and_tell_nothing(address: str) -> None:
    assert html(f"[x]({address})") == (
        f'<p><a target="_blank" href="{address}" rel="noopener noreferrer nofollow ugc">x</a></p>\n'
    )


def test_an_image_becomes_a_link_that_names_its_host() -> None:
    markup = html("![a cat](https://pics.example/cat.png?q=1)")
    assert "a cat (pics.example)</a>" in markup
    assert 'href="https://pics.example/cat.png?q=1"' in markup


def test_an_image_within_a_link_does_not_nest_links() -> None:
    markup = html("[![badge](https://ci.example/b.svg)](https://ci.example)")
    assert markup.count("<a ") == 1
    assert "badge (ci.example)" in markup


def test_an_image_without_a_host_is_its_text() -> None:
    assert html("![pic](/local.png)") == "<p>pic</p>\n"


def test_footnotes_stay_within_their_message() -> None:
    markup = html("a[^n]\n\n[^n]: b\n\n[up](#fnref-n)")
    assert 'href="#m1-fn-n" id="m1-fnref-n"' in markup
    assert '<li id="m1-fn-n">' in markup
    assert markup.count('href="#m1-fnref-n"') == 2


@pytest.mark.parametrize("prefix", ["", "1", 'a"b', "a b", "é"])
def test_an_id_prefix_must_be_a_plain_name(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        render_blocks("x", id_prefix=prefix)


@pytest.mark.parametrize("markdown", ["$x^2$", "\\(x^2\\)"])
def test_formulas_in_a_line(markdown: str) -> None:
    assert html(markdown) == "<p><math><msup><mi>x</mi><mn>2</mn></msup></math></p>\n"


@pytest.mark.parametrize("markdown", ["$$x^2$$", "\\[x^2\\]"])
def test_displayed_formulas(markdown: str) -> None:
    assert '<math display="block"><msup>' in html(markdown)


def test_alignment_in_formulas_needs_no_style_attribute() -> None:
    markup = html("$$\\begin{aligned}a&=b\\end{aligned}$$")
    assert " style=" not in markup
    assert 'class="math-right math-tight-end"' in markup


def test_a_formula_with_many_brackets_is_converted_too() -> None:
    assert "<math>" in html("$" + "+".join(["f(x)"] * 30) + "$")


@pytest.mark.parametrize("latex", ["\\nonsense", "\\def\\a{\\a}\\a", "x" * 2_001, "{" * 61 + "}" * 61])
def test_a_formula_that_cannot_be_shown_is_its_source(latex: str) -> None:
    assert html(f"${latex}$") == f'<p><code class="math-error">{latex}</code></p>\n'


def test_a_reply_over_the_limit_is_shown_in_full() -> None:
    words = [f"word{number} *<i>*\n" + "\n" * (number % 7 == 0) for number in range(12_000)]
    markdown = "".join(words)
    assert len(markdown) > 2 * MARKDOWN_LIMIT
    blocks = render_blocks(markdown, id_prefix="m1-")
    assert "<em>" in blocks[0]
    assert blocks[-1].startswith('<p class="plain-text">')
    assert re.findall(r"word(\d+)", "".join(blocks)) == [str(number) for number in range(12_000)]


@pytest.mark.parametrize(
    "odd", ["a\ud800b", "\udc00", "a\0b", "\u202eabc\u2066", "a\r\nb\rc", "\u2028", "\x1b[1m", "\ufffe", "😀"]
)
def test_odd_characters_are_rendered(odd: str) -> None:
    for markdown in (odd, f"`{odd}`", f"```js\n{odd}\n```", f"${odd}$", f"[{odd}]({odd})", f"[^{odd}]"):
        html(markdown).encode()


def test_the_version_is_a_positive_number() -> None:
    assert RENDERER_VERSION >= 1
