"""`smoody refresh`: the scheduled job, now."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import prepared
from bot.commands.refreshing import opened
from bot.domain import Language, RefreshRun, RefreshStage, RefreshState
from bot.errors import SmoodyError

if TYPE_CHECKING:
    from bot.refresh_wiring import RefreshParts


class NothingToRefresh(SmoodyError):
    """There is no source, and nothing left of one."""


def refresh(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read everything, change nothing, show the diff.")] = False,
    may_shrink: Annotated[
        bool,
        typer.Option("--may-shrink", help="Swap even when a shelf loses more than SMOODY_REFRESH__LARGEST_SHRINK."),
    ] = False,
) -> None:
    """Read every source again and swap the catalogue; shows the run of another process when one is under way."""
    run = asyncio.run(_refresh(dry_run=dry_run, may_shrink=may_shrink))
    if run.state is not RefreshState.DONE:
        raise typer.Exit(1)


async def _refresh(*, dry_run: bool, may_shrink: bool) -> RefreshRun:
    language = prepared().language
    async with opened() as parts:
        if not await parts.refreshing.refresh.has_work():
            raise NothingToRefresh("there is no source yet: smoody playlists add ADDRESS")
        run = await parts.refreshing.start(is_dry=dry_run, may_shrink=may_shrink)
        if run is None:
            run = await parts.refreshing.runs.running(at=parts.refreshing.clock.now())
            print("a refresh is under way already; this is how it goes")
        if run is None:  # it ended between two looks
            (run,) = await parts.refreshing.runs.latest(1)
        run = await _shown(parts, run)
        for line in _told(parts, run, language):
            print(line)
        return run


async def _shown(parts: "RefreshParts", run: RefreshRun) -> RefreshRun:
    """Follow a run with a progress bar; Ctrl+C stops the run, too, when it is ours."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)
        async for seen in parts.refreshing.follow(run):
            run, progress = seen, seen.progress
            if progress.stage is RefreshStage.READING:
                description = f"reading, {progress.tracks:,} tracks"
                bar.update(task, description=description, completed=progress.source, total=progress.sources or None)
            elif progress.stage is RefreshStage.FEATURES:
                bar.update(task, description="features", completed=progress.features, total=progress.tracks)
            else:
                bar.update(task, description="swapping", completed=progress.tracks, total=progress.tracks)
    return run


def _told(parts: "RefreshParts", run: RefreshRun, language: Language) -> list[str]:
    return parts.admin.run_lines(run, language)
