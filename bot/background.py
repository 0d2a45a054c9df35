"""Work beside the answers: a task group that ends with its block instead of keeping it waiting."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator


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
