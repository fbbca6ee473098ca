"""Other answers to `GET /v1/models`: what other servers send, and what a site must survive.

- normal: the documented catalogue. plain: only ids, as servers in OpenAI's own style list them.
- empty, many (ten thousand models), hostile (names with markup, control characters, a megabyte of text).
- broken: JSON cut short. html: a page. error: 503.
"""

from aiohttp import web

from .catalogue import MODELS
from .errors import Refusal
from .wire import Json, encode

FORMS = ("normal", "plain", "empty", "many", "hostile", "broken", "html", "error")
MANY = 10_000
HOSTILE = (
    "<script>window.PWNED = 1</script>",
    '"><img src=x onerror=PWNED=2>',
    "../../etc/passwd",
    "line\r\nbreak\x00\x1b[31m",
    "\u202egnp.ledom",
    "x" * 1_000_000,
    "",
)


def unusual(form: str) -> web.Response:
    """The answer for a form other than normal. Raises `Refusal` 503 for error."""
    if form == "error":
        raise Refusal(503, "The list of models is not available.")
    if form == "html":
        return web.Response(text="<html><body>Bad gateway</body></html>", content_type="text/html")
    body = encode({"object": "list", "data": _models(form)})
    return web.Response(
        body=body[: len(body) // 2] if form == "broken" else body, content_type="application/json"
    )


def _models(form: str) -> list[Json]:
    names = {
        "empty": [],
        "many": [f"model-{number}" for number in range(MANY)],
        "hostile": list(HOSTILE),
    }.get(form, [str(model["aliases"][0]) for model in MODELS])
    return [{"id": name, "object": "model", "owned_by": "built-in"} for name in names]
