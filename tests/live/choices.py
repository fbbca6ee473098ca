"""Scripts of a model's host that answers with several choices."""

from __future__ import annotations

from tests.completions.upstream import SSE_HEAD, Peer, Script, delta, events
from tests.live.host import Gate, passes, pause


def says_side_by_side(*texts: str, gate: Gate | None = None, then: str = "", seconds: float = 0) -> Script:
    """Each text as a choice of its own, word by word in turn; waits at the gate; adds `then` to each.

    seconds: between one round of words and the next.
    """

    async def script(peer: Peer) -> None:
        await peer.send(SSE_HEAD)
        pieces = [text.split(" ") for text in texts]
        for place in range(max(map(len, pieces))):
            await pause(peer, seconds)
            for index, words in enumerate(pieces):
                if place < len(words):
                    text = words[place] if place == 0 else f" {words[place]}"
                    await peer.send(events(delta(index, content=text), done=False))
        if gate is not None and not await passes(peer, gate):
            return
        for index in range(len(texts)):
            if then:
                await peer.send(events(delta(index, content=then), done=False))
            await peer.send(events(delta(index, finish="stop"), done=index == len(texts) - 1))

    return script
