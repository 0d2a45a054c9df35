"""The part of the composition root that refreshes, loaded when there is something to refresh or someone to ask."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import httpx
import structlog

from adapters import starter
from adapters.artwork import PROVIDER as OEMBED
from adapters.artwork import ArtworkRounds, OEmbedArtwork
from adapters.audio_features.chain import FeatureChain, FeatureProvider
from adapters.audio_features.reccobeats import ReccoBeats, ReccoBeatsById, ReccoBeatsByIsrc, ReccoBeatsDetails
from adapters.playlist_file import PlaylistFiles
from adapters.scheduling import Schedule, running
from adapters.spotify.account import SpotifyAccount
from adapters.spotify.application import SpotifyApplication
from adapters.spotify.client import PROVIDER as SPOTIFY
from adapters.spotify.client import SpotifyClient
from adapters.spotify.exports import PATH as PLAYLISTS_PATH
from adapters.spotify.features import SpotifyFeatures
from adapters.spotify.playlists import SpotifyPlaylists
from adapters.storage.catalogue import SqlCatalogue
from adapters.storage.database import Database
from adapters.storage.providers import SqlArtwork, SqlFacts, SqlFeatures, SqlProviders
from adapters.storage.refreshes import SqlReadings, SqlRefreshRuns, SqlSources
from bot.addresses import FILE, PLAYLIST
from bot.admin import Admin
from bot.background import background
from bot.domain import Reading, Source
from bot.errors import Misconfigured, PlaylistGone, Unavailable
from bot.phrases import load_phrases
from bot.ports import Clock, PlaylistReader
from bot.refresh import Refresh, Refreshing
from bot.settings import Settings
from ml.mood.runtime import EMBEDDED_BUNDLE, OnnxMoodTagger

MOST_USERS: Final = 5
"""People whom Spotify allows an application in development mode."""

ARTWORK_STARTS_AFTER_S: Final = 60.0
ARTWORK_RESTS_S: Final = 3_600.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderByKind:
    """`PlaylistReader` that hands each source to the reader of its kind."""

    readers: Mapping[str, PlaylistReader]

    async def read(self, source: Source, seen: Callable[[int], None]) -> Reading:
        """All of one source."""
        for prefix, reader in self.readers.items():
            if source.address.startswith(prefix):
                return await reader.read(source, seen)
        raise PlaylistGone(f"nobody can read {source.address}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshParts:
    """All that commands and platforms need of refreshes."""

    refreshing: Refreshing
    admin: Admin
    account: SpotifyAccount
    artwork: ArtworkRounds
    features: SqlFeatures


def spotify_account(settings: Settings, clock: Clock) -> SpotifyAccount:
    """The operator's account as it is set up."""
    application = spotify_application(settings, redirect_uri=settings.spotify.redirect_uri)
    return SpotifyAccount(data_dir=settings.data_dir, application=application, clock=clock)


def spotify_application(settings: Settings, *, redirect_uri: str) -> SpotifyApplication:
    """The operator's application as it is set up, sending browsers back to ``redirect_uri``."""
    secret = settings.spotify.client_secret
    return SpotifyApplication(
        client_id=settings.spotify.client_id,
        client_secret=secret.get_secret_value() if secret else None,
        redirect_uri=redirect_uri,
        accounts_base=settings.spotify.accounts_base,
    )


def playlists_redirect_uri(settings: Settings) -> str:
    """Where Spotify sends listeners back to who want a playlist; the operator has to name it at Spotify.

    Raises:
        Misconfigured: There is no application at Spotify, or no address that it would send anybody back to.
    """
    public, name = settings.web.public_url, "SMOODY_SPOTIFY__PLAYLISTS_FOR"
    if settings.spotify.client_id is None:
        raise Misconfigured(f"{name}: needs SMOODY_SPOTIFY__CLIENT_ID as well")
    if len(settings.spotify.playlists_for) > MOST_USERS:
        raise Misconfigured(f"{name}: Spotify allows a new application {MOST_USERS} people")
    if public is None and settings.web.port == 0:
        raise Misconfigured(f"{name}: needs a fixed SMOODY_WEB__PORT, or SMOODY_WEB__PUBLIC_URL")
    if public is not None and (public.scheme != "https" or public.query or public.fragment):
        raise Misconfigured(f"{name}: Spotify sends nobody back to {public}; SMOODY_WEB__PUBLIC_URL must be https://…")
    site = str(public or f"http://127.0.0.1:{settings.web.port}")
    return site.rstrip("/") + PLAYLISTS_PATH


def providers_of(settings: Settings, database: Database, clock: Clock) -> SqlProviders:
    """The ledger with the budgets that are set."""
    return SqlProviders(database=database, clock=clock, budgets={SPOTIFY: settings.spotify.calls_a_day})


@contextlib.asynccontextmanager
async def open_refreshing(
    settings: Settings,
    database: Database,
    catalogue: SqlCatalogue,
    clock: Clock,
    *,
    spotify_gap_s: float = 1.0,
    reccobeats_gap_s: float = 0.2,
    disconnected: Callable[[], Mapping[str, str]] = dict,
) -> AsyncIterator[RefreshParts]:
    """Everything that refreshes; what runs when the block ends is cut off and recorded as such.

    The gaps are the rests between two calls to a provider: out of politeness, and nothing that tests should wait for.
    """
    async with contextlib.AsyncExitStack() as stack:
        # Both take tens of milliseconds, and a service that answers may be opening this.
        certificates = await asyncio.to_thread(httpx.create_ssl_context)
        tagger = await asyncio.to_thread(OnnxMoodTagger.load, EMBEDDED_BUNDLE)
        http = await stack.enter_async_context(httpx.AsyncClient(verify=certificates))
        providers = providers_of(settings, database, clock)
        account = spotify_account(settings, clock)
        spotify = SpotifyClient(
            account=account, ledger=providers, api_base=settings.spotify.api_base, gap_s=spotify_gap_s
        )
        stack.callback(spotify.close)
        tasks = await stack.enter_async_context(background())
        reccobeats = ReccoBeats(
            http=http, ledger=providers, api_base=settings.reccobeats.api_base, gap_s=reccobeats_gap_s
        )
        features, facts = SqlFeatures(database=database, clock=clock), SqlFacts(database=database, clock=clock)
        chain: list[FeatureProvider] = [ReccoBeatsById(client=reccobeats), ReccoBeatsByIsrc(client=reccobeats)]
        if settings.spotify.legacy_audio_features:
            chain.append(SpotifyFeatures(client=spotify))
        sources, runs = SqlSources(database), SqlRefreshRuns(database)
        refreshing = Refreshing(
            refresh=Refresh(
                sources=sources,
                reader=ReaderByKind(readers={PLAYLIST: SpotifyPlaylists(client=spotify), FILE: PlaylistFiles()}),
                readings=SqlReadings(database),
                details=ReccoBeatsDetails(client=reccobeats, cache=facts, titles_from=OEMBED),
                features=FeatureChain(cache=features, providers=chain),
                tagger=tagger,
                catalogue=starter.WithStarter(catalogue),
                clock=clock,
                largest_shrink=settings.refresh.largest_shrink,
                outranked=frozenset({starter.ORIGIN}),
            ),
            runs=runs,
            providers=providers,
            clock=clock,
            tasks=tasks,
        )
        desk = SqlArtwork(database=database, clock=clock, provider=OEMBED)
        yield RefreshParts(
            refreshing=refreshing,
            account=account,
            features=features,
            admin=Admin(
                refreshing=refreshing,
                sources=sources,
                catalogue=catalogue,
                providers=providers,
                authorisations=account,
                phrases=load_phrases(),
                clock=clock,
                disconnected=disconnected,
            ),
            artwork=ArtworkRounds(
                artwork=OEmbedArtwork(http=http, ledger=providers, api_base=settings.oembed.api_base),
                cache=facts,
                wanting=desk.wanting,
                show=desk.show,
            ),
        )


@contextlib.asynccontextmanager
async def keeping_fresh(parts: RefreshParts, settings: Settings) -> AsyncIterator[None]:
    """Refresh by the schedule, and look up artwork, until the block ends.

    Raises:
        Misconfigured: The schedule cannot be understood.
    """
    schedule = Schedule.parse(settings.refresh.cron, settings.refresh.timezone)
    async with background() as tasks:
        if settings.oembed.lookups:
            tasks.create_task(_look_up_artwork(parts.artwork))
        async with running(schedule, partial(_refresh_if_due, parts.refreshing, schedule)):
            yield


async def _refresh_if_due(refreshing: Refreshing, schedule: Schedule) -> None:
    try:
        await refreshing.start_if_due(schedule.is_due)
    except Unavailable as problem:
        log.warning("refresh_postponed", problem=type(problem).__name__)


async def _look_up_artwork(artwork: ArtworkRounds) -> None:
    """Background work that fails is told once, and takes no listener's answer down with it."""
    try:
        await artwork.run_forever(starts_after=ARTWORK_STARTS_AFTER_S, rests=ARTWORK_RESTS_S)
    except Exception:
        log.exception("artwork_given_up")
