"""Command line of the built-in completions server: `python -m conversations.provider --help`."""

import argparse
import asyncio
import os
import signal
import threading

from aiohttp import web

from .listings import FORMS
from .server import application
from .settings import MAX_BODY_BYTES, Settings


def main() -> None:
    """Run until SIGTERM or SIGINT, or until standard input ends when asked for."""
    options = _parser().parse_args()
    settings = Settings(
        key=options.key,
        rate=options.rate,
        first_token_ms=options.first_token_ms,
        max_body_bytes=options.max_body_bytes,
        catalogue=options.catalogue,
    )
    asyncio.run(_run(settings, options.host, options.port, exit_with_parent=options.exit_with_parent))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m conversations.provider", description=__doc__)
    defaults = Settings()
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port, 0 for a free one (%(default)s)")
    parser.add_argument(
        "--key", default=os.environ.get("PROVIDER_KEY", ""), help="refuse requests without this key"
    )
    parser.add_argument("--rate", type=float, default=defaults.rate, help="tokens a second, 0 for no limit")
    parser.add_argument("--first-token-ms", type=float, default=defaults.first_token_ms)
    parser.add_argument("--max-body-bytes", type=int, default=MAX_BODY_BYTES, help="larger requests get 413")
    parser.add_argument(
        "--catalogue", choices=FORMS, default=defaults.catalogue, help="what GET /v1/models answers"
    )
    parser.add_argument("--exit-with-parent", action="store_true", help="end when standard input ends")
    return parser


async def _run(settings: Settings, host: str, port: int, *, exit_with_parent: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if exit_with_parent:
        threading.Thread(target=_wait_for_end_of_input, args=(loop, stop), daemon=True).start()
    # Handlers are cancelled when their client leaves, so that an abort is counted at once, even in a stall.
    runner = web.AppRunner(
        application(settings),
        handler_cancellation=True,
        shutdown_timeout=0.1,
        lingering_time=1.0,
        access_log=None,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, backlog=1024)
        await site.start()
        shown = f"[{host}]" if ":" in host else host
        print(f"listening on http://{shown}:{runner.addresses[0][1]}/v1", flush=True)
        await stop.wait()
    finally:
        await runner.cleanup()


def _wait_for_end_of_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Blocks in a thread of its own: standard input may be a pipe, a terminal or a file."""
    while os.read(0, 4096):
        pass
    loop.call_soon_threadsafe(stop.set)


if __name__ == "__main__":
    main()
