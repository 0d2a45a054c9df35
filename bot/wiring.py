"""Composition root: opens resources in order and closes them in reverse. The only file that names concrete classes."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import structlog

from adapters import starter
from adapters.storage.catalogue import SqlCatalogue
from adapters.storage.database import Database, open_database
from adapters.storage.history import SqlHistory
from adapters.storage.migrate import migrate
from adapters.storage.secret import listener_secret
from adapters.web.server import open_web_chat
from bot.dialogue import Dialogue
from bot.domain import Mood
from bot.errors import CatalogueUnavailable, Misconfigured, SmoodyError
from bot.identity import Identities
from bot.phrases import load_phrases
from bot.settings import Settings
from bot.voice import Voice
from ml.emotion.runtime import EMBEDDED_BUNDLE, OnnxEmotionClassifier, open_classifier

PLATFORMS = ("web", "telegram", "discord")

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
        yield Core(
            store=store,
            classifier=classifier,
            identities=identities,
            dialogue=Dialogue(
                classifier=classifier,
                catalogue=store.catalogue,
                history=store.history,
                voice=Voice(phrases=load_phrases(), rng=rng),
                clock=SystemClock(),
                thresholds=classifier.bundle.thresholds,
                rng=rng,
            ),
        )


async def serve(
    settings: Settings, only: Collection[str], announce: Callable[[Collection[PlatformState]], None]
) -> None:
    """Serve every platform that is on until SIGTERM or SIGINT; answers under way are finished first."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        core = await stack.enter_async_context(open_core(settings))
        states = [state for name in PLATFORMS if (state := _why_off(name, settings, only)) is not None]
        if len(states) == len(PLATFORMS):
            raise Misconfigured("nothing to serve: " + "; ".join(f"{state.name}: {state.remark}" for state in states))
        if "web" in only:
            web = await stack.enter_async_context(
                open_web_chat(
                    core.dialogue,
                    core.identities,
                    core.health,
                    host=settings.web.host,
                    port=settings.web.port,
                    language=settings.language,
                    public_url=str(settings.web.public_url) if settings.web.public_url else None,
                )
            )
            states.insert(0, PlatformState(name="web", on=True, remark=web.address))
        announce(states)
        log.info("serving", platforms=[state.name for state in states if state.on])
        await stop.wait()
        log.info("stopping")


def _why_off(name: str, settings: Settings, only: Collection[str]) -> PlatformState | None:
    """Why a platform is off, or None when it is on."""
    if name not in only:
        return PlatformState(name=name, on=False, remark="left out by --only")
    if name == "web":
        return None
    token = {"telegram": settings.telegram.token, "discord": settings.discord.token}[name]
    remark = f"SMOODY_{name.upper()}__TOKEN is not set" if token is None else "this version has no adapter for it yet"
    return PlatformState(name=name, on=False, remark=remark)
