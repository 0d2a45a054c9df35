"""One thread for calls that block, which the end of the process does not wait for.

Python joins the threads of an executor before it exits: a Spotify that says nothing would hold up a stop until its
call has timed out.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")

_Jobs = SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None]


@dataclass(slots=True)
class Worker:
    """Does one thing after another. Its thread begins with the first and ends with `close`."""

    name: str
    _jobs: _Jobs = field(default_factory=SimpleQueue)
    _thread: threading.Thread | None = None

    async def do(self, work: Callable[[], T]) -> T:
        """What ``work`` returns or raises; it goes on when its caller is cancelled, and what follows waits for it."""
        if self._thread is None:
            self._thread = threading.Thread(target=_work_off, args=(self._jobs,), name=self.name, daemon=True)
            self._thread.start()
        future: Future[T] = Future()
        self._jobs.put((future, work))
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Let the thread end after what is under way."""
        self._jobs.put(None)


def _work_off(jobs: _Jobs) -> None:
    while (job := jobs.get()) is not None:
        future, work = job
        if not future.set_running_or_notify_cancel():
            continue
        try:
            result = work()
        except BaseException as problem:  # it belongs to whoever waits for it
            future.set_exception(problem)
        else:
            future.set_result(result)
