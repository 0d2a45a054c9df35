"""`smoody doctor`: checks everything with the runtime's own loaders, and says how to mend what is wrong."""

import asyncio
import contextlib
import json
import platform
import socket
import sys
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from bot import __version__
from bot.commands.database import database_exists, problems_of_database
from bot.domain import Language, Mood
from bot.errors import Misconfigured, SettingsRefused, SmoodyError
from bot.logs import set_up_logs
from bot.settings import Settings, load_settings, redacted

if TYPE_CHECKING:
    from adapters.storage.database import Database

SHORTEST_TOKEN: Final = 16
"""Characters of an admin token that nobody guesses: five tries a minute are all that the door allows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked."""

    what: str
    well: bool
    remark: str


def doctor(
    report: Annotated[bool, typer.Option("--report", help="JSON without secrets, safe to paste anywhere.")] = False,
) -> None:
    """Check settings, storage, models and ports; exit code 1 when something must be mended."""
    set_up_logs(quiet=True)
    settings: Settings | None = None
    try:
        settings = load_settings()
        findings = [Finding("settings", True, "all names and values are known"), *_findings(settings)]
    except SettingsRefused as refused:
        findings = [Finding("settings", False, problem) for problem in refused.problems]
    if report:
        print(json.dumps(_report(findings, settings), ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            print(f"{'ok  ' if finding.well else 'FAIL'}  {finding.what:<10} {finding.remark}")
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


def _findings(settings: Settings) -> Iterator[Finding]:
    yield _checked("secret", lambda: _secret(settings))
    room = _checked("database", lambda: _room_for_data(settings))
    is_readable = settings.database_url is not None or room.well  # else there is no telling whether there is one
    if is_readable and database_exists(settings):
        yield _checked("database", lambda: asyncio.run(_database()))
        yield _checked("catalogue", lambda: asyncio.run(_catalogue(settings)))
        yield _checked("refresh", lambda: asyncio.run(_refresh(settings)))
    else:
        yield room
        yield _checked("refresh", lambda: _schedule(settings))
    yield _checked("emotion", lambda: _emotion_bundle(settings))
    yield _checked("mood", _mood_bundle)
    yield _checked("web", lambda: _web(settings))
    if settings.web.admin_token is None:
        yield Finding("admin", True, "off: SMOODY_WEB__ADMIN_TOKEN is not set")
    else:
        yield _checked("admin", lambda: _admin_token(settings))
    if settings.spotify.playlists_for:
        yield _checked("playlists", lambda: _playlists(settings))
    if settings.telegram.token is None:
        yield Finding("telegram", True, "off: SMOODY_TELEGRAM__TOKEN is not set")
    else:
        yield _checked("telegram", lambda: asyncio.run(_telegram(settings)))
    if settings.discord.token is None:
        yield Finding("discord", True, "off: SMOODY_DISCORD__TOKEN is not set")
    else:
        yield _checked("discord", lambda: asyncio.run(_discord(settings)))


def _checked(what: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, check())
    except SmoodyError as problem:
        return Finding(what, False, str(problem))
    except OSError as problem:
        return Finding(what, False, ": ".join(str(part) for part in (problem.filename, problem.strerror) if part))


def _secret(settings: Settings) -> str:
    from adapters.storage.secret import FILE_NAME, listener_secret, try_out

    try_out(settings.data_dir)
    if not (settings.data_dir / FILE_NAME).exists():
        return f"the first start makes it in {settings.data_dir}"
    listener_secret(settings.data_dir)
    mode = (settings.data_dir / FILE_NAME).stat().st_mode & 0o777
    if mode & 0o077:
        raise Misconfigured(f"{settings.data_dir / FILE_NAME} can be read by others (mode {mode:o}): chmod 600")
    return f"in {settings.data_dir}, mode {mode:o}"


def _room_for_data(settings: Settings) -> str:
    from adapters.storage.secret import try_out

    try_out(settings.data_dir)
    return f"the first start makes it in {settings.data_dir}"


async def _database() -> str:
    problems = await problems_of_database()
    if problems:
        raise Misconfigured("; ".join(problems))
    return "newest version, sound"


async def _catalogue(settings: Settings) -> str:
    from adapters.storage.catalogue import SqlCatalogue

    async with _newest(settings) as database:
        shelves = await SqlCatalogue(database).shelves()
    sizes = {mood: len(shelves.tracks_for(mood)) for mood in Mood}
    told = ", ".join(f"{mood} {size}" for mood, size in sizes.items())
    if not all(sizes.values()):
        raise Misconfigured(f"a shelf is empty ({told}): smoody catalogue import")
    return told


@contextlib.asynccontextmanager
async def _newest(settings: Settings) -> "AsyncIterator[Database]":
    """The database as it is, for looking at; nothing is migrated or loaded into it.

    Raises:
        Misconfigured: It has other tables than we know.
    """
    from adapters.storage.database import open_database
    from adapters.storage.migrate import version_of
    from adapters.storage.tables import HEAD

    async with open_database(settings.database) as database:
        if await version_of(database) != HEAD:
            raise Misconfigured("cannot be looked at before: smoody db migrate")
        yield database


def _schedule(settings: Settings) -> str:
    from adapters.scheduling import Schedule

    Schedule.parse(settings.refresh.cron, settings.refresh.timezone)
    return f"at {settings.refresh.cron!r}"


async def _refresh(settings: Settings) -> str:
    """The schedule, the Spotify account and the providers; what an admin would be warned of is to be mended."""
    from adapters.storage.catalogue import SqlCatalogue
    from bot.refresh_wiring import open_refreshing
    from bot.wiring import SystemClock

    schedule = _schedule(settings)
    async with (
        _newest(settings) as database,
        open_refreshing(settings, database, SqlCatalogue(database), SystemClock()) as parts,
    ):
        admin = parts.admin
        warnings = [admin.note_line(note, Language.ENGLISH) for note in await admin.warnings()]
        if warnings:
            raise Misconfigured("; ".join(warnings))
        sources = await admin.sources.all()
        account = await parts.account.spotify()
        known = await parts.features.told_by()
    told = [
        f"{len(sources)} sources {schedule}",
        f"Spotify until {account.dies_at:%Y-%m-%d}" if account else "no Spotify account",
        *(f"features of {count:,} tracks from {provider}" for provider, count in known.items()),
    ]
    return ", ".join(told)


def _emotion_bundle(settings: Settings) -> str:
    from bot.wiring import bundle_directory
    from ml.emotion.runtime import Bundle

    directory = bundle_directory(settings)
    reading = Bundle.load(directory).check()
    return f"{directory} reads ({reading.emotion} {reading.confidence:.0%} for a test sentence)"


def _mood_bundle() -> str:
    from ml.mood.runtime import EMBEDDED_BUNDLE, OnnxMoodTagger

    OnnxMoodTagger.load(EMBEDDED_BUNDLE)
    return f"{EMBEDDED_BUNDLE} is whole"


def _web(settings: Settings) -> str:
    host, port = settings.web.host, settings.web.port
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as cause:
            if _smoody_answers(port):
                return f"SMOODY is running on port {port} and is well"
            raise Misconfigured(
                f"{host}:{port} cannot be listened on ({cause.strerror}): choose another port"
            ) from cause
    return f"{host}:{port or 'any port'} is free"


def _admin_token(settings: Settings) -> str:
    token = settings.web.admin_token
    if token is not None and len(token.get_secret_value()) < SHORTEST_TOKEN:
        raise Misconfigured(
            f"SMOODY_WEB__ADMIN_TOKEN: shorter than {SHORTEST_TOKEN} characters; this makes a good one: "
            'python -c "import secrets; print(secrets.token_urlsafe())"'
        )
    return "the page is on /admin, its token is long enough"


def _playlists(settings: Settings) -> str:
    from bot.refresh_wiring import playlists_redirect_uri

    people, address = len(settings.spotify.playlists_for), playlists_redirect_uri(settings)
    where = "" if settings.web.public_url else "; for browsers on this machine only: SMOODY_WEB__PUBLIC_URL is not set"
    return f"for {people} of at most 5 people; the application at Spotify needs the redirect URI {address}{where}"


async def _telegram(settings: Settings) -> str:
    """Ask Telegram itself whether the token is good."""
    from adapters.telegram.connection import look_up

    section = settings.telegram
    name = await look_up(section.token.get_secret_value() if section.token else "", api_base=section.api_base)
    by = "webhook" if section.webhook_secret and settings.web.public_url else "polling"
    return f"{name} at {section.api_base}, updates by {by}"


async def _discord(settings: Settings) -> str:
    """Ask Discord itself whether the token is good."""
    from adapters.discord.connection import look_up

    section = settings.discord
    name = await look_up(section.token.get_secret_value() if section.token else "", api_base=section.api_base)
    return f"{name} at {section.api_base}"


def _smoody_answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=3) as response:
            return bool(json.load(response).get("status") == "ok")
    except (OSError, ValueError, AttributeError):
        return False


def _report(findings: list[Finding], settings: Settings | None) -> dict[str, Any]:
    return {
        "smoody": __version__,
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "findings": [{"what": each.what, "well": each.well, "remark": each.remark} for each in findings],
        "settings": redacted(settings) if settings else None,
    }
