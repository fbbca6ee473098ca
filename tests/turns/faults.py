"""Faults put into a running reply at a place that is counted: the n-th await, call or statement.

Each counts on after its fault, so that a test can go through all n until there is no n-th one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeVar

from django.db import OperationalError, connection

T = TypeVar("T")


class Injected(Exception):
    """A fault that no part of the program expects."""


class AtAwait(Awaitable[T]):
    """Runs a coroutine, and calls `fault` while it is suspended for the `nth` time.

    What the fault raises is raised in the coroutine where it waits.
    """

    def __init__(self, work: Awaitable[T], nth: int, fault: Callable[[], None]) -> None:
        self.awaits = 0
        self._work, self._nth, self._fault = work, nth, fault

    def __await__(self) -> Generator[Any, Any, T]:
        inner = self._work.__await__()
        error: BaseException | None = None
        while True:
            try:
                waiting = inner.throw(error) if error else next(inner)
            except StopIteration as stop:
                result: T = stop.value
                return result
            self.awaits += 1
            error = None
            try:
                if self.awaits == self._nth:
                    self._fault()
                yield waiting
            except BaseException as raised:  # whatever it is, it belongs to the coroutine
                error = raised


class AtStatement:
    """A wrapper of the database's statements that makes the `nth` one fail."""

    def __init__(self, nth: int) -> None:
        self.statements = 0
        self._nth = nth

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.statements += 1
        if self.statements == self._nth:
            raise OperationalError("injected")
        return execute(*arguments)

    def around(self, run: Callable[..., Any]) -> Callable[..., Any]:
        """`run`, with this around every statement on its thread."""

        def wrapped(work: Callable[[], Any]) -> Any:
            with connection.execute_wrapper(self):
                return run(work)

        return wrapped


class AtCall:
    """Units of work in the database, of which the `nth` fails: before it is done, or after."""

    def __init__(self, in_database: Callable[..., Awaitable[Any]], nth: int, *, done: bool) -> None:
        self.calls = 0
        self._in_database, self._nth, self._done = in_database, nth, done

    async def __call__(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self.calls += 1
        failing = self.calls == self._nth
        if failing and not self._done:
            raise OperationalError("injected")
        result = await self._in_database(work, *args, **kwargs)
        if failing:
            raise OperationalError("injected: the answer was lost")
        return result
