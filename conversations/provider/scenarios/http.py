"""Answers that are unusual as HTTP. Written past the web server; the connection ends after them."""

from aiohttp import web

from ..exchange import Exchange
from .registry import Options, scenario
from .sending import body

TYPE = "Content-Type: text/event-stream\r\n"
BIG_HEADER_BYTES = 64_000


@scenario(
    "http",
    "`form`: 1.0 (HTTP/1.0, ended by closing), two-lengths (two Content-Length that differ), "
    "big-headers (64 kB), "
    "continue (100 Continue first), close (no length, ended by closing), nonsense (no HTTP at all).",
    form="1.0",
)
async def http(exchange: Exchange, options: Options) -> web.StreamResponse:
    data = b"".join(body(exchange, options.integer("count")))
    ok, close = "HTTP/1.1 200 OK\r\n", "Connection: close\r\n\r\n"
    heads = {
        "1.0": f"HTTP/1.0 200 OK\r\n{TYPE}\r\n",
        "two-lengths": f"{ok}{TYPE}Content-Length: {len(data)}\r\nContent-Length: {len(data) - 7}\r\n{close}",
        "big-headers": f"{ok}{TYPE}X-Padding: {'x' * BIG_HEADER_BYTES}\r\n{close}",
        "continue": f"HTTP/1.1 100 Continue\r\n\r\n{ok}{TYPE}{close}",
        "close": f"{ok}{TYPE}{close}",
        "nonsense": "SSH-2.0-OpenSSH_9.2\r\n",
    }
    form = options.one_of("form", *heads)
    transport = exchange.request.transport
    if transport is not None:
        transport.write(heads[form].encode() + (b"" if form == "nonsense" else data))
        transport.close()
    exchange.sent_tokens = options.integer("count")
    exchange.completed = True
    return web.Response()
