"""A playlist as a file, for operators without a Spotify application: CSV or JSON rows that point at tracks.

A row has a Spotify link, URI or id, or an ISRC. Columns: ``track`` (or ``address``, ``url``, ``uri``, ``id``) and
``isrc``, and, where wanted, ``title``, ``artists``, ``mood``, ``year``. In JSON a row may be the bare link.
"""

import asyncio
import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from adapters import received
from bot.addresses import FILE, ISRC, track_id
from bot.addresses import isrc as parsed_isrc
from bot.domain import FoundTrack, Mood, Reading, Source
from bot.errors import PlaylistFileRefused

_POINTERS: Final = ("track", "address", "url", "uri", "id")
_LARGEST: Final = 50_000_000


@dataclass(frozen=True, slots=True)
class PlaylistFiles:
    """`PlaylistReader` for ``file:…``."""

    async def read(self, source: Source, seen: Callable[[int], None]) -> Reading:
        """All rows of the file, unless it is the same as last time."""
        path = Path(source.address.removeprefix(FILE))
        reading = await asyncio.to_thread(_read, path, source.snapshot)
        seen(len(reading.tracks or ()))
        return reading


def check(path: Path) -> None:
    """Read a file as a refresh will, for whoever wants to add it.

    Raises:
        PlaylistFileRefused: It cannot be read, a row of it points at no track, or there is none in it.
    """
    if not _read(path, None).tracks:
        raise PlaylistFileRefused(f"{path.name}: there is no track in it")


def _read(path: Path, snapshot: str | None) -> Reading:
    try:
        if path.stat().st_size > _LARGEST:
            raise PlaylistFileRefused(f"{path.name}: larger than {_LARGEST:,} bytes")
        content = path.read_bytes()
    except OSError as cause:
        raise PlaylistFileRefused(f"{path.name}: cannot be read ({cause.strerror})") from cause
    digest, name = hashlib.sha256(content).hexdigest(), received.text(path.name)
    if digest == snapshot:
        return Reading(snapshot=digest, name=name, tracks=None)
    try:
        tracks = tuple(parse(content.decode("utf-8-sig"), is_json=path.suffix.lower() == ".json"))
    except UnicodeDecodeError as cause:
        raise PlaylistFileRefused(f"{path.name}: is not saved as UTF-8") from cause
    except (ValueError, csv.Error) as cause:
        raise PlaylistFileRefused(f"{path.name}: {cause}") from cause
    return Reading(snapshot=digest, name=name, tracks=tracks)


def parse(text: str, *, is_json: bool) -> Iterable[FoundTrack]:
    """The tracks of a file's text, each once, in its order.

    Raises:
        ValueError: A row points at no track, or the text is no CSV or JSON; it names the row.
    """
    if not text.strip():
        raise ValueError("is empty")
    found: dict[str, FoundTrack] = {}
    for number, row in _json_rows(text) if is_json else _csv_rows(text):
        try:
            track = _found(row)
        except ValueError as problem:
            raise ValueError(f"row {number}: {problem}") from problem
        found.setdefault(track.id, track)
    return found.values()


def _json_rows(text: str) -> Iterable[tuple[int, Mapping[str, Any]]]:
    try:
        rows = json.loads(text)
    except RecursionError as cause:
        raise ValueError("holds lists in lists, too deep to read") from cause
    if not isinstance(rows, list):
        raise ValueError("a JSON file must hold one list")  # noqa: TRY004  # one kind of error for every bad file
    for number, row in enumerate(rows, 1):
        if not isinstance(row, str | dict):
            raise ValueError(f"row {number}: neither a link nor an object")  # noqa: TRY004
        yield number, {"track": row} if isinstance(row, str) else row


def _csv_rows(text: str) -> Iterable[tuple[int, Mapping[str, Any]]]:
    rows = csv.DictReader(io.StringIO(text))
    if not {*_POINTERS, "isrc"} & set(rows.fieldnames or ()):
        raise ValueError("the first line must name a column ‘track’ or ‘isrc’")
    for row in rows:
        yield rows.line_num, row


def _found(row: Mapping[str, Any]) -> FoundTrack:
    pointer = next((text for name in _POINTERS if (text := _text(row.get(name)))), None)
    code = _text(row.get("isrc"))
    found_id, found_code = track_id(pointer or ""), parsed_isrc(code or "")
    if pointer is not None and found_id is None:
        raise ValueError(f"{pointer[:60]!r} is no track of Spotify's")
    if code is not None and found_code is None:
        raise ValueError(f"{code[:20]!r} is no ISRC")
    if found_id is None and found_code is None:
        raise ValueError("neither a track nor an ISRC")
    mood = _text(row.get("mood"))
    if mood is not None and mood not in set(Mood):
        raise ValueError(f"mood: {mood[:20]!r} is none of {', '.join(Mood)}")
    year = _text(row.get("year"))
    return FoundTrack(
        id=found_id or f"{ISRC}{found_code}",
        isrc=found_code,
        title=_text(row.get("title")),
        artists=_artists(row.get("artists")),
        mood=Mood(mood) if mood else None,
        year=received.year(year) if year else None,
    )


def _artists(value: Any) -> tuple[str, ...]:
    return received.texts(map(_text, value)) if isinstance(value, list) else received.artists(_spelt(value))


def _text(value: Any) -> str | None:
    return received.text(_spelt(value))


def _spelt(value: Any) -> str:
    """A value of a row as a CSV would have it; JSON may hold numbers, and things that no column has."""
    return str(value) if isinstance(value, str | int | float) else ""
