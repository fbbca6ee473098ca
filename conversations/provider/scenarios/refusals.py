"""Refusals with a status: limits, keys, withdrawn models, trouble at the provider."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

from ..errors import Refusal, openai_body
from ..exchange import Exchange
from ..validation import context_too_long
from ..wire import encode
from .registry import Options, scenario
from .sending import ended, started

STYLES = ("aimlapi", "openai")


def _style(options: Options) -> str:
    return options.one_of("style", *STYLES)


@scenario(
    "rate-limit",
    "429. `retry-after` is a number of seconds (0, -1 and 86400 too), `date` for a date `seconds` ahead, "
    "`garbage`, or `none`.",
    stream_only=False,
    retry_after="1",
    seconds="2",
    style="openai",
)
async def rate_limit(exchange: Exchange, options: Options) -> web.StreamResponse:
    given = options.text("retry-after")
    if given == "date":
        moment = datetime.now(UTC) + timedelta(seconds=options.integer("seconds"))
        given = format_datetime(moment, usegmt=True)
    elif given == "garbage":
        given = "soon; maybe"
    raise Refusal(
        429,
        "Rate limit reached. Please try again later.",
        code="rate_limit_exceeded",
        style=_style(options),
        headers={} if given == "none" else {"Retry-After": given},
    )


@scenario(
    "quota", "429 that no retry will cure: the account is out of credits.", stream_only=False, style="openai"
)
async def quota(exchange: Exchange, options: Options) -> web.StreamResponse:
    raise Refusal(
        429,
        "You exceeded your current quota, please check your plan and billing details.",
        code="insufficient_quota",
        style=_style(options),
    )


@scenario("bad-key", "401 whose text repeats the key that came.", stream_only=False, style="openai")
async def bad_key(exchange: Exchange, options: Options) -> web.StreamResponse:
    key = exchange.request.headers.get("Authorization", "").removeprefix("Bearer ")
    raise Refusal(401, f"Incorrect API key provided: {key}.", code="invalid_api_key", style=_style(options))


@scenario("forbidden", "403: out of credits, or not allowed.", stream_only=False, style="aimlapi")
async def forbidden(exchange: Exchange, options: Options) -> web.StreamResponse:
    raise Refusal(
        403,
        "You've run out of credits. Please top up your balance or update your payment method to continue.",
        code="forbidden",
        style=_style(options),
    )


@scenario("bad-request", "400, or 422 by `code`.", stream_only=False, code="400", style="aimlapi")
async def bad_request(exchange: Exchange, options: Options) -> web.StreamResponse:
    raise Refusal(
        int(options.one_of("code", "400", "422")),
        "Invalid value for 'temperature': expected a number from 0 to 2, received 7.",
        code="invalid_value",
        parameter="temperature",
        style=_style(options),
    )


@scenario("context-length", "400 with the code `context_length_exceeded`.", stream_only=False)
async def context_length(exchange: Exchange, options: Options) -> web.StreamResponse:
    raise context_too_long(130_500)


@scenario("model-gone", "404: the model was withdrawn.", stream_only=False, style="aimlapi")
async def model_gone(exchange: Exchange, options: Options) -> web.StreamResponse:
    raise Refusal(
        404,
        f"The model '{exchange.envelope.model}' is deprecated.",
        code="model_not_found",
        parameter="model",
        style=_style(options),
    )


@scenario(
    "too-large",
    "413. A body over `--max-body-bytes` gets it before it is read to its end.",
    stream_only=False,
    style="aimlapi",
)
async def too_large(exchange: Exchange, options: Options) -> web.StreamResponse:
    raise Refusal(413, "Request entity too large.", style=_style(options), headers={"Connection": "close"})


@scenario(
    "timeout-408", "408: the server waited too long for the request.", stream_only=False, style="openai"
)
async def timeout_408(exchange: Exchange, options: Options) -> web.StreamResponse:
    raise Refusal(408, "Request timeout.", style=_style(options))


@scenario("conflict-409", "409: another request is in the way.", stream_only=False, style="openai")
async def conflict_409(exchange: Exchange, options: Options) -> web.StreamResponse:
    raise Refusal(409, "Conflict, please try again.", style=_style(options))


@scenario(
    "server-error",
    "500 to 599 by `code`; `style` may be `html` too.",
    stream_only=False,
    code="503",
    style="openai",
)
async def server_error(exchange: Exchange, options: Options) -> web.StreamResponse:
    code = options.integer("code")
    if not 500 <= code <= 599:
        raise options.refusal("code", "a status from 500 to 599")
    style = options.one_of("style", *STYLES, "html")
    if style == "html":
        page = f"<html><head><title>{code}</title></head><body><h1>{code} Bad Gateway</h1></body></html>"
        return web.Response(text=page, status=code, content_type="text/html")
    raise Refusal(code, "The server had an error while processing your request.", style=style)


@scenario(
    "error-in-stream",
    "An error as an event inside a 200 stream, after `after` words; `named=yes` calls the event `error`.",
    after="3",
    style="openai",
    named="no",
)
async def error_in_stream(exchange: Exchange, options: Options) -> web.StreamResponse:
    stream = await started(exchange, options.integer("after"))
    refusal = Refusal(503, "The model is overloaded.", code="overloaded", style=_style(options))
    data = encode(refusal.body(path=exchange.request.path, request_id=exchange.inference_id))
    name = b"event: error\n" if options.one_of("named", "yes", "no") == "yes" else b""
    await stream.send(name + b"data: " + data + b"\n\n")
    return await ended(stream)


@scenario("json-error-200", "A JSON error with the status 200.", stream_only=False, style="openai")
async def json_error_200(exchange: Exchange, options: Options) -> web.StreamResponse:
    if _style(options) == "openai":
        body = openai_body(500, "The server had an error.")
    else:
        body = Refusal(500, "The server had an error.").body(
            path=exchange.request.path, request_id=exchange.inference_id
        )
    return web.Response(body=encode(body), content_type="application/json")
