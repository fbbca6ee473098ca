"""Makes the frame `ping` with the ref "fail" an error that nobody expected."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class FaultyConfig(AppConfig):
    name = "tests.live.faulty"

    def ready(self) -> None:
        from conversations import protocol
        from conversations.consumers import ChatConsumer

        async def fails(self: ChatConsumer, frame: Any) -> None:
            if frame.ref == "fail":
                raise ZeroDivisionError("made by a test")
            await self.reply(protocol.Pong(ref=frame.ref))

        ChatConsumer.HANDLERS[protocol.Ping] = fails
