"""How one run of the server behaves: the options of its command line."""

from dataclasses import dataclass

MAX_BODY_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class Settings:
    """`rate` in tokens per second, 0 for as fast as possible; `first_token_ms` before the first token.

    `catalogue` is the form of `GET /v1/models`, see `listings`.
    """

    key: str = ""
    rate: float = 80.0
    first_token_ms: float = 50.0
    max_body_bytes: int = MAX_BODY_BYTES
    catalogue: str = "normal"
