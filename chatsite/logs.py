"""Log lines: one record is one line, whatever text it carries, and no line carries a secret."""

import logging
from collections.abc import Sequence

MASK = "[key]"


def one_line(text: str) -> str:
    """Escape all that is not printable (line breaks, ANSI escapes, U+2028, …), as Python spells it."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


class OneLineFormatter(logging.Formatter):
    """`time level logger: message`, a traceback folded into the same line, `secrets` masked in all of it."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        """Format the record, mask, then escape: the traceback's text is part of what is masked."""
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return one_line(text)
