from pathlib import Path

import pytest

from bot.domain import Mood
from ml.mood.dataset import BDIZON, DATA_MOODS, KANNAN, read_doubles, read_joint, read_source, summary

NINE = "danceability,acousticness,energy,instrumentalness,liveness,valence,loudness,speechiness,tempo"
ROW = "0.5,0.5,0.5,0,0.1,0.5,-6,0.05,100"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data_moods.csv").write_text(
        f"name,artist,id,mood,{NINE}\n봄날,방탄소년단,a,Sad,{ROW}\nHello,B,b,Happy,{ROW}\n", "utf-8"
    )
    (tmp_path / "data_moods_v1_2020-08-14.csv").write_text("id,mood\nb,Happy\nb,Energetic\na,Sad\n", "utf-8")
    (tmp_path / "kannan_Train.csv").write_text(
        f"name,uri,artist,mood,{NINE}\n봄날,a,방탄소년단,calm,{ROW}\nC,c,C,calm,{ROW}\nC,c,C,sad,{ROW}\n"
        f"D,d,D,calm,{ROW.replace('100', '0')}\nE,e,E,calm,{ROW}\n",
        "utf-8",
    )
    (tmp_path / "bdizon_all_songs.csv").write_text(
        f'"0","1"\n"",track_name,artist_name,mood,{NINE}\nspotify:track:f,F,F,angry,{ROW}\n', "utf-8"
    )
    return tmp_path


def test_a_track_under_two_moods_is_left_out_of_its_set(data: Path) -> None:
    read = read_source(data, KANNAN)
    assert [track.id for track in read.tracks] == ["a", "e"]
    assert read.ambiguous == {"c"}


def test_a_row_that_cannot_be_a_track_is_left_out_and_told(data: Path) -> None:
    (refused,) = read_source(data, KANNAN).refused
    assert refused.startswith("kannan_Train.csv, track 4: tempo: 0 is outside")


def test_angry_playlists_are_energetic_and_ids_lose_their_prefix(data: Path) -> None:
    (track,) = read_source(data, BDIZON).tracks
    assert (track.id, track.mood) == ("f", Mood.ENERGETIC)


def test_a_track_of_several_sets_counts_for_the_first(data: Path) -> None:
    tracks = read_joint(data)
    assert [(track.id, track.source) for track in tracks] == [
        ("a", DATA_MOODS),
        ("b", DATA_MOODS),
        ("e", KANNAN),
        ("f", BDIZON),
    ]
    assert summary(tracks)[DATA_MOODS] == {Mood.HAPPY: 1, Mood.SAD: 1, Mood.ENERGETIC: 0, Mood.CALM: 0}


def test_single_and_album_are_the_same_recording_and_hangul_counts(data: Path) -> None:
    spring, hello = read_source(data, DATA_MOODS).tracks
    assert spring.recording == "봄날|방탄소년단"
    assert hello.recording != spring.recording


def test_doubles_stood_in_two_playlists(data: Path) -> None:
    assert read_doubles(data) == {"b"}
