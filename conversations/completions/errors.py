"""Everything that can go wrong with a completions call, as one tree that the site can show and store.

    CompletionError              kind                 permanent  retried (before the first byte only)
    ├── Unreachable              unreachable          no         yes
    ├── DnsFailed                dns                  no         only a temporary resolver failure
    ├── TlsFailed                tls                  yes        no
    ├── ConnectTimeout           connect_timeout      no         yes
    ├── FirstByteTimeout         first_byte_timeout   no         no: the server may be at work
    ├── IdleTimeout              idle_timeout         no         no   (ends as "interrupted")
    ├── TotalTimeout             total_timeout        no         no   (ends as "interrupted")
    ├── RateLimited              rate_limited         no         yes, when the wait asked for is short
    ├── QuotaExceeded            quota                yes        no
    ├── Misconfigured            configuration        yes        no
    ├── BadRequest               bad_request          yes        no
    ├── ContextTooLong           context_length       yes        no
    ├── ModelGone                model_gone           yes        no
    ├── TooLarge                 too_large            yes        no
    ├── ServerTrouble            server_error         no         yes
    ├── BadAnswer                bad_answer           no         no
    ├── ReplyTooLong             reply_too_long       yes        no   (ends as "interrupted")
    ├── Interrupted              interrupted          no         no   (ends as "interrupted")
    └── EmptyReply               empty                no         no

    InvalidRequest               a ValueError, apart: a request beyond a documented limit, never sent

Cancelling is not an error: asyncio.CancelledError passes through untouched.

Vocabulary. `user_message` is our own text, safe to show to anybody: what happened, what is kept, what to do.
`detail` is for administrators and the log only: it may quote the provider, with keys masked and control
characters removed. `permanent` means that sending the same request again cannot help. `ends_as` is the state
of a reply that met this error: "failed" before it had properly begun, "interrupted" when it broke off on its
way. `unsent` means that the server cannot have seen the request, and so cannot have charged for it.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final, Literal

DETAIL_LIMIT: Final = 500
_SECRETS: Final = re.compile(
    r"(?i)(bearer|basic)\s+[^\s\"',;]+|\bsk-[A-Za-z0-9_\-*.]+|(api[_-]?key|token|authorization)([\"']?\s*[:=]\s*)[^\s,;]+"
)
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def sanitise_detail(text: str, secret: str | None = None) -> str:
    """`text` fit for a log line: keys masked, control characters to spaces, cut to DETAIL_LIMIT."""
    if secret:
        text = text.replace(secret, "[masked]")
    text = _SECRETS.sub("[masked]", text[: DETAIL_LIMIT * 8])
    text = _CONTROLS.sub(" ", text).strip()
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= DETAIL_LIMIT else text[: DETAIL_LIMIT - 1] + "…"


class CompletionError(Exception):
    """A call that did not bring a whole reply; see the module's tree.

    status: the HTTP status, or None when no answer arrived. retry_after: seconds after which trying again
    makes sense, or None when the provider did not say. setting: the field of the request that was refused, as
    the provider named it, or empty.
    """

    kind: ClassVar[str] = "completion_error"
    permanent: ClassVar[bool] = False
    retryable: bool = False
    unsent: bool = False
    setting: str = ""
    ends_as: ClassVar[Literal["failed", "interrupted"]] = "failed"
    default_message: ClassVar[str] = "The reply could not be fetched. Your message is kept. Try again."

    def __init__(
        self,
        user_message: str | None = None,
        *,
        detail: str = "",
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.user_message = user_message or self.default_message
        self.detail = sanitise_detail(detail)
        self.status = status
        self.retry_after = retry_after
        super().__init__(self.user_message)

    def __repr__(self) -> str:
        facts = f"status={self.status}, retry_after={self.retry_after}, detail={self.detail!r}"
        return f"{type(self).__name__}({facts})"


class Unreachable(CompletionError):
    kind = "unreachable"
    retryable = True
    default_message = "The model's server cannot be reached. Your message is kept. Try again in a moment."


class DnsFailed(CompletionError):
    kind = "dns"
    unsent = True
    default_message = (
        "The address of the model's server cannot be found. Your message is kept. "
        "Try again later; if it stays so, tell an administrator."
    )


class TlsFailed(CompletionError):
    kind = "tls"
    permanent = True
    unsent = True
    default_message = (
        "No secure connection to the model's server could be made. Your message is kept. "
        "Ask an administrator."
    )


class ConnectTimeout(CompletionError):
    kind = "connect_timeout"
    retryable = True
    unsent = True
    default_message = "The model's server does not pick up. Your message is kept. Try again in a moment."


class FirstByteTimeout(CompletionError):
    kind = "first_byte_timeout"
    default_message = (
        "The model took too long to begin its reply. Your message is kept. Try again, or try another model."
    )


class IdleTimeout(CompletionError):
    kind = "idle_timeout"
    ends_as = "interrupted"
    default_message = "The reply stopped arriving. What came so far is kept. Continue it, or try again."


class TotalTimeout(CompletionError):
    kind = "total_timeout"
    ends_as = "interrupted"
    default_message = (
        "The reply took longer than this site allows. What came so far is kept. Continue it, or try again."
    )


class RateLimited(CompletionError):
    kind = "rate_limited"
    retryable = True
    default_message = "Too many requests at the moment. Your message is kept. Try again in a little while."


class QuotaExceeded(CompletionError):
    kind = "quota"
    permanent = True
    default_message = (
        "The site's credit with the model's provider is used up. Your message is kept. Ask an administrator."
    )


class Misconfigured(CompletionError):
    kind = "configuration"
    permanent = True
    default_message = (
        "The site's connection to the model is not set up correctly. "
        "Your message is kept. Ask an administrator."
    )


class BadRequest(CompletionError):
    kind = "bad_request"
    permanent = True
    default_message = (
        "The model's server did not accept this request. Your message is kept. "
        "Change the message or the conversation's settings, then send it again."
    )


class ContextTooLong(CompletionError):
    kind = "context_length"
    permanent = True
    default_message = (
        "This conversation is longer than the model can read. Nothing was cut and your message is kept. "
        "Shorten the message, or start a new chat."
    )


class ModelGone(CompletionError):
    kind = "model_gone"
    permanent = True
    default_message = (
        "This model is no longer offered. Your message is kept. Choose another model and send it again."
    )


class TooLarge(CompletionError):
    kind = "too_large"
    permanent = True
    default_message = (
        "The message or an attachment is larger than the model's server accepts. Your message is kept. "
        "Make it smaller and send it again."
    )


class ServerTrouble(CompletionError):
    kind = "server_error"
    retryable = True
    default_message = (
        "The model's server has a problem of its own. Your message is kept. Try again in a moment."
    )


class BadAnswer(CompletionError):
    kind = "bad_answer"
    default_message = (
        "The model's server answered with something that is not a reply. Your message is kept. "
        "Try again; if it stays so, tell an administrator."
    )


class ReplyTooLong(CompletionError):
    kind = "reply_too_long"
    permanent = True
    ends_as = "interrupted"
    default_message = "The reply grew longer than this site accepts and was ended. What came so far is kept."


class Interrupted(CompletionError):
    kind = "interrupted"
    ends_as = "interrupted"
    default_message = (
        "The connection broke before the reply was whole. What came so far is kept. "
        "Continue it, or try again."
    )


class EmptyReply(CompletionError):
    kind = "empty"
    default_message = "The model sent an empty reply. Your message is kept. Try again."


class InvalidRequest(ValueError):
    """A request beyond a documented limit: `field`, the `limit` in words, what was `received` (shortened)."""

    def __init__(self, field: str, limit: str, received: object) -> None:
        shown = repr(received)
        self.field = field
        self.limit = limit
        self.received = shown if len(shown) <= 80 else shown[:79] + "…"
        super().__init__(f"{field} must be {limit}, not {self.received}")
