"""Replies without a fault: numbered words to count, and texts that are hard to show."""

from ..reply import Reply, split, words
from ..showcases import SHOWCASES, UNICODE
from .hostile import PAYLOADS
from .registry import Options, reply_scenario


@reply_scenario("tokens", "Exactly `count` numbered words, `w1 w2 …`, one chunk each.")
def tokens(options: Options) -> Reply:
    return Reply(tokens=words(options.integer("count")))


@reply_scenario("markdown", "Every showcase of Markdown, one after the other.")
def markdown(options: Options) -> Reply:
    return Reply(tokens=split("\n\n".join(text for _, text in SHOWCASES)))


@reply_scenario("unicode", "Many scripts, combined characters and emoji.")
def unicode(options: Options) -> Reply:
    return Reply(tokens=split(UNICODE))


@reply_scenario(
    "hostile", "Markdown and HTML that must do nothing: scripts, handlers, remote images, odd links."
)
def hostile(options: Options) -> Reply:
    return Reply(tokens=split("\n\n".join(PAYLOADS)))
