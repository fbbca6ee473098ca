"""A reply that goes on when the test says so: each moment of it can be looked at without guessing times."""

from __future__ import annotations

from collections.abc import Sequence

from tests.completions.upstream import SSE_HEAD, Peer, Script, delta, events
from tests.live.host import Host, passes


class Steps:
    """`prompt` asks for a reply of `texts`; each is sent when the test opens the next gate.

    field: of the delta, that carries them.
    """

    def __init__(
        self, host: Host, texts: Sequence[str], finish: str = "stop", *, field: str = "content"
    ) -> None:
        self.texts = texts
        self._field = field
        self._gates = [host.gate() for _ in texts]
        self._end = host.gate()
        self._finish = finish
        self._next = 0
        self.prompt = host.will(self._script())

    def go(self, count: int = 1) -> str:
        """Let the next `count` texts come; returns the last of them."""
        for gate in self._gates[self._next : self._next + count]:
            gate.open()
        self._next += count
        return self.texts[self._next - 1].strip()

    def finish(self) -> None:
        """Let the rest come, and the end."""
        self.go(len(self.texts) - self._next)
        self._end.open()

    def _script(self) -> Script:
        async def script(peer: Peer) -> None:
            await peer.send(SSE_HEAD)
            for gate, text in zip(self._gates, self.texts, strict=True):
                if not await passes(peer, gate):
                    return
                await peer.send(events(delta(**{self._field: text}), done=False))
            if await passes(peer, self._end):
                await peer.send(events(delta(finish=self._finish)))

        return script
