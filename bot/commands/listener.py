"""`smoody listener`: privacy requests made to the operator."""

import asyncio
import json
from collections.abc import Mapping
from typing import Annotated

import typer

from bot.domain import ListenerId
from bot.logs import set_up_logs
from bot.settings import Settings, load_settings

app = typer.Typer(help="What is kept of one listener: give it out, or forget it.", no_args_is_help=True)

Platform = Annotated[str, typer.Argument(help="Where they are known: web, telegram, discord, console.")]
PlatformId = Annotated[str, typer.Argument(help="Their id there.")]


@app.command("export")
def export(platform: Platform, platform_id: PlatformId) -> None:
    """Print all that is kept of a listener as JSON."""
    settings = _settings()
    print(json.dumps(asyncio.run(_export(settings, platform, platform_id)), ensure_ascii=False, indent=2))


@app.command("forget")
def forget(
    platform: Platform,
    platform_id: PlatformId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Remove all that is kept of a listener, for good."""
    settings = _settings()
    if not yes:
        typer.confirm("Remove everything that is kept of this listener?", abort=True)
    print(f"{asyncio.run(_forget(settings, platform, platform_id))} rows removed")


async def _export(settings: Settings, platform: str, platform_id: str) -> Mapping[str, object]:
    from bot.wiring import open_store

    async with open_store(settings) as store:
        return await store.history.export(_listener(settings, platform, platform_id))


async def _forget(settings: Settings, platform: str, platform_id: str) -> int:
    from bot.wiring import open_store

    async with open_store(settings) as store:
        return await store.history.forget(_listener(settings, platform, platform_id))


def _listener(settings: Settings, platform: str, platform_id: str) -> ListenerId:
    from adapters.storage.secret import listener_secret
    from bot.identity import Identities

    return Identities(listener_secret(settings.data_dir)).listener(platform, platform_id)


def _settings() -> Settings:
    settings = load_settings()
    set_up_logs(settings.log_format, quiet=True)
    return settings
