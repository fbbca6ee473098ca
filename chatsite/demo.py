"""The built-in completions server as a process of ours, for a site that has neither a key nor an address.

It is started with an open pipe as its standard input and ends when that pipe does, so it ends with this
process however this process ends. When it dies by itself it is started again on the same port, because the
relay has been told the address.
"""

import asyncio
import contextlib
import logging
import sys
from asyncio.subprocess import PIPE, Process

from django.conf import settings

logger = logging.getLogger(__name__)

READY_WORDS = b"listening on "
START_SECONDS = 20.0
STOP_SECONDS = 5.0
# Waits before a restart, in seconds: one that dies at once is not to take the whole processor.
FIRST_RESTART_WAIT, LONGEST_RESTART_WAIT = 0.2, 30.0


class DemoFailed(Exception):
    """The built-in completions server did not start. The text is one line."""


class DemoProvider:
    """One `python -m conversations.provider`, kept alive from `start` to `stop`."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Start it and return its base URL (http://127.0.0.1:PORT/v1); raises `DemoFailed`."""
        self._process, base_url = await launch(port=0)
        port = int(base_url.split(":")[2].split("/")[0])
        self._keeper = asyncio.create_task(self._keep(port))
        return base_url

    async def stop(self) -> None:
        """End it, and wait until it has ended."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        if self._process is not None and self._process.returncode is None:
            await end(self._process)

    async def _keep(self, port: int) -> None:
        wait = FIRST_RESTART_WAIT
        loop = asyncio.get_running_loop()
        while self._process is not None:
            started = loop.time()
            await drained(self._process)
            if loop.time() - started > LONGEST_RESTART_WAIT:
                wait = FIRST_RESTART_WAIT
            logger.warning("the built-in completions server ended; it starts again in %s s", wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_RESTART_WAIT)
            try:
                self._process, _ = await launch(port)
            except DemoFailed as error:
                logger.error("%s", error)


async def launch(port: int) -> tuple[Process, str]:
    """Start one process on `port` (0: any free one); return it and its base URL once it listens."""
    arguments = ("-m", "conversations.provider", "--port", str(port), "--exit-with-parent")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdin=PIPE, stdout=PIPE, cwd=settings.BASE_DIR, start_new_session=True
    )
    try:
        async with asyncio.timeout(START_SECONDS):
            return process, await told_address(process)
    except TimeoutError as error:
        await end(process)
        raise DemoFailed(f"The built-in completions server did not listen in {START_SECONDS:g} s.") from error
    except (asyncio.CancelledError, DemoFailed):
        await end(process)
        raise


async def told_address(process: Process) -> str:
    """Read lines until the one that tells the address; raises `DemoFailed` when the output ends before."""
    assert process.stdout is not None  # noqa: S101  made with a pipe above
    async for line in process.stdout:
        if line.startswith(READY_WORDS):
            return line.removeprefix(READY_WORDS).decode().strip()
    raise DemoFailed("The built-in completions server ended before it listened.")


async def drained(process: Process) -> None:
    """Read and drop what the process prints, until it has ended: a full pipe would stop it."""
    assert process.stdout is not None  # noqa: S101
    while await process.stdout.read(65_536):
        pass
    await process.wait()


async def end(process: Process) -> None:
    """Close its standard input, and kill it if that does not end it soon."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
