"""`smoody run` and `smoody chat`: the platforms."""

import asyncio
import sys
from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import prepared
from bot.domain import Language, Speaker
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.wiring import PlatformState


def run(
    only: Annotated[
        str, typer.Option(help="Serve only these platforms, comma-separated: web, telegram, discord.")
    ] = "",
) -> None:
    """Serve every configured platform and the web chat until the process is asked to stop."""
    settings = prepared(quiet=False)
    from bot.wiring import PLATFORMS, serve

    wanted = [name.strip() for name in only.split(",") if name.strip()] or list(PLATFORMS)
    unknown = sorted(set(wanted) - set(PLATFORMS))
    if unknown:
        raise typer.BadParameter(f"no such platform: {', '.join(unknown)}; there are {', '.join(PLATFORMS)}")
    asyncio.run(serve(settings, wanted, _announce))


def chat(
    language: Annotated[Language | None, typer.Option(help="Language of the answers.")] = None,
) -> None:
    """Talk to SMOODY here; in a pipe, one utterance a line."""
    settings = prepared()
    asyncio.run(_chat(settings, language or settings.language))


async def _chat(settings: Settings, language: Language) -> None:
    from adapters.console import PLATFORM, ConsoleChat, stdin_lines
    from bot.wiring import open_core

    async with open_core(settings) as core:
        speaker = Speaker(
            listener=core.identities.listener(PLATFORM, "local"),
            conversation=core.identities.conversation(PLATFORM, "local"),
            language=language,
        )
        await ConsoleChat(
            dialogue=core.dialogue,
            speaker=speaker,
            lines=stdin_lines(),
            out=sys.stdout,
            is_terminal=sys.stdin.isatty(),
        ).talk()


def _announce(states: "Collection[PlatformState]") -> None:
    for state in states:
        sign = "on " if state.on else "off"
        print(f"{state.name:<9}{sign}  {state.remark}", flush=True)
    web = next((state for state in states if state.on and state.name == "web"), None)
    if web is not None:
        print(f"\nOpen {web.remark} and write how you feel. Stop with Ctrl+C.", flush=True)
