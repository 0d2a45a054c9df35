import csv
import io
from urllib.parse import parse_qsl, urlsplit

import pytest

from bot.domain import Language, Mood, Shop, Track, TrackCard
from bot.takeaway import COLUMNS, as_csv, as_text, shop_links, youtube_links
from bot.voice import spotify_url, youtube_url


def a_song(title: str = "밤편지", artist: str = "아이유") -> Track:
    return Track(
        id="3P3UA61WRQqwCXaoFOTENd",
        title=title,
        artists=(artist,),
        mood=Mood.CALM,
        mood_scores=dict.fromkeys(Mood, 0.25),
    )


def a_card(position: int = 1, title: str = "밤편지", artist: str = "아이유") -> TrackCard:
    track = a_song(title, artist)
    return TrackCard(
        position=position, track=track, reason="", spotify_url=spotify_url(track), youtube_url=youtube_url(track)
    )


def rows(table: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))


def test_the_text_counts_the_tracks_and_links_each() -> None:
    text = as_text([a_card(1), a_card(2, "봄날", "방탄소년단")], Language.KOREAN)
    first, second = text.split("\n\n")
    assert first.splitlines()[0] == "1. 밤편지 – 아이유"
    assert "https://open.spotify.com/track/3P3UA61WRQqwCXaoFOTENd" in first
    assert second.startswith("2. 봄날 – 방탄소년단")
    assert "YouTube 검색: https://www.youtube.com/results?search_query=" in second


def test_the_table_opens_in_excel_with_hangul_and_every_column() -> None:
    table = as_csv([a_card()])
    assert table.startswith(b"\xef\xbb\xbf")
    header, row = rows(table)
    assert tuple(header) == COLUMNS
    assert row[:4] == ["1", "밤편지", "아이유", "Calm"]


@pytest.mark.parametrize("title", ['=HYPERLINK("https://x")', "+1", "-2", "@a", "\t=1+1"])
def test_no_cell_is_a_formula(title: str) -> None:
    row = rows(as_csv([a_card(title=title, artist=title)]))[1]
    assert row[1] == row[2] == f"'{title}"


def test_a_title_with_commas_quotes_and_lines_stays_one_cell() -> None:
    title = '"Hello", she said\nand left'
    assert rows(as_csv([a_card(title=title)]))[1][1] == title


def test_a_search_on_youtube_stands_under_what_it_finds() -> None:
    first, second = youtube_links([a_card(1), a_card(2, title="봄날")]).split("\n\n")
    assert first.splitlines()[0] == "밤편지 – 아이유"
    title, address = second.splitlines()
    assert title.startswith("봄날 – ")
    assert address.startswith("https://www.youtube.com/results?search_query=")


def test_every_shop_is_searched_for_title_and_artist_whatever_is_in_them() -> None:
    links = shop_links(a_song("사랑 & 이별? 50% #1 {}", "AC/DC"), set(Shop), Language.KOREAN)
    assert [link.name for link in links] == ["멜론", "지니", "FLO", "벅스", "VIBE", "Apple Music"]
    for link in links:
        parts = urlsplit(link.url)
        assert parts.scheme == "https"
        assert dict(parse_qsl(parts.query)).popitem()[1] == "사랑 & 이별? 50% #1 {} AC/DC"
        assert parts.fragment == ""
        assert "+" not in parts.query  # not every shop takes it for a space


def test_only_the_shops_that_were_set_are_linked_in_the_listeners_language() -> None:
    links = shop_links(a_song(), frozenset({Shop.BUGS, Shop.MELON}), Language.ENGLISH)
    assert [link.name for link in links] == ["Melon", "Bugs"]
    assert shop_links(a_song(), frozenset(), Language.ENGLISH) == ()
