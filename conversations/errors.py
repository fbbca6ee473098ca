"""What the product can refuse, as one exception.

Whoever finds that an action cannot be carried out raises `Refused` with a code of
`protocol.ERROR_CODES` and a sentence for the person; whoever speaks to the person (the consumer, a
view) catches it and says that sentence.
"""


class Refused(Exception):
    """An action that was not carried out, and left nothing behind.

    `message` is shown to the person as it is. `retry`: the same action may work later.
    """

    def __init__(self, code: str, message: str, *, retry: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry = retry


class NotFound(Refused):
    """It does not exist, or not for this person: told alike, so that nobody learns which."""

    def __init__(self, what: str) -> None:
        super().__init__("not_found", f"There is no such {what}, or it is no longer yours to see.")


class Taken(Refused):
    """Something of that name exists already: the person may choose another name, or ask to replace it."""

    def __init__(self, message: str) -> None:
        super().__init__("not_possible", message)
