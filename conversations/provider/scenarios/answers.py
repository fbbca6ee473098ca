"""Answers that are not the stream that was asked for, though nothing refuses it."""

from aiohttp import web

from ..exchange import Exchange
from ..reply import Reply, words
from ..stream import EventStream
from ..wire import encode, message
from .registry import Options, scenario
from .sending import body, ended

PAGE = """<!doctype html>
<html><head><title>Sign in</title><script>document.title = "script of the page ran"</script></head>
<body><h1>Sign in to the network</h1><img src="x" onerror="document.title = 'handler of the page ran'"></body>
</html>
"""


@scenario(
    "redirect", "A redirect by `code` to `location`.", stream_only=False, code="307", location="/elsewhere"
)
async def redirect(exchange: Exchange, options: Options) -> web.StreamResponse:
    code = int(options.one_of("code", "301", "302", "303", "307", "308"))
    return web.Response(status=code, headers={"Location": options.text("location")})


@scenario(
    "html-page", "200 with an HTML page that has a script, as a captive portal sends.", stream_only=False
)
async def html_page(exchange: Exchange, options: Options) -> web.StreamResponse:
    return web.Response(text=PAGE, content_type="text/html")


@scenario("wrong-content-type", "A good stream under another `type`, or under none.", type="text/plain")
async def wrong_content_type(exchange: Exchange, options: Options) -> web.StreamResponse:
    given = options.text("type")
    response = web.StreamResponse(headers={} if given == "none" else {"Content-Type": given})
    await response.prepare(exchange.request)
    stream = EventStream(exchange, response)
    for data in body(exchange, options.integer("count")):
        await stream.send(data)
    exchange.sent_tokens = options.integer("count")
    return await ended(stream)


@scenario("whole-json", "One JSON body though a stream was asked for.")
async def whole_json(exchange: Exchange, options: Options) -> web.StreamResponse:
    count = options.integer("count")
    reply = Reply(tokens=words(count))
    choices = [{"index": 0, "message": message(reply), "logprobs": None, "finish_reason": "stop"}]
    exchange.sent_tokens, exchange.completed = count, True
    whole = exchange.envelope.completion(choices, usage=exchange.usage(count), meta=exchange.meta(count))
    return web.Response(body=encode(whole), content_type="application/json")
