"""Work beside the answers: a task group that ends with its block; and answers under way, which a stop waits for."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class UnderWay:
    """Answers under way: counted, so that a stop can take no more of them and wait for the rest."""

    is_closing: bool = False
    _count: int = 0
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    @contextlib.contextmanager
    def one(self) -> Iterator[None]:
        """Count the answer of the block."""
        self._count += 1
        try:
            yield
        finally:
            self._count -= 1
            self._ended.set()

    async def drained(self, *, within: float) -> bool:
        """Close, and wait for the answers under way; False when some still were after ``within`` seconds."""
        self.is_closing = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self._count:
                    self._ended.clear()
                    await self._ended.wait()
        return self._count == 0


class _Over(Exception):
    """The block has ended."""


@contextlib.asynccontextmanager
async def background() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group whose tasks are cancelled, and waited for, when the block ends; its errors stay what they are."""
    failure: BaseException | None = None
    try:
        async with asyncio.TaskGroup() as tasks:
            try:
                yield tasks
            except (Exception, asyncio.CancelledError):
                failure = sys.exception()
            raise _Over  # noqa: TRY301  # the only way to make a group cancel its tasks
    except* _Over:
        pass
    if failure is not None:
        raise failure
