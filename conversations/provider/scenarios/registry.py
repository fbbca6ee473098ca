"""What a scenario is, and how one is asked for.

- scenario line: `scenario: NAME key=value …`, on a line of its own in the last question.
- common options, understood by every scenario: see `COMMON`.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

from aiohttp import web

from ..errors import Refusal
from ..exchange import Exchange
from ..reply import Reply
from ..serve import serve

LINE = re.compile(r"^[ \t]*scenario:[ \t]*(?P<name>[\w-]+)(?P<options>[^\n]*)$", re.MULTILINE | re.IGNORECASE)

COMMON = {
    "count": "20",
    "rate": "",
    "first-ms": "",
    "times": "0",
    "key": "",
}
"""`count` numbered words, at `rate` tokens a second after `first-ms` milliseconds. The fault happens `times`
times, then the reply succeeds (0: it happens always). Attempts are told apart by `key`, else by the client's
request id, else by the messages."""


@dataclass(frozen=True)
class Options:
    """The options of a scenario line over the defaults. Getters raise `Refusal` 400 for a bad value."""

    scenario: str
    values: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.values[name]

    def one_of(self, name: str, *allowed: str) -> str:
        value = self.values[name]
        if value not in allowed:
            raise self.refusal(name, f"one of {', '.join(allowed)}")
        return value

    def integer(self, name: str) -> int:
        value = self.values[name]
        if not re.fullmatch(r"\d{1,9}", value):
            raise self.refusal(name, "a whole number")
        return int(value)

    def number(self, name: str) -> float:
        try:
            value = float(self.values[name])
        except ValueError:
            raise self.refusal(name, "a number") from None
        if not 0 <= value < 1e9:
            raise self.refusal(name, "a number of at least 0")
        return value

    def refusal(self, name: str, expected: str) -> Refusal:
        """400 naming the option, what was expected and what came."""
        return Refusal(
            400,
            f"Scenario '{self.scenario}': expected {expected} for '{name}', received {self.values[name]!r}.",
        )


Run = Callable[[Exchange, Options], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Scenario:
    """One named behaviour. `summary` is its row in the table; `defaults` its own options."""

    name: str
    summary: str
    defaults: Mapping[str, str]
    run: Run
    stream_only: bool


SCENARIOS: dict[str, Scenario] = {}


def scenario(name: str, summary: str, *, stream_only: bool = True, **defaults: str) -> Callable[[Run], Run]:
    """Register a function that answers by itself; if `stream_only`, one-body requests get numbered words."""

    def register(run: Run) -> Run:
        own = {key.replace("_", "-"): value for key, value in defaults.items()}
        SCENARIOS[name] = Scenario(name, summary, own, run, stream_only)
        return run

    return register


def reply_scenario(
    name: str, summary: str, **defaults: str
) -> Callable[[Callable[[Options], Reply]], Callable[[Options], Reply]]:
    """Register a function that only decides the reply, which is then sent in the usual way."""

    def register(make: Callable[[Options], Reply]) -> Callable[[Options], Reply]:
        async def run(exchange: Exchange, options: Options) -> web.StreamResponse:
            return await serve(exchange, [make(options)] * exchange.choice_count)

        scenario(name, summary, stream_only=False, **defaults)(run)
        return make

    return register


def parse(question: str) -> tuple[Scenario, Options] | None:
    """The scenario a question asks for. Raises `Refusal` 400 for an unknown name or option."""
    match = LINE.search(question)
    if match is None:
        return None
    name = match["name"].lower()
    found = SCENARIOS.get(name)
    if found is None:
        raise Refusal(400, f"Unknown scenario '{name}': expected one of {', '.join(sorted(SCENARIOS))}.")
    values = {**COMMON, **found.defaults}
    for word in match["options"].split():
        key, separator, value = word.partition("=")
        if not separator or key not in values:
            raise Refusal(
                400, f"Scenario '{name}': expected options among {', '.join(values)}, received {word!r}."
            )
        values[key] = value
    return found, Options(name, values)


def describe(scenarios: Iterable[Scenario]) -> str:
    """The table of scenarios, in Markdown."""
    rows = ["| Scenario | Options | What happens |", "|---|---|---|"]
    for entry in sorted(scenarios, key=lambda one: one.name):
        options = ", ".join(f"`{key}={value}`" for key, value in entry.defaults.items())
        rows.append(f"| `{entry.name}` | {options} | {entry.summary} |")
    return "\n".join(rows) + "\n"
