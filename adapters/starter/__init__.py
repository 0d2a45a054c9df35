"""The starter catalogue: what SMOODY plays before an operator has brought anything of their own."""

import asyncio
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from adapters.catalogue_file import read_catalogue
from bot.domain import CatalogueChange, Mood, Track
from bot.errors import CatalogueUnavailable
from bot.ports import CatalogueWriter

FILE: Final = Path(__file__).parent / "catalogue.csv"
ORIGIN: Final = "starter"

log = structlog.get_logger(__name__)


async def load_into(catalogue: CatalogueWriter) -> CatalogueChange | None:
    """Bring the starter catalogue into a database; None when this very one is there already."""
    content = await asyncio.to_thread(FILE.read_bytes)
    digest = hashlib.sha256(content).hexdigest()
    if await catalogue.digest_of(ORIGIN) == digest:
        return None
    tracks = await asyncio.to_thread(read_catalogue, content.decode("utf-8"))  # tens of milliseconds of the event loop
    return await catalogue.replace(ORIGIN, tracks, digest=digest)


@dataclass(frozen=True, slots=True)
class WithStarter:
    """`CatalogueWriter` that brings starter tracks back which somebody else had taken over and dropped."""

    catalogue: CatalogueWriter

    async def replace(
        self, origin: str, tracks: Sequence[Track], *, digest: str | None = None, over: Collection[str] = ()
    ) -> CatalogueChange:
        """Make ``tracks`` all there is of ``origin``, and the starter catalogue whole again."""
        change = await self.catalogue.replace(origin, tracks, digest=digest, over=over)
        try:
            await load_into(self.catalogue)
        except CatalogueUnavailable as problem:  # what was asked for is done; the next refresh or start tries again
            log.warning("starter_not_loaded_again", problem=type(problem).__name__)
        return change

    async def moods_of(self, origin: str) -> Mapping[str, Mood]:
        """The mood of each track that ``origin`` brought, by track id."""
        return await self.catalogue.moods_of(origin)

    async def digest_of(self, origin: str) -> str | None:
        """The digest that came with the last replacement of this origin, or None."""
        return await self.catalogue.digest_of(origin)

    async def tracks_of(self, origin: str) -> Sequence[Track]:
        """All tracks that ``origin`` brought."""
        return await self.catalogue.tracks_of(origin)
