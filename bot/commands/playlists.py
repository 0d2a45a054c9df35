"""`smoody playlists`: where tracks come from."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.addresses import FILE, playlist_address
from bot.commands.refreshing import opened
from bot.domain import Mood, Source
from bot.errors import PlaylistFileRefused, SmoodyError

app = typer.Typer(help="The playlists and files that refreshes read.", no_args_is_help=True)


class AddressRefused(SmoodyError):
    """Neither a playlist of Spotify's nor a file."""


Address = Annotated[str, typer.Argument(help="A Spotify link, URI or id, or a CSV or JSON file of tracks.")]


@app.command("list")
def list_() -> None:
    """Print every source with its mood, when it was last read, and how many tracks it held."""
    asyncio.run(_list())


@app.command("add")
def add(
    address: Address,
    mood: Annotated[
        Mood | None, typer.Option(help="Put all its tracks on this shelf, whatever they sound like.")
    ] = None,
) -> None:
    """Add a source, or change the mood of one that is there."""
    is_new = asyncio.run(_add(Source(address=_address(address), mood=mood)))
    print("added; smoody refresh reads it now" if is_new else "changed; smoody refresh reads it again")


@app.command("remove")
def remove(address: Address) -> None:
    """Remove a source; its tracks leave with the next refresh."""
    # A file may be gone already, and with it the reason to keep it: it need not exist.
    known_as = playlist_address(address) or f"{FILE}{Path(address.removeprefix(FILE)).resolve()}"
    if not asyncio.run(_remove(known_as)):
        print("there is no such source")
        raise typer.Exit(1)
    print("removed; its tracks leave with the next refresh")


def _address(text: str) -> str:
    from adapters.playlist_file import check

    playlist = playlist_address(text)
    if playlist is not None:
        return playlist
    file = Path(text.removeprefix(FILE))
    if file.suffix.lower() not in {".csv", ".json"}:
        raise AddressRefused("that is neither a playlist of Spotify's nor a CSV or JSON file")
    if not file.is_file():
        raise PlaylistFileRefused(f"{file}: there is no such file")
    check(file)
    address = f"{FILE}{file.resolve()}"
    if not _is_text(address):
        raise AddressRefused(f"{file.name!r}: give the file, and the folders it lies in, names in UTF-8")
    return address


def _is_text(name: str) -> bool:
    """Whether a name can be kept: Python stands half a character for each byte of a file's name that is no UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


async def _list() -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for heading in ("address", "name", "mood", "last read (UTC)", "tracks"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "tracks" else "left")
    async with opened() as parts:
        for source in await parts.admin.sources.all():
            held = await parts.refreshing.refresh.readings.of(source.address)
            read_at = f"{source.read_at:%Y-%m-%d %H:%M}" if source.read_at else "never"
            table.add_row(source.address, source.name, source.mood, read_at, f"{len(held):,}")
    if table.row_count:
        Console().print(table)
    else:
        print("there is no source yet: smoody playlists add ADDRESS")


async def _add(source: Source) -> bool:
    async with opened() as parts:
        return await parts.admin.sources.add(source)


async def _remove(address: str) -> bool:
    async with opened() as parts:
        return await parts.admin.sources.remove(address)
