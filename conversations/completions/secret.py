"""The API key, held so that no repr, log line, error or traceback shows it."""

from __future__ import annotations

from typing import Final

MASK: Final = "[masked]"


class ApiKey:
    """`reveal()` is called in one place only: where the Authorization header is written."""

    __slots__ = ("_value",)

    def __init__(self, value: str | None) -> None:
        self._value = (value or "").strip()
        if not self._value.isascii() or not self._value.isprintable() or " " in self._value:
            # The message must not quote the value: it may be a good key with one stray character.
            raise ValueError("the API key may hold only visible ASCII characters")

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return f"ApiKey({MASK})" if self._value else "ApiKey(none)"

    def reveal(self) -> str:
        return self._value

    def mask(self, text: str) -> str:
        """`text` with every occurrence of the key masked."""
        return text.replace(self._value, MASK) if self._value else text
