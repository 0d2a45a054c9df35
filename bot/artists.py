"""One key for each artist, however the name is written."""

from functools import lru_cache
from unicodedata import normalize

from bot.domain import Track


@lru_cache(maxsize=65_536)
def artist_key(artist: str) -> str:
    """One key for all spellings of case and composition of a name; Hangul and every other script stays distinct."""
    return normalize("NFC", artist).casefold().strip()


def artist_keys(track: Track) -> frozenset[str]:
    """The keys of all artists of a track."""
    return frozenset(map(artist_key, track.artists))
