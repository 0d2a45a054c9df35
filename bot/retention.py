"""The use case of keeping no longer than was promised: once a day, whoever stayed away too long is forgotten."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from bot.errors import Unavailable
from bot.ports import Clock, History

EVERY_S: Final = 24 * 3_600.0
AGAIN_AFTER_S: Final = 600.0
"""How soon it is tried again when the database did not answer."""

log = structlog.get_logger(__name__)


async def keep_terms(history: History, clock: Clock, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Forget the absent now and every day from then on; never returns."""
    while True:
        try:
            forgotten = await history.forget_the_absent(now=clock.now())
        except Unavailable as problem:
            log.warning("absent_not_forgotten", problem=type(problem).__name__)
            await sleep(AGAIN_AFTER_S)
        else:
            log.info("absent_forgotten", listeners=forgotten)
            await sleep(EVERY_S)
