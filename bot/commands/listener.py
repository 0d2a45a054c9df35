"""`smoody listener`: privacy requests made to the operator."""

import asyncio
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

from bot.commands import prepared
from bot.domain import ListenerId
from bot.errors import SmoodyError
from bot.settings import Settings

app = typer.Typer(help="What is kept of one listener: give it out, or forget it.", no_args_is_help=True)


class Platform(StrEnum):
    """Where a listener is known."""

    WEB = "web"
    TELEGRAM = "telegram"
    DISCORD = "discord"
    CONSOLE = "console"


class ListenerUnknown(SmoodyError):
    """Nothing is kept of a listener, so nothing can be given out or forgotten."""


Where = Annotated[Platform, typer.Argument(help="Where they are known.")]
PlatformId = Annotated[str, typer.Argument(help="Their id there; on the web the value of the page's cookie.")]


@app.command("export")
def export(platform: Where, platform_id: PlatformId) -> None:
    """Print all that is kept of a listener as JSON."""
    kept = asyncio.run(_export(prepared(), platform, platform_id))
    print(json.dumps(kept, ensure_ascii=False, indent=2))


@app.command("forget")
def forget(
    platform: Where,
    platform_id: PlatformId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Remove all that is kept of a listener, for good."""
    settings = prepared()
    if not yes:
        typer.confirm("Remove everything that is kept of this listener?", abort=True)
    removed = asyncio.run(_forget(settings, platform, platform_id))
    if not removed:
        raise ListenerUnknown(f"nothing is kept of {platform} {platform_id}")
    print(f"{removed} rows removed")


def listener_of(settings: Settings, platform: str, platform_id: str) -> ListenerId:
    """The listener behind a platform's id.

    Raises:
        ListenerUnknown: There is no secret yet, so nobody was ever met.
    """
    from adapters.storage.secret import FILE_NAME, listener_secret
    from bot.identity import Identities

    if not (settings.data_dir / FILE_NAME).exists():
        raise ListenerUnknown(f"nobody was met yet: there is no {settings.data_dir / FILE_NAME}")
    return Identities(listener_secret(settings.data_dir)).listener(platform, platform_id)


async def _export(settings: Settings, platform: str, platform_id: str) -> Mapping[str, object]:
    from bot.wiring import open_store

    listener = listener_of(settings, platform, platform_id)
    async with open_store(settings) as store:
        return await store.history.export(listener)


async def _forget(settings: Settings, platform: str, platform_id: str) -> int:
    from bot.wiring import open_store

    listener = listener_of(settings, platform, platform_id)
    async with open_store(settings) as store:
        return await store.history.forget(listener)
