"""Named behaviours, one file for each family, asked for by a line in the question (see `registry`)."""

import hashlib

from aiohttp import web

from ..compose import continued
from ..exchange import Exchange
from ..reply import Reply, words
from ..serve import serve
from ..wire import encode
from . import (
    amounts,
    answers,
    calls,
    cuts,
    damage,
    deltas,
    endings,
    framing,
    http,
    plain,
    refusals,
    several,
    sizes,
    timing,
)
from .attempts import Attempts
from .registry import SCENARIOS, Options, describe, parse

# Importing a family registers its scenarios.
FAMILIES = (
    plain,
    refusals,
    answers,
    timing,
    cuts,
    damage,
    endings,
    amounts,
    deltas,
    several,
    sizes,
    framing,
    http,
    calls,
)

__all__ = ["FAMILIES", "SCENARIOS", "describe", "dispatch"]


async def dispatch(exchange: Exchange, attempts: Attempts) -> web.StreamResponse | None:
    """Answer by the scenario that the question asks for; None when it asks for none."""
    parsed = parse(exchange.prompt.question)
    if parsed is None:
        return None
    scenario, options = parsed
    _set_pace(exchange, options)
    numbered = words(options.integer("count"))
    if exchange.prompt.said and not exchange.prompt.results:
        return await serve(exchange, [continued(iter([numbered]), exchange.prompt.said)])
    over = not _still_failing(exchange, options, attempts)
    if over or (scenario.stream_only and not exchange.streaming):
        return await serve(exchange, [Reply(tokens=numbered)] * exchange.choice_count)
    return await scenario.run(exchange, options)


def _still_failing(exchange: Exchange, options: Options, attempts: Attempts) -> bool:
    times = options.integer("times")
    if times == 0:
        return True
    told = options.text("key") or exchange.client_request_id
    key = told or hashlib.sha256(encode(exchange.body["messages"])).hexdigest()
    return attempts.fails(f"{options.scenario} {key}", times)


def _set_pace(exchange: Exchange, options: Options) -> None:
    if options.text("rate"):
        exchange.pace_options["rate"] = options.number("rate")
    if options.text("first-ms"):
        exchange.pace_options["first_token_ms"] = options.number("first-ms")
