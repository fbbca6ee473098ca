"""The finished form of a reply: its blocks, and for one that was to be JSON the verdict on it."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.completions import AttachmentPart, CompletionRequest, TextPart
from conversations.models import State
from conversations.rendering import render_blocks
from conversations.structured import CHECKER, Schema, Verdict, json_blocks, judge, says_json


@dataclass(frozen=True)
class Finished:
    """`verdict`: None unless the reply was to be JSON and has any text."""

    blocks: list[str]
    verdict: Verdict | None = None

    @property
    def columns(self) -> dict[str, str]:
        """Of Message."""
        if self.verdict is None:
            return {}
        return {"json_verdict": self.verdict.state, "json_problem": self.verdict.message}


def finished(text: str, *, schema: Schema | None, state: State, id_prefix: str) -> Finished:
    """Blocks while code is highlighted and the schema applied: seconds at most, off the event loop."""
    if schema is None or not text:
        return Finished(render_blocks(text, id_prefix=id_prefix))
    verdict = judge(text, schema=schema, cut=state != State.COMPLETE, checker=CHECKER)
    return Finished(json_blocks(text, verdict, id_prefix=id_prefix), verdict)


def lacks_the_word(request: CompletionRequest) -> bool:
    """Whether this is JSON mode without the word JSON in any message: servers refuse that."""
    texts: list[str] = []
    for message in request.messages:
        if isinstance(message.content, str):
            texts.append(message.content)
        else:
            texts += [part.text for part in message.content or () if isinstance(part, TextPart)]
            if any(
                isinstance(part, AttachmentPart) and part.kind == "text" for part in message.content or ()
            ):
                return False  # The word may stand in the file; the server will say.
    return request.response_format == "json_object" and not says_json(texts)
