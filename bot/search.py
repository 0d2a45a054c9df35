"""Finding tracks by what is being typed of a title or an artist."""

import unicodedata

from bot.domain import Mood, Track
from bot.ports import Shelves


def find(shelves: Shelves, words: str, count: int = 25) -> tuple[Track, ...]:
    """Tracks whose title or artist contains ``words``."""
    wanted = unicodedata.normalize("NFC", words).casefold().strip()
    tracks = (track for mood in Mood for track in shelves.tracks_for(mood))
    return tuple(track for track in tracks if wanted in f"{track.title} {track.artist}".casefold())[:count]
