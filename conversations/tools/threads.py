"""A thread for each call of a plain function.

The threads of a pool are few and shared: functions that hang would hold up everything else that needs one,
and the end of the site would wait for them. A thread of its own is left behind instead, and ends with the
process.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def in_thread(work: Callable[[], T]) -> T:
    """What `work` returns or raises. Cancelled, it goes on unheard."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]  # without an error it is what work returned

    def run() -> None:
        result: T | None = None
        error: BaseException | None = None
        try:
            result = work()
        except Exception as raised:  # it is raised again where it is waited for
            error = raised
        except BaseException as raised:  # on the event loop SystemExit would end the site
            error = RuntimeError(f"{type(raised).__name__} in a tool")
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(tell, result, error)

    threading.Thread(target=run, name=f"tool {getattr(work, '__name__', '')}", daemon=True).start()
    return await done
