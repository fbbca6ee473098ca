"""Text that a careless page would run, load or link. Every harmful effect would set the name `PWNED`."""

REMOTE = "http://tracker.invalid/pixel"

PAYLOADS = (
    "<script>window.PWNED = 1</script>",
    "<img src=x onerror='window.PWNED = 2'>",
    "<svg onload='window.PWNED = 3'><a xlink:href='javascript:PWNED=3'><text>svg</text></a></svg>",
    "<iframe srcdoc='<script>parent.PWNED = 4</script>'></iframe>",
    "<style>body { display: none } @import url(" + REMOTE + "?css);</style>",
    "<form action='" + REMOTE + "'><button formaction='javascript:PWNED=5'>form</button></form>",
    "<meta http-equiv='refresh' content='0; url=" + REMOTE + "'><base href='" + REMOTE + "'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=PWNED=6&gt;'>",
    "[script link](javascript:window.PWNED=7) [mixed case](JaVaScRiPt:PWNED=7) [tab](java\tscript:PWNED=7)",
    "[data link](data:text/html;base64,PHNjcmlwdD5QV05FRD04PC9zY3JpcHQ+) [vb](vbscript:PWNED)",
    f"![remote image]({REMOTE}?inline) ![by reference][ref] <{REMOTE}?auto>\n\n[ref]: {REMOTE}?ref",
    '[title](https://example.com "x" onmouseover="PWNED=9") [quote](https://example.com/"onclick="PWNED=10)',
    "`<script>PWNED=11</script>`",
    '```html"><script>PWNED=12</script>\n</code></pre><script>PWNED=13</script>\n```',
    "$\\href{javascript:PWNED=14}{x}$ $\\unicode{<img src=x onerror=PWNED=15>}$",
    "|<script>PWNED=16</script>|b|\n|-|-|\n|<img src=x onerror=PWNED=17>|[x](javascript:PWNED=18)|",
    "<a id='composer'>clobber</a> <input name='csrfmiddlewaretoken' value='PWNED'>",
    "Right to left: \u202egnp.exe\u202c, zero width: a\u200bb, lone: \ufffd",
    "[^1]: <script>PWNED=19</script>\n\nA footnote.[^1]",
)
