"""One lane for each chat: its jobs are done one after the other, those of different chats side by side."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Final

Job = Callable[[], Awaitable[None]]
"""Does its work and deals with whatever goes wrong: it must not raise."""

WAITING_IN_A_CHAT: Final = 10
WAITING_IN_ALL: Final = 2_000
"""Jobs that may wait: ten messages of one chat are more than its next ten seconds can answer."""


@dataclass(slots=True, kw_only=True)
class Lanes:
    """Lanes of jobs, run as tasks of ``tasks``."""

    tasks: asyncio.TaskGroup
    _lanes: dict[Hashable, deque[Job]] = field(default_factory=dict)
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _waiting: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_full(self) -> bool:
        """Whether nothing more should be fetched for now."""
        return self._waiting >= WAITING_IN_ALL

    def add(self, key: Hashable, job: Job) -> bool:
        """Put a job at the end of a lane; False when too many wait in it already."""
        lane = self._lanes.get(key)
        if lane is not None and len(lane) >= WAITING_IN_A_CHAT:
            return False
        self._waiting += 1
        if lane is not None:
            lane.append(job)
        else:
            self._lanes[key] = deque((job,))
            self.start(lambda: self._work_off(key))
        return True

    def start(self, job: Job) -> None:
        """Do something beside all lanes that stops with them."""

        async def work() -> None:
            await job()

        task = self.tasks.create_task(work())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def room(self) -> None:
        """Return when `is_full` is not."""
        while self.is_full:
            self._changed.clear()
            await self._changed.wait()

    async def drained(self, *, within: float) -> bool:
        """Wait for all jobs; what is unfinished after ``within`` seconds is cancelled, and False is returned."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self._lanes:
                    self._changed.clear()
                    await self._changed.wait()
        for task in self._running:
            task.cancel()
        return not self._lanes

    async def _work_off(self, key: Hashable) -> None:
        lane = self._lanes[key]
        try:
            while lane:
                await lane[0]()
                lane.popleft()
                self._waiting -= 1
                self._changed.set()
        finally:
            del self._lanes[key]
            self._changed.set()
