"""`smoody catalogue`: look at the shelves, bring tracks in, take them along."""

import asyncio
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from bot.commands import prepared
from bot.domain import Mood, Track
from bot.errors import CatalogueFileRefused, SmoodyError

IMPORTED: Final = "import"
"""The origin of tracks that came by `smoody catalogue import`."""


class PlotsRefused(SmoodyError):
    """Plots that cannot be drawn here."""


app = typer.Typer(help="The mood DB: shelves, imports, exports.", no_args_is_help=True)


@app.command("stats")
def stats(
    plots: Annotated[Path | None, typer.Option(help="Also write plots into this directory; needs matplotlib.")] = None,
) -> None:
    """Print how many tracks and artists each shelf has."""
    from rich.console import Console
    from rich.table import Table

    tracks = asyncio.run(_all_tracks())
    table = Table(title="Catalogue")
    for heading in ("mood", "tracks", "artists", "with artwork", "median popularity"):
        table.add_column(heading, justify="left" if heading == "mood" else "right")
    for mood in (*Mood, None):
        shelf = [track for track in tracks if mood is None or track.mood is mood]
        artists = Counter(artist for track in shelf for artist in track.artists)
        known = sorted(track.popularity for track in shelf if track.popularity is not None)
        table.add_row(
            mood.value if mood else "all",
            f"{len(shelf):,}",
            f"{len(artists):,}",
            f"{sum(track.artwork_url is not None for track in shelf):,}",
            str(known[len(known) // 2]) if known else "-",
        )
    Console().print(table)
    if plots is not None:
        _draw(tracks, plots)


@app.command("export")
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to; standard output when not given.")] = None,
) -> None:
    """Write every track as CSV; `import` reads it back."""
    from adapters.catalogue_file import write_catalogue

    lines = write_catalogue(asyncio.run(_all_tracks()))
    if file is None:
        sys.stdout.writelines(lines)
        return
    try:
        with file.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(lines)
    except OSError as cause:
        raise CatalogueFileRefused(f"{file}: cannot be written ({cause.strerror})") from cause


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV with id, title, artists and a mood or nine features.")],
) -> None:
    """Bring tracks of a CSV in; tracks that were imported before stay, those in the file are brought up to date."""
    from adapters.catalogue_file import read_catalogue
    from ml.mood.runtime import EMBEDDED_BUNDLE, OnnxMoodTagger

    try:
        text = file.read_text(encoding="utf-8")
    except OSError as cause:
        raise CatalogueFileRefused(f"{file}: cannot be read ({cause.strerror})") from cause
    except UnicodeDecodeError as cause:
        raise CatalogueFileRefused(f"{file}: is not saved as UTF-8") from cause
    tracks = read_catalogue(text, OnnxMoodTagger.load(EMBEDDED_BUNDLE))
    told = asyncio.run(_imported(tracks))
    print(f"{len(tracks)} tracks read: {told.new} new, {told.changed} changed, {told.same} as before")
    if told.held:
        print(f"{told.held} stay as they are: a playlist or file that is a source holds them")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Imported:
    """What an import did, in numbers of the file's tracks."""

    new: int
    changed: int
    same: int
    held: int
    """Those that would differ, but belong to another origin."""


async def _imported(tracks: list[Track]) -> _Imported:
    """Bring in what differs from the catalogue."""
    from adapters import starter
    from adapters.catalogue_file import is_same
    from bot.wiring import open_store

    async with open_store(prepared()) as store:
        shelves = await store.catalogue.shelves()
        differing = [track for track in tracks if not is_same(track, shelves.track(track.id))]
        before = await store.catalogue.tracks_of(IMPORTED)
        merged = {track.id: track for track in (*before, *differing)}
        change = await store.catalogue.replace(IMPORTED, list(merged.values()), over={starter.ORIGIN})
    held = len(merged) - change.added - change.kept
    return _Imported(
        new=change.added,
        changed=len(differing) - change.added - held,
        same=len(tracks) - len(differing),
        held=held,
    )


def _draw(tracks: list[Track], directory: Path) -> None:
    from ml.mood.plots import draw_catalogue

    try:
        files = draw_catalogue(tracks, directory)
    except ImportError as cause:
        raise PlotsRefused("plots need matplotlib, which scripts/test installs: .venvs/test/bin/smoody") from cause
    except OSError as cause:
        raise PlotsRefused(f"{directory}: cannot be written ({cause.strerror})") from cause
    print("\n".join(map(str, files)))


async def _all_tracks() -> list[Track]:
    from bot.wiring import open_store

    async with open_store(prepared()) as store:
        shelves = await store.catalogue.shelves()
        return [track for mood in Mood for track in shelves.tracks_for(mood)]
