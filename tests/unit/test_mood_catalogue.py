import csv
import re
from collections import Counter, defaultdict

import pytest

from adapters.starter import FILE
from bot.audio_features import FEATURE_NAMES, parse_features
from bot.domain import Mood

HEADER = (
    "id,title,artists,year,popularity,mood,happy,sad,energetic,calm,"
    "danceability,acousticness,energy,instrumentalness,liveness,valence,loudness,speechiness,tempo"
)
SCORES = [mood.value.lower() for mood in Mood]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_file_is_plain_text_with_the_columns_agreed_on() -> None:
    content = FILE.read_bytes()
    assert content.startswith((HEADER + "\n").encode())
    assert b"\r" not in content


def test_every_shelf_has_enough_tracks(rows: list[dict[str, str]]) -> None:
    shelves = Counter(row["mood"] for row in rows)
    assert set(shelves) == set(Mood)
    assert min(shelves.values()) >= 380
    assert len(rows) >= 1_500


def test_ids_are_spotify_s_and_unique(rows: list[dict[str, str]]) -> None:
    assert all(re.fullmatch(r"[0-9A-Za-z]{22}", row["id"]) for row in rows)
    assert len({row["id"] for row in rows}) == len(rows)


def test_no_artist_has_more_than_four_tracks(rows: list[dict[str, str]]) -> None:
    tracks = Counter(artist.casefold() for row in rows for artist in row["artists"].split("; "))
    assert max(tracks.values()) <= 4
    assert len(tracks) > 500


def test_no_recording_stands_there_twice(rows: list[dict[str, str]]) -> None:
    recordings = Counter((row["title"].casefold(), row["artists"].casefold()) for row in rows)
    sounds = Counter((row["artists"], *(row[name] for name in FEATURE_NAMES)) for row in rows)
    assert max(recordings.values()) == max(sounds.values()) == 1


def test_remixes_instrumentals_and_skits_are_out(rows: list[dict[str, str]]) -> None:
    variant = re.compile(r"\b(remix|instrumental|inst\.|karaoke|skit|interlude)\b", re.IGNORECASE)
    assert not [row["title"] for row in rows if variant.search(row["title"])]


def test_titles_keep_their_own_script(rows: list[dict[str, str]]) -> None:
    assert sum(bool(re.search("[가-힣]", row["title"])) for row in rows) > 100
    assert not [row for row in rows if "�" in row["title"] + row["artists"] or row["title"] != row["title"].strip()]


def test_all_nine_features_can_be_and_scores_make_one(rows: list[dict[str, str]]) -> None:
    for row in rows:
        parse_features(row)
        scores = [float(row[score]) for score in SCORES]
        assert sum(scores) == pytest.approx(1, abs=1e-9), row["id"]
        assert all(re.fullmatch(r"[01]\.\d{4}", row[score]) for score in SCORES)


def test_happy_sad_and_energetic_tracks_have_their_highest_score_there(rows: list[dict[str, str]]) -> None:
    for row in rows:
        if row["mood"] != Mood.CALM:
            assert max(SCORES, key=lambda score, row=row: float(row[score])) == row["mood"].lower()  # type: ignore[misc]


def test_calm_is_mostly_sung(rows: list[dict[str, str]]) -> None:
    calm = [row for row in rows if row["mood"] == Mood.CALM]
    assert sum(float(row["instrumentalness"]) < 0.5 for row in calm) > len(calm) / 2


def test_known_and_little_known_tracks_stand_on_every_shelf(rows: list[dict[str, str]]) -> None:
    popularity: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        popularity[row["mood"]].append(int(row["popularity"]))
    for found in popularity.values():
        assert 0 <= min(found) < 20
        assert 40 <= max(found) <= 100


def test_rows_are_sorted_so_that_a_difference_can_be_read(rows: list[dict[str, str]]) -> None:
    order = list(Mood)
    keys = [(order.index(Mood(row["mood"])), row["id"]) for row in rows]
    assert keys == sorted(keys)
