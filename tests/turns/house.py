"""A process that writes replies, as tests use it: the real turns, a real provider, screens that watch.

async with house.open(running_per_user=1):
    live = await house.say(alice, "scenario: stall after=5")
    screen = house.watch(live, "html")
    await house.sees(live, lambda: live.text.endswith("w5"))
    house.generations.stop(live)
    assert await house.state_of(live) == State.STOPPED
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from django.conf import LazySettings

from chatsite.accounts.models import User
from conversations import protocol
from conversations.models import Generation, Message, State
from conversations.store.claims import Claim
from conversations.store.threads import in_database
from conversations.turns import lifecycle
from conversations.turns.generations import Generations
from conversations.turns.live import LiveGeneration
from tests.invariants import check_invariants, check_upstream_closed
from tests.providers import Provider
from tests.store.verbs import go_on, start
from tests.turns.screen import Screen

KEY = "sk-CANARY-0123456789abcdef"
PATIENCE = 15.0
"""Seconds after which something that should happen is held not to happen."""


class House:
    def __init__(self, provider: Provider, settings: LazySettings, log: Callable[[], str]) -> None:
        self.provider = provider
        self.screens: list[Screen] = []
        self._settings = settings
        self._log = log
        self._usual = settings.LIMITS

    @asynccontextmanager
    async def open(self, *, base_url: str = "", **limits: Any) -> AsyncIterator[Generations]:
        """Start the turns under these limits; afterwards end them and check every promise.

        base_url: of a completions server of the test's own.
        """
        self._settings.LIMITS = replace(self._usual, **limits)
        before = asyncio.all_tasks()
        await lifecycle.startup(base_url=base_url or self.provider.base_url, api_key=KEY)
        try:
            yield self.generations
        finally:
            await lifecycle.shutdown(0)
        for screen in self.screens:
            await screen.left()
        left = asyncio.all_tasks() - before - {asyncio.current_task()}
        if left:
            _, left = await asyncio.wait(left, timeout=20)
        assert not left, "a task was left behind"
        await self.check()

    async def check(self) -> None:
        """The promises, on everything stored and shown so far."""
        await asyncio.to_thread(check_upstream_closed, self.provider.stats)
        shown = [screen.shown for screen in self.screens if screen.end is not None]
        frames = [str(screen.frames) for screen in self.screens]
        await in_database(check_invariants, shown=shown, secrets=[KEY], texts=[*frames, self._log()])

    @property
    def generations(self) -> Generations:
        return lifecycle.current().generations

    async def claim(self, person: User, text: str, after: Claim | None = None, **more: Any) -> Claim:
        return await in_database(start, person, text, after=after, lease=lifecycle.current().lease, **more)

    async def say(self, person: User, text: str, after: Claim | None = None, **more: Any) -> LiveGeneration:
        """Send a message; its reply is being written when this returns. more: see `start`."""
        return self.generations.begin(await self.claim(person, text, after, **more))

    async def go_on(self, person: User, live: LiveGeneration) -> LiveGeneration:
        return self.generations.begin(await in_database(go_on, person, live.held.message_id))

    def watch(self, live: LiveGeneration, format: protocol.Format = "text", **how: Any) -> Screen:
        """A viewer of the reply, from now on."""
        self.screens.append(Screen(live, format, **how))
        return self.screens[-1]

    async def sees(self, live: LiveGeneration, what: Callable[[], bool]) -> None:
        """Wait until `what` holds; looked at whenever the reply changes."""
        changed = live.watch()
        try:
            async with asyncio.timeout(PATIENCE):
                while not what():
                    changed.clear()
                    await changed.wait()
        finally:
            live.unwatch(changed)

    async def written(self, live: LiveGeneration) -> None:
        """Wait until nothing more is added to the reply; its end may not be stored yet."""
        assert live.task is not None
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait({live.task})

    async def over(self, *lives: LiveGeneration) -> None:
        """Wait until these replies have ended, or are lost."""
        async with asyncio.timeout(PATIENCE):
            for live in lives:
                await live.over.wait()

    async def state_of(self, live: LiveGeneration) -> State:
        """The stored state once the reply is over."""
        await self.over(live)
        return State((await self.row(live)).state)

    async def row(self, live: LiveGeneration) -> Generation:
        return await in_database(Generation.objects.get, pk=live.held.generation_id)

    async def text_of(self, live: LiveGeneration) -> str:
        """The stored text."""
        return (await in_database(Message.objects.get, pk=live.held.message_id)).content
