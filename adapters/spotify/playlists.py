"""The operator's own playlists: every page, in the form of 2026 and the one before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import spotipy

from adapters import received
from adapters.spotify.client import SpotifyClient
from bot.addresses import PLAYLIST, track_id
from bot.addresses import isrc as parsed_isrc
from bot.domain import FoundTrack, Reading, Source
from bot.errors import SpotifyAnswerUnexpected

PAGE: Final = 50
"""The most that Spotify gives at once since 2026."""

MOST_PAGES: Final = 10_000 // PAGE + 1
"""A playlist holds at most 10,000 tracks: a pager that goes on is broken."""

ARTWORK_WIDTH: Final = 300
"""Pixels that a card needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotifyPlaylists:
    """`PlaylistReader` for ``spotify:playlist:…``."""

    client: SpotifyClient

    async def read(self, source: Source, seen: Callable[[int], None]) -> Reading:
        """All pages, or one call when the snapshot says that nothing changed."""
        playlist_id = source.address.removeprefix(PLAYLIST)
        about = _object(
            await self.client.call(lambda spotify: spotify.playlist(playlist_id, fields="name,snapshot_id"))
        )
        name, snapshot = received.text(about.get("name")), received.text(about.get("snapshot_id"))
        if snapshot is not None and snapshot == source.snapshot:
            return Reading(snapshot=snapshot, name=name, tracks=None)
        found: dict[str, FoundTrack] = {}
        for number in range(MOST_PAGES):
            offset = number * PAGE
            page = _object(await self.client.call(partial(_page, playlist_id=playlist_id, offset=offset)))
            for row in _rows(page):
                track = _found(row)
                if track is not None:
                    found.setdefault(track.id, track)
            seen(len(found))
            if not page.get("next"):
                return Reading(snapshot=snapshot, name=name, tracks=tuple(found.values()))
        raise SpotifyAnswerUnexpected(f"a playlist went on after {MOST_PAGES} pages")


def _page(spotify: spotipy.Spotify, playlist_id: str, offset: int) -> Any:
    return spotify.playlist_items(playlist_id, limit=PAGE, offset=offset, additional_types=("track",))


def _object(answer: Any) -> Mapping[str, Any]:
    if not isinstance(answer, dict):
        raise SpotifyAnswerUnexpected("Spotify answered with JSON that is no object")
    return answer


def _rows(page: Mapping[str, Any]) -> list[Any]:
    rows = page.get("items")
    if not isinstance(rows, list) or "next" not in page:
        raise SpotifyAnswerUnexpected("Spotify answered with something that is no page of a playlist")
    return rows


def _found(row: Any) -> FoundTrack | None:
    """The track of a row; None for what can be in no catalogue: removed, local, an episode, without id or title."""
    if not isinstance(row, dict):
        return None
    item = row.get("item") or row.get("track")
    if (
        not isinstance(item, dict)
        or row.get("is_local")
        or item.get("is_local")
        or item.get("type", "track") != "track"
    ):
        return None
    found_id, title = track_id(str(item.get("id") or "")), received.text(item.get("name"))
    if found_id is None or title is None:
        return None
    album, codes = _dict(item.get("album")), _dict(item.get("external_ids"))
    return FoundTrack(
        id=found_id,
        title=title,
        artists=received.texts(artist.get("name") for artist in _dicts(item.get("artists"))),
        isrc=parsed_isrc(str(codes.get("isrc") or "")),
        year=_year(album.get("release_date")),
        artwork_url=_artwork(album.get("images")),
        is_explicit=item["explicit"] if isinstance(item.get("explicit"), bool) else None,
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _year(released: Any) -> int | None:
    try:
        return received.year(str(released)[:4])
    except ValueError:
        return None


def _artwork(images: Any) -> str | None:
    """The smallest image that is large enough, else the largest, of those on Spotify's own hosts."""
    offered = [
        (width if isinstance(width := image.get("width"), int) else 0, address)
        for image in _dicts(images)
        if (address := received.artwork(image.get("url"))) is not None
    ]
    enough = [image for image in offered if image[0] >= ARTWORK_WIDTH]
    chosen = min(enough, default=None) or max(offered, default=None)
    return chosen[1] if chosen else None
