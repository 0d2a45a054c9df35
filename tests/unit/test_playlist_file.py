import json
from pathlib import Path

import pytest

from adapters.playlist_file import PlaylistFiles, check, parse
from bot.addresses import isrc, playlist_address, track_id
from bot.domain import FoundTrack, Mood, Source
from bot.errors import PlaylistFileRefused

A, B = "0heJlRkloNhkrBU9ROnM9Y", "3P3UA61WRQqwCXaoFOTENd"


@pytest.mark.parametrize(
    "text",
    [
        "37i9dQZF1DXcBWIGoYBM5M",
        "spotify:playlist:37i9dQZF1DXcBWIGoYBM5M",
        "https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M",
        "  open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M?si=abc&pt=1 ",
        "https://open.spotify.com/intl-ko/playlist/37i9dQZF1DXcBWIGoYBM5M/",
    ],
)
def test_a_playlist_is_known_by_every_form_of_its_address(text: str) -> None:
    assert playlist_address(text) == "spotify:playlist:37i9dQZF1DXcBWIGoYBM5M"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "37i9dQZF1DXcBWIGoYBM5",
        "spotify:track:37i9dQZF1DXcBWIGoYBM5M",
        "https://open.spotify.com.evil.example/playlist/37i9dQZF1DXcBWIGoYBM5M",
        "https://evil.example/open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M",
        "https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M/../x",
        "３７i9dQZF1DXcBWIGoYBM5M",
    ],
)
def test_anything_else_is_no_playlist(text: str) -> None:
    assert playlist_address(text) is None


def test_tracks_and_recording_codes_are_known_by_their_forms() -> None:
    assert track_id(f"https://open.spotify.com/intl-ko/track/{A}?si=x") == track_id(f"spotify:track:{A}") == A
    assert isrc("kr-a30-17-00118") == isrc("KRA301700118") == "KRA301700118"
    assert isrc("KRA30170011") is None


def test_a_csv_gives_each_track_once_with_all_it_says() -> None:
    text = (
        "track,isrc,title,artists,mood,year\n"
        f"https://open.spotify.com/track/{A},,밤편지,아이유; 다른 가수,Calm,2017\n"
        ",KRA301700118,,,,\n"
        f"{A},,다시,,,\n"
    )
    assert list(parse(text, is_json=False)) == [
        FoundTrack(id=A, title="밤편지", artists=("아이유", "다른 가수"), mood=Mood.CALM, year=2017),
        FoundTrack(id="isrc:KRA301700118", isrc="KRA301700118"),
    ]


def test_json_may_hold_bare_links_and_objects() -> None:
    text = json.dumps([f"spotify:track:{A}", {"uri": B, "mood": "Sad", "artists": ["가수"], "title": "노래"}])
    assert list(parse(text, is_json=True)) == [
        FoundTrack(id=A),
        FoundTrack(id=B, title="노래", artists=("가수",), mood=Mood.SAD),
    ]


@pytest.mark.parametrize(
    ("text", "is_json", "told"),
    [
        ("title\n노래\n", False, "column"),
        (f"track\n{A}\nhello\n", False, "row 3"),
        ("track,mood\n" + A + ",Gloomy\n", False, "Gloomy"),
        ("isrc\nnot a code\n", False, "no ISRC"),
        (f"track,year\n{A},올해\n", False, "row 2: year: '올해' is no year"),
        (f"track,year\n{A},99999999999999999999\n", False, "row 2: year: '99999999999999999999' is no year"),
        (" \n", False, "is empty"),
        ("", True, "is empty"),
        ("{}", True, "one list"),
        ("[5]", True, "row 1"),
        ("[{}]", True, "neither"),
        ("[", True, "Expecting"),
        ("[" * 100_000, True, "too deep"),
        ('[{"id": ["x"]}]', True, "row 1: neither"),
    ],
)
def test_a_row_that_points_nowhere_is_refused_by_its_number(text: str, is_json: bool, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        list(parse(text, is_json=is_json))


def test_half_a_character_in_json_is_left_out() -> None:
    text = f'[{{"id": "{A}", "title": "밤편지\\ud83d", "artists": ["아이유\\u0000", "\\udc00"], "year": 1999.0}}]'
    (track,) = parse(text, is_json=True)
    assert track == FoundTrack(id=A, title="밤편지", artists=("아이유",), year=1999)


async def test_a_file_whose_name_is_no_text_is_called_by_what_is(tmp_path: Path) -> None:
    file = tmp_path / "list\udcff.csv"
    file.write_text(f"track\n{A}\n", encoding="utf-8")
    assert (await PlaylistFiles().read(Source(address=f"file:{file}"), lambda count: None)).name == "list.csv"


async def test_a_file_is_read_when_it_changed_and_only_then(tmp_path: Path) -> None:
    file = tmp_path / "목록.csv"
    file.write_text(f"track\n{A}\n", encoding="utf-8")
    source = Source(address=f"file:{file}")
    first = await PlaylistFiles().read(source, lambda count: None)
    assert first.tracks == (FoundTrack(id=A),)
    same = await PlaylistFiles().read(Source(address=source.address, snapshot=first.snapshot), lambda count: None)
    assert same.tracks is None


@pytest.mark.parametrize("content", [b"\xff\xfe", b"title\nx\n", None], ids=["no UTF-8", "no pointer", "no file"])
async def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "list.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(PlaylistFileRefused, match=r"list\.csv"):
        await PlaylistFiles().read(Source(address=f"file:{file}"), lambda count: None)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("list.csv", "", "is empty"),
        ("list.csv", "track\n", "no track in it"),
        ("list.csv", f"track\n{A}\nhello\n", r"row 3: 'hello' is no track of Spotify's"),
        ("list.json", "[]", "no track in it"),
        ("list.json", "[", "Expecting"),
        ("list.json", "[" * 100_000, "too deep"),
    ],
    ids=["empty", "no row", "a row", "an empty list", "half of JSON", "a deep list"],
)
def test_a_file_is_checked_before_it_becomes_a_source(tmp_path: Path, name: str, content: str, told: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    with pytest.raises(PlaylistFileRefused, match=rf"^list\.\w+: .*{told}"):
        check(file)
    file.write_text(json.dumps([A]) if file.suffix == ".json" else f"track\n{A}\n", encoding="utf-8")
    check(file)
