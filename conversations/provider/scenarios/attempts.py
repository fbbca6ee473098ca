"""How often a scenario has happened to one client, so that a retry can succeed after a number of failures."""

from collections import OrderedDict

MAX_KEYS = 10_000


class Attempts:
    """Counts by key; the oldest keys are forgotten."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, int] = OrderedDict()

    def fails(self, key: str, times: int) -> bool:
        """Count one attempt. True for the first `times` of them; the next one starts anew."""
        count = self._counts.pop(key, 0)
        if count >= times:
            return False
        self._counts[key] = count + 1
        if len(self._counts) > MAX_KEYS:
            self._counts.popitem(last=False)
        return True
