"""ReccoBeats: audio features and titles by Spotify id or recording code, without an account.

Its answers leave out what it does not know and come in any order; rows are told apart by the Spotify link in ``href``.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx
import structlog

from adapters import received
from adapters.retry_after import retry_after
from bot import __version__
from bot.addresses import ISRC, track_id
from bot.addresses import isrc as parsed_isrc
from bot.audio_features import parse_features
from bot.domain import AudioFeatures, CallOutcome, FoundTrack, TrackFacts
from bot.errors import FeatureAnswerUnexpected, FeatureSourceUnavailable, FeaturesRefused, ProviderPostponed
from bot.ports import FactCache, ProviderLedger

PROVIDER: Final = "reccobeats"
IDS_AT_ONCE: Final = 40
"""More are silently dropped."""

USER_AGENT: Final = f"SMOODY/{__version__} (mood music bot)"
"""The ones that libraries send by default are refused with 403."""

ATTEMPTS: Final = 3
LONGEST_WAIT_S: Final = 30.0
DEFAULT_WAIT_S: Final = 5.0
TIMEOUT: Final = httpx.Timeout(15.0, connect=5.0)

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class ReccoBeats:
    """Calls to ReccoBeats."""

    http: httpx.AsyncClient
    ledger: ProviderLedger
    api_base: str
    gap_s: float = 0.2
    """Rest between two calls: it is free, and publishes no limit."""
    backoff_s: float = 1.0
    _free_at: float = 0.0

    async def rows(self, path: str, ids: Sequence[str]) -> list[dict[str, Any]]:
        """The rows of an answer for at most `IDS_AT_ONCE` ids.

        Raises:
            ProviderPostponed: It wants to be left alone for longer than `LONGEST_WAIT_S`.
            FeatureSourceUnavailable: It refuses, or does not answer though asked more than once.
            FeatureAnswerUnexpected: It answers with something that is none; it is not asked for again.
        """
        for attempt in range(ATTEMPTS):
            await self.ledger.allow(PROVIDER)
            await self._pace()
            try:
                response = await self.http.get(
                    f"{self.api_base.rstrip('/')}{path}",
                    params={"ids": ",".join(ids)},
                    headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
                    timeout=TIMEOUT,
                )
            except httpx.HTTPError as cause:
                await self._wait(attempt, None, type(cause).__name__, cause)
                continue
            if response.status_code == 200:
                return await self._parsed(response)
            if response.status_code == 429 or response.status_code >= 500:
                await self._wait(attempt, response, str(response.status_code), None)
                continue
            is_no = response.status_code in {401, 403}
            await self.ledger.count(PROVIDER, CallOutcome.REFUSED if is_no else CallOutcome.FAILED)
            raise FeatureSourceUnavailable(f"ReccoBeats refuses ({response.status_code})")
        raise FeatureSourceUnavailable("ReccoBeats does not answer")

    async def _parsed(self, response: httpx.Response) -> list[dict[str, Any]]:
        try:
            rows = response.json()["content"]
        except (ValueError, KeyError, TypeError, RecursionError) as cause:
            await self.ledger.count(PROVIDER, CallOutcome.FAILED)
            raise FeatureAnswerUnexpected("ReccoBeats answered with something that is no list of tracks") from cause
        if not isinstance(rows, list):
            await self.ledger.count(PROVIDER, CallOutcome.FAILED)
            raise FeatureAnswerUnexpected("ReccoBeats answered with something that is no list of tracks")
        await self.ledger.count(PROVIDER, CallOutcome.ANSWERED)
        return [row for row in rows if isinstance(row, dict)]

    async def _pace(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._free_at - loop.time()))
        self._free_at = loop.time() + self.gap_s

    async def _wait(self, attempt: int, response: httpx.Response | None, told: str, cause: Exception | None) -> None:
        await self.ledger.count(PROVIDER, CallOutcome.FAILED)
        rest = None
        if response is not None and response.status_code == 429:
            rest = retry_after(response.headers, default_s=DEFAULT_WAIT_S)
        if rest is not None and rest > LONGEST_WAIT_S:
            await self.ledger.rest(PROVIDER, rest)
            raise ProviderPostponed(f"ReccoBeats wants no calls for {rest:.0f} s", retry_after=rest)
        if attempt + 1 == ATTEMPTS:
            raise FeatureSourceUnavailable(f"ReccoBeats does not answer ({told})") from cause
        jitter = random.uniform(0.5, 1.0)  # noqa: S311  # no cryptography
        await asyncio.sleep(rest if rest is not None else self.backoff_s * 2**attempt * jitter)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReccoBeatsById:
    """A link of the chain: features by Spotify id."""

    client: ReccoBeats
    name: str = PROVIDER

    async def look_up(self, tracks: Sequence[FoundTrack]) -> AsyncIterator[Mapping[str, AudioFeatures]]:
        """Features of the tracks that it knows by their Spotify id."""
        ids = [track.id for track in tracks if ":" not in track.id]
        for some in _batches(ids):
            rows = await self.client.rows("/v1/audio-features", some)
            told = ((_spotify_id(row), row) for row in rows)
            yield {found: features for found, row in told if found in some and (features := _features(row))}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReccoBeatsByIsrc:
    """A link of the chain: features by recording code, for another release of the same recording."""

    client: ReccoBeats
    name: str = f"{PROVIDER}_isrc"

    async def look_up(self, tracks: Sequence[FoundTrack]) -> AsyncIterator[Mapping[str, AudioFeatures]]:
        """Features of the tracks whose recording it knows; the first row of several that describe it is taken."""
        wanted: dict[str, list[str]] = {}
        for track in tracks:
            if track.isrc:
                wanted.setdefault(track.isrc, []).append(track.id)
        for some in _batches(list(wanted)):
            found: dict[str, AudioFeatures] = {}
            for row in await self.client.rows("/v1/audio-features", some):
                features = _features(row)
                for known_as in wanted.get(parsed_isrc(str(row.get("isrc") or "")) or "", ()):
                    if features is not None:
                        found.setdefault(known_as, features)
            yield found


@dataclass(frozen=True, slots=True, kw_only=True)
class ReccoBeatsDetails:
    """`TrackDetails`: titles, artists and Spotify ids of tracks that a file only points at."""

    client: ReccoBeats
    cache: FactCache
    titles_from: str
    """The provider whose cached titles are taken where ReccoBeats knows none."""

    async def complete(self, tracks: Sequence[FoundTrack]) -> Sequence[FoundTrack]:
        """The same tracks, with what the cache and ReccoBeats know of those that lack something."""
        bare = [track for track in tracks if track.title is None]
        ids = [track.id for track in bare]
        facts = dict(await self.cache.known(PROVIDER, ids))
        for some in _batches([each for each in ids if each not in facts]):
            try:
                found = await self._ask(some)
            except (FeatureSourceUnavailable, FeatureAnswerUnexpected, ProviderPostponed) as problem:
                log.warning("titles_missing", problem=type(problem).__name__)
                break
            await self.cache.keep(PROVIDER, found)
            facts.update({track: told for track, told in found.items() if told})
        completed = [_completed(track, facts.get(track.id)) for track in tracks]
        untitled = [track.id for track in completed if track.title is None]
        titles = await self.cache.known(self.titles_from, untitled)
        return [_completed(track, titles.get(track.id)) if track.title is None else track for track in completed]

    async def _ask(self, ids: Sequence[str]) -> dict[str, TrackFacts | None]:
        asked = {each.removeprefix(ISRC): each for each in ids}
        found: dict[str, TrackFacts | None] = dict.fromkeys(ids)
        for row in await self.client.rows("/v1/track", list(asked)):
            key = next((each for each in (_spotify_id(row), str(row.get("isrc"))) if each in asked), None)
            title = received.text(row.get("trackTitle"))
            if key is not None and title is not None and found[asked[key]] is None:
                found[asked[key]] = TrackFacts(
                    spotify_id=_spotify_id(row), title=title, artists=_names(row.get("artists"))
                )
        return found


def _completed(track: FoundTrack, facts: TrackFacts | None) -> FoundTrack:
    if facts is None:
        return track
    return FoundTrack(
        id=facts.spotify_id if track.id.startswith(ISRC) and facts.spotify_id else track.id,
        title=track.title or facts.title,
        artists=track.artists or facts.artists,
        isrc=track.isrc,
        year=track.year,
        artwork_url=track.artwork_url or facts.artwork_url,
        is_explicit=track.is_explicit,
        mood=track.mood,
    )


def _names(artists: Any) -> tuple[str, ...]:
    listed = artists if isinstance(artists, list) else []
    return received.texts(artist.get("name") for artist in listed if isinstance(artist, dict))


def _batches(ids: Sequence[str]) -> list[list[str]]:
    return [list(ids[start : start + IDS_AT_ONCE]) for start in range(0, len(ids), IDS_AT_ONCE)]


def _spotify_id(row: Mapping[str, Any]) -> str | None:
    return track_id(str(row.get("href") or ""))


def _features(row: Mapping[str, Any]) -> AudioFeatures | None:
    """Features that can be those of a track; a row with a gap or a number out of range is as good as none."""
    try:
        return parse_features(row)
    except FeaturesRefused:
        return None
