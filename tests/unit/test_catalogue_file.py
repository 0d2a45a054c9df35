from collections.abc import Sequence
from dataclasses import replace

import pytest

from adapters.catalogue_file import is_same, read_catalogue, write_catalogue
from bot.domain import AudioFeatures, Mood, MoodMix, Track
from bot.errors import CatalogueFileRefused
from bot.mood_policy import only
from tests.fakes import a_track

NINE = "danceability,acousticness,energy,instrumentalness,liveness,valence,loudness,speechiness,tempo"
VALUES = "0.5,0.5,0.5,0,0.1,0.5,-6,0.05,100"


class EverythingIsCalm:
    def tag(self, features: Sequence[AudioFeatures]) -> Sequence[MoodMix]:
        return [only(Mood.CALM) for _ in features]


def test_what_is_written_is_read_back_the_same() -> None:
    tracks = [
        replace(a_track(1, artists=("아이유", "슈가")), artwork_url="https://i.scdn.co/image/x", is_explicit=True),
        replace(a_track(2), is_explicit=False),
        Track(id="file:1", title='"따옴표", 쉼표\n줄', artists=("가수",), mood=Mood.CALM, mood_scores=only(Mood.CALM)),
    ]
    read = read_catalogue("".join(write_catalogue(tracks)))
    assert [track.is_explicit for track in read] == [True, False, None]
    assert read[2] == tracks[2]
    assert replace(read[0], mood_scores=tracks[0].mood_scores) == tracks[0]
    assert dict(read[0].mood_scores) == pytest.approx(dict(tracks[0].mood_scores))


def test_the_mood_comes_from_scores_or_the_operator_or_the_features() -> None:
    (given,) = read_catalogue("id,title,artists,mood\nx:a,b,c,Energetic\n")
    assert (given.mood, given.mood_scores) == (Mood.ENERGETIC, only(Mood.ENERGETIC))
    (tagged,) = read_catalogue(f"id,title,artists,{NINE}\nx:a,b,c,{VALUES}\n", EverythingIsCalm())
    assert tagged.mood is Mood.CALM
    (both,) = read_catalogue(f"id,title,artists,mood,{NINE}\nx:a,b,c,Sad,{VALUES}\n", EverythingIsCalm())
    assert (both.mood, both.mood_scores) == (Mood.SAD, only(Mood.CALM))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "first line"),
        ("id,title,artists\nx:a,b,c\n", "neither a mood nor"),
        ("id,title,artists,mood\nx:a,,c,Sad\n", "title: empty"),
        ("id,title,artists,mood\nx:a,b,c,sad\n", "none of"),
        ("id,title,artists,mood,popularity\nx:a,b,c,Sad,much\n", "popularity"),
        (f"id,title,artists,{NINE}\nx:a,b,c,{VALUES.replace('100', '-5')}\n", "tempo"),
        (f"id,title,artists,{NINE}\nx:a,b,c,{VALUES.replace('100', '')}\n", "tempo"),
        ("id,title,artists,mood\nx:a,b,c,Sad\nx:a,b,c,Sad\n", "line 3"),
        ('id,title,artists,mood\nx:a,"b\nb",c,Sad\nx:b,,c,Sad\n', "line 4"),
        ("id,title,artists,mood\na/b?c,b,c,Sad\n", "id: "),
        ("id,title,artists,mood,year\nx:a,b,c,Sad,inf\n", "year"),
        ("id,title,artists,mood,year\nx:a,b,c,Sad,1e300\n", "year"),
        ("id,title,artists,mood,is_explicit\nx:a,b,c,Sad,perhaps\n", "is_explicit: 'perhaps'"),
        ("id,title,artists,mood,popularity\nx:a,b,c,Sad,1e300\n", "popularity: 1e"),
        ("id,title,artists,happy,sad,energetic,calm\nx:a,b,c,nan,1,0,0\n", "happy"),
        ("id,title,artists,happy,sad,energetic,calm\nx:a,b,c,-3,5,0,0\n", "below zero"),
        ("id,title,artists,mood\nx:a," + "b" * 140_000 + ",c,Sad\n", "field larger"),
    ],
)
def test_a_row_that_cannot_be_a_track_is_refused_by_its_line(text: str, told: str) -> None:
    with pytest.raises(CatalogueFileRefused, match=told):
        read_catalogue(text, EverythingIsCalm())


@pytest.mark.parametrize(("told", "is_explicit"), [("TRUE", True), ("false", False), ("", None)])
def test_whether_words_are_explicit_may_be_told(told: str, is_explicit: bool | None) -> None:
    (track,) = read_catalogue(f"id,title,artists,mood,is_explicit\nx:a,b,c,Sad,{told}\n")
    assert track.is_explicit is is_explicit
    assert is_same(track, replace(track, is_explicit=is_explicit))
    assert not is_same(track, replace(track, is_explicit=not is_explicit))


def test_numbers_are_read_as_spreadsheets_write_them() -> None:
    (track,) = read_catalogue("id,title,artists,mood,year,popularity\nx:a,b,c,Sad,1999.0,55.0\n")
    assert (track.year, track.popularity) == (1999, 55)


def test_what_no_database_could_keep_is_left_out() -> None:
    (track,) = read_catalogue("id,title,artists,mood\nx:a,b\0b,c; d\0,Sad\n")
    assert (track.title, track.artists) == ("bb", ("c", "d"))


def test_a_byte_order_mark_of_a_spreadsheet_is_no_column() -> None:
    assert read_catalogue("\ufeffid,title,artists,mood\nx:a,b,c,Sad\n")[0].id == "x:a"
