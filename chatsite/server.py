"""One run of the site: Daphne in this process, with a start before it and a drain after it.

Daphne has no lifespan events, so the product is started on the event loop *before* the reactor runs and
listens, and a signal does not stop the reactor but begins the *drain*: no new connections, running replies
get `grace_seconds`, sockets are told, and only then everything is closed. A second signal skips the rest.

Importing this module installs Twisted's reactor, on a uvloop event loop: only `manage.py serve` does it.
"""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Callable
from typing import Any, cast

import uvloop

asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())  # before daphne.server, which makes the loop

from daphne.endpoints import build_endpoint_description_strings  # noqa: E402
from daphne.server import Server, twisted_loop  # noqa: E402
from daphne.ws_protocol import WebSocketProtocol  # noqa: E402
from django.conf import settings  # noqa: E402
from twisted.internet import reactor  # noqa: E402
from twisted.python.failure import Failure  # noqa: E402

from chatsite.asgi import application  # noqa: E402
from chatsite.bodies import limit_bodies  # noqa: E402
from chatsite.demo import DemoProvider  # noqa: E402
from conversations.turns import lifecycle  # noqa: E402

logger = logging.getLogger(__name__)

PING_SECONDS = 20
PING_TIMEOUT_SECONDS = 30
# In which pieces the application is given a body: a file of 20 MB is not to be thousands of them.
REQUEST_BUFFER = 64 * 1024
# How long a thread that computes keeps the interpreter from one that waits for it. The database thread lets
# go of it at every query: with the usual 5 ms, and a busy event loop, ten queries took 0.1 s.
SWITCH_SECONDS = 0.0005
# After the drain: time for the close frames to be answered.
CLOSE_SECONDS = 2.0


class CannotListen(Exception):
    """The address is taken or is none of this machine's. The text is one line."""


class PoliteServer(Server):  # type: ignore[misc]  # daphne has no types
    """Daphne's server, which reports where it listens and can be asked to stop listening."""

    def __init__(self, on_listening: Callable[[int], None]) -> None:
        limits = settings.LIMITS
        limit_bodies()
        super().__init__(
            application=application,
            endpoints=build_endpoint_description_strings(host=settings.HOST, port=settings.PORT),
            signal_handlers=False,
            ping_interval=PING_SECONDS,
            ping_timeout=PING_TIMEOUT_SECONDS,
            websocket_max_message_size=limits.frame_bytes,
            websocket_max_frame_size=limits.frame_bytes,
            request_buffer_size=REQUEST_BUFFER,
            server_name="Chatsite",
        )
        self._on_listening = on_listening
        self._ports: list[Any] = []
        self._closed = asyncio.Event()
        self.listen_failure = ""

    def listen_success(self, port: Any) -> None:
        """Daphne's callback with the Twisted port."""
        super().listen_success(port)
        # A frame that is too long or not UTF-8 closes its socket with the code that says so, not by a cut.
        # The second option is as Daphne sets it: OriginGate decides about origins.
        self.ws_factory.setProtocolOptions(failByDrop=False, allowNullOrigin=True)
        self._ports.append(port)
        self._on_listening(port.getHost().port)

    def listen_error(self, failure: Failure) -> None:
        """Daphne's callback with the reason; it makes `run` return."""
        self.listen_failure = failure.getErrorMessage()
        self.stop()

    def stop_listening(self) -> None:
        """Take no new connections; those that exist go on."""
        for port in self._ports:
            port.stopListening()

    def open_sockets(self) -> int:
        """How many websockets are still connected."""
        return sum(
            isinstance(protocol, WebSocketProtocol) and "disconnected" not in details
            for protocol, details in self.connections.items()
        )

    def protocol_disconnected(self, protocol: Any) -> None:
        """Daphne's callback when a connection is gone."""
        super().protocol_disconnected(protocol)
        self._closed.set()

    async def all_closed(self) -> None:
        """Wait until no websocket is connected."""
        while self.open_sockets():
            self._closed.clear()
            await self._closed.wait()

    def kill_all_applications(self) -> Any:
        """Daphne's own, without its failure over idle connections, which have no application."""
        for protocol, details in list(self.connections.items()):
            if "application_instance" not in details:
                del self.connections[protocol]
        return super().kill_all_applications()


class Site:
    """One start, one run and one end of everything this process does."""

    def __init__(self, on_ready: Callable[[int], None]) -> None:
        self._demo = DemoProvider() if settings.DEMO else None
        self._server = PoliteServer(on_listening=on_ready)
        self._started = False
        self._starting: asyncio.Task[None] | None = None
        self._draining: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Serve until a signal. Raises `CannotListen` or `DemoFailed`; both leave nothing running."""
        asyncio.set_event_loop(twisted_loop)
        sys.setswitchinterval(SWITCH_SECONDS)
        for number in (signal.SIGTERM, signal.SIGINT):
            # Not by the loop's own handler: uvloop forgets a signal that comes while it does not run, and
            # between the start and the reactor there is such a moment.
            signal.signal(number, lambda *_: twisted_loop.call_soon_threadsafe(self._on_signal))
        try:
            self._starting = twisted_loop.create_task(self._start())
            twisted_loop.run_until_complete(self._starting)
            self._server.run()
        except asyncio.CancelledError:
            return  # a signal during the start
        finally:
            twisted_loop.run_until_complete(self._end())
        if self._server.listen_failure:
            raise CannotListen(self._server.listen_failure)

    async def _start(self) -> None:
        base_url = await self._demo.start() if self._demo else settings.COMPLETIONS_BASE_URL
        await lifecycle.startup(base_url=base_url, api_key=settings.COMPLETIONS_API_KEY)
        self._started = True
        # What the start has made stays to the end. Unfrozen, the collector looks through all of it every few
        # seconds under load: 0.15 s in which nothing else runs.
        gc.collect()
        gc.freeze()

    async def _end(self) -> None:
        if self._started and self._draining is None:  # it could not listen: there is nothing to wait for
            await lifecycle.shutdown(0)
        if self._demo:
            await self._demo.stop()

    def _on_signal(self) -> None:
        if self._starting is not None and not self._starting.done():
            self._starting.cancel()
        elif self._draining is None:
            self._draining = twisted_loop.create_task(self._drain())
            # Not at the end of the drain itself: cancelled before its first step, a task runs nothing at all.
            self._draining.add_done_callback(self._drained)
        else:
            logger.warning("stopping now")
            self._draining.cancel()

    async def _drain(self) -> None:
        logger.info("stopping: running replies have %s s", settings.LIMITS.grace_seconds)
        try:
            self._server.stop_listening()
            await lifecycle.shutdown(settings.LIMITS.grace_seconds)
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._server.all_closed()
        except TimeoutError:
            logger.info("%s sockets did not close in time", self._server.open_sockets())

    def _drained(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("the drain failed", exc_info=error)
        cast(Any, reactor).stop()  # to the type checker the reactor is a module
