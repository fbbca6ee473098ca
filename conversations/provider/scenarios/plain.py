"""Replies without a fault: numbered words to count, and texts that are hard to show."""

from ..reply import Reply, words
from .registry import Options, reply_scenario


@reply_scenario("tokens", "Exactly `count` numbered words, `w1 w2 …`, one chunk each.")
def tokens(options: Options) -> Reply:
    return Reply(tokens=words(options.integer("count")))
