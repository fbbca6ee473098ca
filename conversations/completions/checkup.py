"""The check at a site's start: is the base URL a completions API, and is the key accepted? Told in plain
words.

An empty request is sent to the completions endpoint: a server that accepts the key refuses the request (400
or 422), at no cost, or answers with one token; one that does not accept it says so first. The list of models
would not tell: some servers show it to everyone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .errors import CompletionError, Misconfigured, QuotaExceeded
from .exchange import Call, open_exchange
from .secret import ApiKey
from .timeouts import CallClock, Timeouts
from .transport import Connections

_TIMEOUTS: Final = Timeouts(connect=10, first_byte=10, idle=10, total=10)
_REFUSED_KEY: Final = (401, 403, 407)
_ACCEPTED: Final = (400, 408, 409, 413, 422, 429)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`ok`: a completions API answers and accepts the key. `message`: the finding in plain words."""

    ok: bool
    message: str
    detail: str = ""


async def check_server(connections: Connections, call: Call, key: ApiKey) -> CheckResult:
    """What one call finds out, within 10 s. Never raises."""
    try:
        async with open_exchange(connections, call, key, CallClock(_TIMEOUTS)):
            return CheckResult(True, "The model's server answers.")
    except CompletionError as error:
        return _finding(error, key)


def _finding(error: CompletionError, key: ApiKey) -> CheckResult:
    status = error.status
    if status is None:
        return CheckResult(False, f"The model's server cannot be used ({error.kind}).", error.detail)
    if isinstance(error, QuotaExceeded):
        return CheckResult(False, "The key is accepted, but the account's credit is used up.", error.detail)
    if status in _REFUSED_KEY or (status == 400 and isinstance(error, Misconfigured)):
        what = "refuses the API key" if key else "asks for an API key, and none is set"
        return CheckResult(False, f"The model's server {what}.", error.detail)
    if status in _ACCEPTED or (status == 404 and not isinstance(error, Misconfigured)):
        return CheckResult(True, "The model's server answers and accepts the key.", error.detail)
    if status == 500:
        # Small servers fall over an empty list of messages, and are well otherwise.
        return CheckResult(True, "The model's server answers; the first message will tell how.", error.detail)
    if status < 500:
        return CheckResult(
            False,
            f"The base URL is not a completions API: it answered with status {status}. It is what stands "
            "before /chat/completions, and often ends in /v1.",
            error.detail,
        )
    return CheckResult(
        False, f"The model's server has trouble: it answered with status {status}.", error.detail
    )
