"""Cards to take along: as a list, as a table, as searches elsewhere. Pure; the platforms send what comes out."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from bot.domain import Language, Link, Shop, Track, TrackCard

COLUMNS: Final = ("position", "title", "artist", "mood", "spotify_url", "youtube_url")

_YOUTUBE: Final[Mapping[Language, str]] = {Language.KOREAN: "YouTube 검색", Language.ENGLISH: "YouTube search"}

_SHOPS: Final[Mapping[Shop, tuple[str, str, str]]] = {
    Shop.MELON: ("멜론", "Melon", "https://www.melon.com/search/total/index.htm?q={}"),
    Shop.GENIE: ("지니", "Genie", "https://www.genie.co.kr/search/searchMain?query={}"),
    Shop.FLO: ("FLO", "FLO", "https://www.music-flo.com/search/all?keyword={}"),
    Shop.BUGS: ("벅스", "Bugs", "https://music.bugs.co.kr/search/integrated?q={}"),
    Shop.VIBE: ("VIBE", "VIBE", "https://vibe.naver.com/search?query={}"),
    Shop.APPLE: ("Apple Music", "Apple Music", "https://music.apple.com/kr/search?term={}"),
}
"""Names in Korean and English, and where a search is. See `shop_links` for how far the addresses are known to be so."""

_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def as_text(cards: Sequence[TrackCard], language: Language) -> str:
    """A numbered list with links, to paste anywhere."""
    return "\n\n".join(
        f"{card.position}. {card.track.title} – {card.track.artist}\n"
        f"Spotify: {card.spotify_url}\n"
        f"{_YOUTUBE[language]}: {card.youtube_url}"
        for card in cards
    )


def as_csv(cards: Sequence[TrackCard]) -> bytes:
    """A table of `COLUMNS`: UTF-8 with the mark that Excel needs for Hangul, and no cell that it would calculate."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for card in cards:
        track = card.track
        cells = (track.title, track.artist, track.mood.value, card.spotify_url, card.youtube_url)
        writer.writerow((card.position, *map(_harmless, cells)))
    return table.getvalue().encode("utf-8-sig")


def youtube_links(cards: Sequence[TrackCard]) -> str:
    """A search for each, under its title."""
    return "\n\n".join(f"{card.track.title} – {card.track.artist}\n{card.youtube_url}" for card in cards)


def shop_links(track: Track, shops: Collection[Shop], language: Language) -> tuple[Link, ...]:
    """Searches for a track at some shops, always in the order of `Shop`.

    No shop documents its search address. The forms are those that public repositories use in 2026, several for each
    shop; none was opened while this was written. Apple's is that of the Korean store; abroad it offers to change over.
    """
    words = quote(f"{track.title} {track.artist}")  # %20 and not "+", which not every shop takes for a space
    return tuple(
        Link(name=korean if language is Language.KOREAN else english, url=address.format(words))
        for shop, (korean, english, address) in _SHOPS.items()
        if shop in shops
    )


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet takes for text: titles come from playlists, and anyone may name a track ``=…``.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell
