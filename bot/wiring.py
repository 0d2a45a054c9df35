"""Composition root: opens resources in order and closes them in reverse. The only file that names concrete classes."""

import asyncio
import contextlib
import functools
import importlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from adapters import starter
from adapters.diary import MatplotlibDiaryPainter
from adapters.storage.catalogue import SqlCatalogue
from adapters.storage.database import Database, open_database
from adapters.storage.history import SqlHistory
from adapters.storage.migrate import migrate
from adapters.storage.refreshes import SqlSources
from adapters.storage.secret import listener_secret
from adapters.web.admin import AdminPage
from adapters.web.door import Door
from adapters.web.metrics import Metrics
from adapters.web.server import Route, open_web_chat
from adapters.web.spotify_login import SpotifyLogin
from bot.background import background
from bot.dialogue import Dialogue, assemble
from bot.domain import Mood
from bot.errors import CatalogueUnavailable, Misconfigured, SmoodyError
from bot.identity import Identities
from bot.phrases import Phrases, load_phrases
from bot.retention import keep_terms
from bot.settings import Settings
from bot.voice import Voice
from ml.emotion.runtime import EMBEDDED_BUNDLE, OnnxEmotionClassifier, open_classifier
from ml.wishes.runtime import EmbeddedWishClassifier

if TYPE_CHECKING:
    from adapters.discord.connection import Discord
    from adapters.spotify.exports import PlaylistExports
    from adapters.telegram.connection import Telegram
    from bot.admin import Admin

PLATFORMS = ("web", "telegram", "discord")

REFRESHING_LOADS_AFTER_S = 60.0
"""When the parts that refresh are loaded where nothing needs them at once: a source may be added at any time."""

log = structlog.get_logger(__name__)


class SystemClock:
    """`Clock` of this machine."""

    def now(self) -> datetime:
        """The present, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """An open, migrated database that holds at least the starter catalogue."""

    database: Database
    catalogue: SqlCatalogue
    history: SqlHistory


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """Everything that a platform needs."""

    store: Store
    classifier: OnnxEmotionClassifier
    dialogue: Dialogue
    exports: "PlaylistExports | None"
    """What makes playlists for listeners; None where the operator lets nobody have any."""
    identities: Identities

    async def health(self) -> dict[str, str]:
        """Read one sentence, look at every shelf, and name what failed."""
        problems: dict[str, str] = {}
        for part, check in (("classifier", self.classifier.check), ("catalogue", self._check_shelves)):
            try:
                await check()
            except Exception as problem:
                problems[part] = str(problem) if isinstance(problem, SmoodyError) else type(problem).__name__
        return problems

    async def _check_shelves(self) -> None:
        shelves = await self.store.catalogue.shelves()
        empty = [mood.value for mood in Mood if not shelves.tracks_for(mood)]
        if empty:
            raise CatalogueUnavailable(f"empty shelves: {', '.join(empty)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformState:
    """Whether a platform is on; where it is reached, or why it is off."""

    name: str
    on: bool
    remark: str


def bundle_directory(settings: Settings) -> Path:
    """The emotion bundle in use: the one that is set, else the installed one, else the embedded one."""
    if settings.model.dir is not None:
        return settings.model.dir
    installed = settings.data_dir / "bundle"
    return installed if installed.is_dir() else EMBEDDED_BUNDLE


@contextlib.asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Store]:
    """Open the database, bring it to the newest version and the starter catalogue into it.

    Raises:
        DatabaseRefused: The database cannot be used.
    """
    async with open_database(settings.database) as database:
        if await migrate(database):
            log.info("database_migrated")
        store = Store(database=database, catalogue=SqlCatalogue(database), history=SqlHistory(database))
        await starter.load_into(store.catalogue)
        yield store


@contextlib.asynccontextmanager
async def open_core(settings: Settings, *, rng: Random | None = None) -> AsyncIterator[Core]:
    """Everything that platforms share.

    Raises:
        Misconfigured: Something must be changed by the operator first.
    """
    async with contextlib.AsyncExitStack() as stack:
        identities = Identities(listener_secret(settings.data_dir))
        store = await stack.enter_async_context(open_store(settings))
        classifier = await stack.enter_async_context(
            open_classifier(bundle_directory(settings), workers=settings.model.threads)
        )
        rng = rng or Random()
        phrases, clock, zone = load_phrases(), SystemClock(), ZoneInfo(settings.refresh.timezone)
        exports = _exports(settings, store, identities, phrases) if settings.spotify.playlists_for else None
        yield Core(
            store=store,
            classifier=classifier,
            identities=identities,
            exports=exports,
            dialogue=assemble(
                classifier=classifier,
                wishes=EmbeddedWishClassifier.load(),
                catalogue=store.catalogue,
                history=store.history,
                voice=Voice(phrases=phrases, rng=rng, zone=zone),
                clock=clock,
                thresholds=classifier.bundle.thresholds,
                rng=rng,
                painter=MatplotlibDiaryPainter(phrases=phrases, clock=clock, timezone=zone),
                zone=zone,
                playlists=exports,
            ),
        )


async def serve(
    settings: Settings, only: Collection[str], announce: Callable[[Collection[PlatformState]], None]
) -> None:
    """Serve every platform that is on until SIGTERM or SIGINT; answers under way are finished first."""
    if "cron" in settings.refresh.model_fields_set:  # else it is ours, and good
        _check_schedule(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        core = await stack.enter_async_context(open_core(settings))
        tasks = await stack.enter_async_context(background())
        tasks.create_task(keep_terms(core.store.history, SystemClock()))
        platforms: dict[str, Telegram | Discord] = {}
        living = set(PLATFORMS)

        def disconnected() -> dict[str, str]:
            return {name: each.problem for name, each in platforms.items() if name in living and each.problem}

        admin = await stack.enter_async_context(_refreshing(settings, core.store, disconnected))
        states = [state for name in PLATFORMS if (state := _why_off(name, settings, only)) is not None]
        if len(states) == len(PLATFORMS):
            raise Misconfigured("nothing to serve: " + "; ".join(f"{state.name}: {state.remark}" for state in states))
        refused: dict[str, Misconfigured] = {}
        living -= {state.name for state in states}

        def ended(name: str, problem: Misconfigured) -> None:
            """A platform has no hope; the others live on, and without any there is nothing left to serve."""
            refused[name] = problem
            living.discard(name)
            if not living:
                stop.set()

        async def health() -> dict[str, str]:
            return {**await core.health(), **{name: str(problem) for name, problem in refused.items()}}

        routes: list[Route] = []
        closing: list[Callable[[], Awaitable[None]]] = []
        if "telegram" in living:
            telegram = await stack.enter_async_context(
                _telegram(settings, core, admin, only, functools.partial(ended, "telegram"))
            )
            platforms["telegram"] = telegram
            routes += telegram.routes
            closing.append(telegram.close)
            how = "by webhook" if telegram.webhook else "by polling"
            states.append(PlatformState(name="telegram", on=True, remark=f"{how}, {settings.telegram.api_base}"))
        if "discord" in living:
            discord = await stack.enter_async_context(
                _discord(settings, core, admin, functools.partial(ended, "discord"))
            )
            platforms["discord"] = discord
            closing.append(discord.close)
            states.append(PlatformState(name="discord", on=True, remark=settings.discord.api_base))
        if "web" in only:
            routes += _for_operators(settings, core, admin, stack)
            if core.exports is not None:
                routes += _playlist_routes(core.exports, core.dialogue.voice.phrases, settings)
            web = await stack.enter_async_context(
                open_web_chat(
                    core.dialogue,
                    core.identities,
                    health,
                    host=settings.web.host,
                    port=settings.web.port,
                    language=settings.language,
                    public_url=str(settings.web.public_url) if settings.web.public_url else None,
                    routes=routes,
                    disconnected=disconnected,
                )
            )
            closing.append(web.close)
            states.insert(0, PlatformState(name="web", on=True, remark=web.address))
        announce(states)
        log.info("serving", platforms=[state.name for state in states if state.on])
        await stop.wait()
        log.info("stopping")
        await asyncio.gather(*(close() for close in closing))  # side by side: a network that is gone holds up all
    if not living:
        raise Misconfigured(*(line for problem in refused.values() for line in problem.problems))


@contextlib.asynccontextmanager
async def _refreshing(
    settings: Settings, store: Store, disconnected: Callable[[], Mapping[str, str]]
) -> "AsyncIterator[Admin | None]":
    """Keep the catalogue fresh; gives what admins can do, or None where nobody is one.

    Loading all that it takes costs a start some tenths of a second, so without admins, sources or an application at
    Spotify it is loaded later, on another thread.
    """
    is_wanted = bool(
        settings.telegram.admins or settings.discord.admins or settings.web.admin_token or settings.spotify.client_id
    )
    if is_wanted or await SqlSources(store.database).all():
        async with _fresh(settings, store, disconnected) as admin:
            yield admin
        return

    async with background() as tasks:
        tasks.create_task(stay_open(functools.partial(_fresh, settings, store, disconnected), REFRESHING_LOADS_AFTER_S))
        yield None


async def stay_open(opened: Callable[[], contextlib.AbstractAsyncContextManager[object]], after_s: float) -> None:
    """Open what refreshes after a while, for good; a failure is told once and takes nobody's answers down with it."""
    await asyncio.sleep(after_s)
    try:
        async with opened():
            await asyncio.Event().wait()
    except Exception:
        log.exception("refreshing_given_up")


def _check_schedule(settings: Settings) -> None:
    """Say at the start, and not when the first refresh is due, that a schedule cannot be understood.

    Raises:
        Misconfigured: It cannot.
    """
    from adapters.scheduling import Schedule

    Schedule.parse(settings.refresh.cron, settings.refresh.timezone)


@contextlib.asynccontextmanager
async def _fresh(
    settings: Settings, store: Store, disconnected: Callable[[], Mapping[str, str]]
) -> "AsyncIterator[Admin]":
    await asyncio.to_thread(importlib.import_module, "bot.refresh_wiring")  # tenths of a second of the event loop
    from bot.refresh_wiring import keeping_fresh, open_refreshing

    async with (
        open_refreshing(settings, store.database, store.catalogue, SystemClock(), disconnected=disconnected) as parts,
        keeping_fresh(parts, settings),
    ):
        yield parts.admin


def _exports(settings: Settings, store: Store, identities: Identities, phrases: Phrases) -> "PlaylistExports":
    """Playlists for the listeners who may have them, loaded only when somebody may.

    Raises:
        Misconfigured: There is no application at Spotify to make them with.
    """
    from adapters.spotify.exports import PlaylistExports
    from bot.refresh_wiring import playlists_redirect_uri, providers_of, spotify_application

    redirect_uri, clock = playlists_redirect_uri(settings), SystemClock()
    return PlaylistExports(
        allowed={
            identities.listener(platform, platform_id)
            for platform, _, platform_id in (each.partition(":") for each in settings.spotify.playlists_for)
        },
        application=spotify_application(settings, redirect_uri=redirect_uri),
        ledger=providers_of(settings, store.database, clock),
        api_base=settings.spotify.api_base,
        secret=identities.secret,
        phrases=phrases,
        clock=clock,
        zone=ZoneInfo(settings.refresh.timezone),
    )


def _for_operators(
    settings: Settings, core: Core, admin: "Admin | None", stack: contextlib.AsyncExitStack
) -> list[Route]:
    """The admin page, where there is a token for it, and the metrics."""
    public_url = str(settings.web.public_url) if settings.web.public_url else None
    token = settings.web.admin_token
    door = Door(token=token.get_secret_value(), clock=SystemClock()) if token else None
    routes = Metrics(
        tally=core.dialogue.tally,
        catalogue=core.store.catalogue,
        refreshes=admin.refreshing.ended if admin else None,
        door=door,
        is_public=public_url is not None,
    ).routes
    if admin is not None and door is not None:
        from adapters.spotify.worker import Worker
        from bot.refresh_wiring import spotify_account

        account, worker = spotify_account(settings, SystemClock()), Worker("spotify-login")
        stack.callback(worker.close)
        login = SpotifyLogin(account=account, redirect_uri=settings.spotify.redirect_uri, worker=worker)
        routes += AdminPage.over(admin, door, login, language=settings.language, public_url=public_url).routes
    return routes


def _playlist_routes(exports: "PlaylistExports", phrases: Phrases, settings: Settings) -> list[Route]:
    """The pages between our link to a playlist and Spotify."""
    from adapters.spotify.exports import PATH
    from adapters.web.playlist import PlaylistPages

    is_secure = settings.web.public_url is not None and settings.web.public_url.scheme == "https"
    return PlaylistPages.over(exports, PATH, phrases, settings.language, is_secure=is_secure).routes


def _telegram(
    settings: Settings,
    core: Core,
    admin: "Admin | None",
    only: Collection[str],
    on_refused: Callable[[Misconfigured], None],
) -> "contextlib.AbstractAsyncContextManager[Telegram]":
    """Telegram, loaded only when it is on.

    Raises:
        Misconfigured: Updates shall come by webhook, but the web server is left out.
    """
    from adapters.telegram.connection import Webhook, open_telegram

    section = settings.telegram
    webhook = None
    if section.webhook_secret is not None and settings.web.public_url is not None:
        if "web" not in only:
            raise Misconfigured(
                "SMOODY_TELEGRAM__WEBHOOK_SECRET: updates come to the web server, which --only leaves out"
            )
        webhook = Webhook(public_url=str(settings.web.public_url), secret=section.webhook_secret.get_secret_value())
    return open_telegram(
        core.dialogue,
        core.identities,
        token=section.token.get_secret_value() if section.token else "",
        api_base=section.api_base,
        file_base=section.file_base,
        admins=section.admins,
        admin=admin,
        language=settings.language,
        daily_answers=section.daily_answers,
        webhook=webhook,
        on_refused=on_refused,
    )


def _discord(
    settings: Settings, core: Core, admin: "Admin | None", on_refused: Callable[[Misconfigured], None]
) -> "contextlib.AbstractAsyncContextManager[Discord]":
    """Discord, loaded only when it is on."""
    from adapters.discord.connection import open_discord

    section = settings.discord
    return open_discord(
        core.dialogue,
        core.identities,
        token=section.token.get_secret_value() if section.token else "",
        api_base=section.api_base,
        gateway_url=section.gateway_url,
        data_dir=settings.data_dir,
        language=settings.language,
        admins=section.admins,
        admin=admin,
        shards=section.shards,
        shard_ids=section.shard_ids,
        on_refused=on_refused,
    )


def _why_off(name: str, settings: Settings, only: Collection[str]) -> PlatformState | None:
    """Why a platform is off, or None when it is on."""
    if name not in only:
        return PlatformState(name=name, on=False, remark="left out by --only")
    if name == "web":
        return None
    token = {"telegram": settings.telegram.token, "discord": settings.discord.token}[name]
    if token is not None:
        return None
    return PlatformState(name=name, on=False, remark=f"SMOODY_{name.upper()}__TOKEN is not set")
