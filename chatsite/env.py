"""Reading settings from the environment, and refusing bad ones in one plain line.

Vocabulary: a *reader* is a method of `Env` that turns one variable into one typed value. A *refusal* is
`BadSetting`, whose text names the variable, shows what it was (never for a secret) and says what it must be.
An empty variable counts as one that is not set. Every name a reader is asked for becomes *known*, so that
`Env.refuse_misspelt` can find a variable which carries one of our prefixes and which nobody reads.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

TRUE_WORDS = ("1", "true", "yes", "on")
FALSE_WORDS = ("0", "false", "no", "off")
PRICES = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?) ?/ ?([0-9]{1,6}(?:\.[0-9]{1,6})?)")


class BadSetting(Exception):
    """A setting that cannot be used. Its text is one line, fit to be printed as it is."""


def refuse(name: str, value: str, must_be: str) -> BadSetting:
    """Make the refusal of `value`, which is shown in quotes, escaped, and cut at 80 characters."""
    shown = value if len(value) <= 80 else value[:79] + "…"
    return BadSetting(f"{name} is {shown!r}, but it must be {must_be}.")


class Env:
    """The readers over one mapping of variables, usually `os.environ`."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._known: set[str] = set()

    def _raw(self, name: str) -> str:
        self._known.add(name)
        return self._variables.get(name, "").strip()

    def text(self, name: str, default: str = "") -> str:
        """One line of text."""
        value = self._raw(name) or default
        if not value.isprintable():
            raise refuse(name, value, "one line of printable text")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """Yes or no, in any of the usual words."""
        value = self._raw(name)
        if not value:
            return default
        if value.lower() in TRUE_WORDS:
            return True
        if value.lower() in FALSE_WORDS:
            return False
        raise refuse(name, value, "one of " + ", ".join(TRUE_WORDS + FALSE_WORDS))

    def integer(self, name: str, default: int, low: int = 0, high: int = 2**31 - 1) -> int:
        """A whole number from `low` to `high`, in ASCII digits; underscores may group them."""
        value = self._raw(name)
        if not value:
            return default
        digits = value.replace("_", "")
        if not (digits.isascii() and digits.isdigit()) or not low <= int(digits[:20]) <= high:
            raise refuse(name, value, f"a whole number from {low} to {high}")
        return int(digits)

    def seconds(self, name: str, default: float, low: float = 0.001, high: float = 86_400 * 366) -> float:
        """A length of time in seconds; a fraction is allowed."""
        value = self._raw(name)
        if not value:
            return default
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if not low <= number <= high:  # also false for nan
            raise refuse(name, value, f"a number of seconds from {low:g} to {high:g}")
        return number

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """One of `choices`, exactly."""
        value = self._raw(name) or default
        if value not in choices:
            raise refuse(name, value, "one of " + ", ".join(choices))
        return value

    def words(self, name: str, default: Sequence[str]) -> tuple[str, ...]:
        """A list separated by commas: at least one entry, no entry empty or twice, printable."""
        value = self._raw(name)
        if not value:
            return tuple(default)
        entries = tuple(entry.strip() for entry in value.split(","))
        if not all(entry and entry.isprintable() for entry in entries) or len(set(entries)) != len(entries):
            raise refuse(name, value, "a list separated by commas, with no entry empty or twice")
        return entries

    def some_of(self, name: str, choices: Sequence[str], default: Sequence[str]) -> tuple[str, ...]:
        """A list separated by commas of some of `choices`, or the word none."""
        entries = self.words(name, default)
        if entries == ("none",):
            return ()
        if unknown := [entry for entry in entries if entry not in choices]:
            raise refuse(name, unknown[0], "none, or a list separated by commas of " + ", ".join(choices))
        return entries

    def prices(self, name: str) -> dict[str, tuple[Decimal, Decimal]]:
        """Prices by model, as `model=INPUT/OUTPUT` separated by commas: dollars for a million tokens."""
        value = self._raw(name)
        found: dict[str, tuple[Decimal, Decimal]] = {}
        for entry in value.split(",") if value else ():
            model, _, amounts = (part.strip() for part in entry.rpartition("="))
            given = PRICES.fullmatch(amounts)
            if not model or not model.isprintable() or not given or model in found:
                raise refuse(name, value, "a list like model=10/30,other=0.5/1.5, in dollars, no model twice")
            found[model] = Decimal(given[1]), Decimal(given[2])
        return found

    def url(self, name: str, default: str = "", schemes: Sequence[str] = ("http", "https")) -> str:
        """An absolute URL without user name, query or fragment; returned without a closing slash."""
        value = self._raw(name) or default
        if value and not _is_plain_url(value, schemes):
            example = f"{schemes[-1]}://name.example"
            shown = value if "@" not in value else "an address with a user name in it"
            raise refuse(name, shown, f"an address like {example}, without user name, query or fragment")
        return value.rstrip("/")

    def secret(self, *names: str) -> str:
        """The first of `names` that is set, by itself or as a file named by NAME_FILE. Empty when none is.

        The value is one line of printable ASCII without spaces, because it goes into an HTTP header or a
        signature. No refusal shows it.
        """
        for name in names:
            value, path = self._raw(name), self._raw(f"{name}_FILE")
            if value and path:
                raise BadSetting(f"{name} and {name}_FILE are both set: keep one of them.")
            if path:
                value = _read_secret_file(f"{name}_FILE", path)
            if value:
                if not (value.isascii() and value.isprintable()) or " " in value:
                    raise BadSetting(f"{name} must be one line of printable ASCII characters without spaces.")
                return value
        return ""

    def secrets(self, prefix: str) -> dict[str, str]:
        """All secrets whose name has something behind `prefix`, each by itself or as a file, by that name."""
        if self._raw(prefix):
            raise refuse(prefix, "…", "followed by a name")
        found = {name.removesuffix("_FILE") for name in self._variables if name.startswith(prefix)}
        return {name: value for name in sorted(found - {prefix}) if (value := self.secret(name))}

    def is_set(self, name: str) -> bool:
        """Whether the variable has a value at all."""
        return bool(self._raw(name))

    def refuse_misspelt(self, *prefixes: str, known: Sequence[str] = ()) -> None:
        """Raise `BadSetting` for a variable that has one of `prefixes` and that no reader asked for.

        `known` are names which are read elsewhere, by a command for instance.
        """
        readable = sorted(self._known | set(known))
        for name in sorted(self._variables):
            if name.startswith(prefixes) and name not in readable:
                near = get_close_matches(name, readable, n=1, cutoff=0.6)
                hint = f" Did you mean {near[0]}?" if near else " Remove it."
                raise BadSetting(f"{name} is set, but Chatsite has no such setting.{hint}")


def _is_plain_url(value: str, schemes: Sequence[str]) -> bool:
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in schemes
        and bool(parts.hostname)
        and port != 0
        and "@" not in parts.netloc
        and "?" not in value
        and "#" not in value
        and value.isascii()
        and value.isprintable()
        and " " not in value
    )


def _read_secret_file(name: str, path: str) -> str:
    try:
        content = Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise refuse(name, path, f"a file this process can read ({reason})") from error
    if not content:
        raise refuse(name, path, "a file with the secret in it (it is empty)")
    return content
