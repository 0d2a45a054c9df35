"""What the commands about refreshes share: an open store with its parts, outside any service."""

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from bot.commands import prepared

if TYPE_CHECKING:
    from bot.refresh_wiring import RefreshParts


@contextlib.asynccontextmanager
async def opened() -> "AsyncIterator[RefreshParts]":
    """The parts that refresh, over the operator's own database."""
    from bot.refresh_wiring import open_refreshing
    from bot.wiring import SystemClock, open_store

    settings = prepared()
    async with (
        open_store(settings) as store,
        open_refreshing(settings, store.database, store.catalogue, SystemClock()) as parts,
    ):
        yield parts
