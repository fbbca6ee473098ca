"""The completions client: the one door to the model's server. Knows nothing of Django or of the rest of the
site.

`CompletionsClient` sends a `CompletionRequest` and gives back events (`types`) or raises a `CompletionError`
(`errors`). Reading order: requests, types, errors, client; then sse and reader for the wire, retry, breaker
and transport below.
"""

from .assembly import assemble
from .billing import Billing, Charge, LoggedCall
from .breaker import Breaker
from .catalogue import Catalogue, Model
from .checkup import CheckResult
from .client import CompletionsClient
from .errors import (
    BadAnswer,
    BadRequest,
    CompletionError,
    ConnectTimeout,
    ContextTooLong,
    DnsFailed,
    EmptyReply,
    FirstByteTimeout,
    IdleTimeout,
    Interrupted,
    InvalidRequest,
    Misconfigured,
    ModelGone,
    QuotaExceeded,
    RateLimited,
    ReplyTooLong,
    ServerTrouble,
    TlsFailed,
    TooLarge,
    TotalTimeout,
    Unreachable,
)
from .messages import (
    AssistantMessage,
    DeveloperMessage,
    Message,
    SystemMessage,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from .options import JsonSchemaFormat, NamedToolChoice, ResponseFormat, Tool
from .parts import AttachmentPart, FilePart, ImagePart, RefusalPart, TextPart
from .pricing import Pricing, Rate
from .requests import CompletionRequest
from .retry import RetryPolicy
from .stored import StoredRequest
from .timeouts import Timeouts
from .types import (
    AssembledToolCall,
    Choice,
    Completion,
    Done,
    Finished,
    FinishReason,
    Identity,
    LogprobsDelta,
    Opened,
    ReasoningDelta,
    RefusalDelta,
    Skipped,
    StreamEvent,
    TextDelta,
    TokenLogprob,
    ToolCallDelta,
    Usage,
    UsageReport,
    Waiting,
)

__all__ = [
    "AssembledToolCall",
    "AssistantMessage",
    "AttachmentPart",
    "BadAnswer",
    "BadRequest",
    "Billing",
    "Breaker",
    "Catalogue",
    "Charge",
    "CheckResult",
    "Choice",
    "Completion",
    "CompletionError",
    "CompletionRequest",
    "CompletionsClient",
    "ConnectTimeout",
    "ContextTooLong",
    "DeveloperMessage",
    "DnsFailed",
    "Done",
    "EmptyReply",
    "FilePart",
    "FinishReason",
    "Finished",
    "FirstByteTimeout",
    "Identity",
    "IdleTimeout",
    "ImagePart",
    "Interrupted",
    "InvalidRequest",
    "JsonSchemaFormat",
    "LoggedCall",
    "LogprobsDelta",
    "Message",
    "Misconfigured",
    "Model",
    "ModelGone",
    "NamedToolChoice",
    "Opened",
    "Pricing",
    "QuotaExceeded",
    "Rate",
    "RateLimited",
    "ReasoningDelta",
    "RefusalDelta",
    "RefusalPart",
    "ReplyTooLong",
    "ResponseFormat",
    "RetryPolicy",
    "ServerTrouble",
    "Skipped",
    "StoredRequest",
    "StreamEvent",
    "SystemMessage",
    "TextDelta",
    "TextPart",
    "Timeouts",
    "TlsFailed",
    "TokenLogprob",
    "TooLarge",
    "Tool",
    "ToolCall",
    "ToolCallDelta",
    "ToolMessage",
    "TotalTimeout",
    "Unreachable",
    "Usage",
    "UsageReport",
    "UserMessage",
    "Waiting",
    "assemble",
]
