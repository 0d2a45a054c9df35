"""Artwork and titles from Spotify's oEmbed, which needs no account: one track a second, in the background."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
import structlog

from adapters import received
from adapters.retry_after import retry_after
from bot import __version__
from bot.domain import CallOutcome, TrackFacts
from bot.errors import ArtworkUnavailable, ProviderPostponed, Unavailable
from bot.ports import FactCache, ProviderLedger

PROVIDER: Final = "oembed"
USER_AGENT: Final = f"SMOODY/{__version__} (mood music bot)"
TIMEOUT: Final = httpx.Timeout(15.0, connect=5.0)
DEFAULT_REST_S: Final = 3_600.0
"""How long it is left alone after a refusal that names no time."""

SHORTEST_REST_S: Final = 60.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OEmbedArtwork:
    """Looks up what Spotify shows of a track on other people's pages."""

    http: httpx.AsyncClient
    ledger: ProviderLedger
    api_base: str

    async def look_up(self, spotify_id: str) -> TrackFacts | None:
        """Title and artwork of a track; None when there is no such track.

        Raises:
            ArtworkUnavailable: No answer, or none that can be understood.
            ProviderPostponed: It wants to be left alone.
        """
        await self.ledger.allow(PROVIDER)
        try:
            response = await self.http.get(
                self.api_base,
                params={"url": f"https://open.spotify.com/track/{spotify_id}"},
                headers={"User-Agent": USER_AGENT},
                timeout=TIMEOUT,
            )
        except httpx.HTTPError as cause:
            await self.ledger.count(PROVIDER, CallOutcome.FAILED)
            raise ArtworkUnavailable(f"oEmbed does not answer ({type(cause).__name__})") from cause
        if response.status_code in {400, 404}:
            await self.ledger.count(PROVIDER, CallOutcome.ANSWERED)
            return None
        if response.status_code != 200:
            await self._refused(response)
        return await self._parsed(response)

    async def _refused(self, response: httpx.Response) -> None:
        is_no = response.status_code in {401, 403}
        await self.ledger.count(PROVIDER, CallOutcome.REFUSED if is_no else CallOutcome.FAILED)
        if is_no or response.status_code == 429:
            seconds = max(SHORTEST_REST_S, retry_after(response.headers, default_s=DEFAULT_REST_S))
            await self.ledger.rest(PROVIDER, seconds)
            raise ProviderPostponed("oEmbed wants to be left alone", retry_after=seconds)
        raise ArtworkUnavailable(f"oEmbed does not answer ({response.status_code})")

    async def _parsed(self, response: httpx.Response) -> TrackFacts:
        try:
            answer: Any = response.json()
        except (ValueError, RecursionError) as cause:
            await self.ledger.count(PROVIDER, CallOutcome.FAILED)
            raise ArtworkUnavailable("oEmbed answered with something that is no JSON") from cause
        if not isinstance(answer, dict):
            await self.ledger.count(PROVIDER, CallOutcome.FAILED)
            raise ArtworkUnavailable("oEmbed answered with something that is no object")
        await self.ledger.count(PROVIDER, CallOutcome.ANSWERED)
        title, image = answer.get("title"), answer.get("thumbnail_url")
        return TrackFacts(title=received.text(title), artwork_url=received.artwork(image))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtworkRounds:
    """Gives artwork to tracks that have none, and looks it up again when it has been kept for long enough.

    Titles that sources lack are kept as well, for the next refresh.
    """

    artwork: OEmbedArtwork
    cache: FactCache
    wanting: Callable[[int], Awaitable[Mapping[str, str | None]]]
    """Spotify ids of tracks whose artwork or title should be looked up now, at most so many, with the artwork that the
    provider gave last time."""
    show: Callable[[Mapping[str, str | None]], Awaitable[None]]
    """Puts artwork on tracks of the catalogue."""
    gap_s: float = 1.0
    size: int = 200
    """Tracks a round: each round makes every process read the catalogue again, once."""

    async def run_once(self) -> int:
        """One round; gives how many tracks were looked up. A provider that is away ends it early, without a word."""
        looked_up = 0
        shown: dict[str, str | None] = {}
        try:
            for spotify_id, had in (await self.wanting(self.size)).items():
                facts = await self.artwork.look_up(spotify_id)
                await self.cache.keep(PROVIDER, {spotify_id: facts})
                looked_up += 1
                artwork_url = facts.artwork_url if facts else None
                if artwork_url or had:  # what it gives no longer must not be shown either
                    shown[spotify_id] = artwork_url
                await asyncio.sleep(self.gap_s)
        except Unavailable as problem:
            log.info("artwork_postponed", problem=type(problem).__name__, remark=str(problem))
        finally:
            if shown:
                await self.show(shown)
        return looked_up

    async def run_forever(self, *, starts_after: float, rests: float) -> None:
        """Round after round while there is something to look up, then a rest of so many seconds."""
        await asyncio.sleep(starts_after)
        while True:
            try:
                if await self.run_once() < self.size:
                    await asyncio.sleep(rests)
            except Unavailable as problem:  # the database
                log.warning("artwork_postponed", problem=type(problem).__name__)
                await asyncio.sleep(rests)
