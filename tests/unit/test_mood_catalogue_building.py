from collections import Counter

import pytest

from bot.domain import AudioFeatures, Mood, MoodMix
from scripts.build_catalogue import Candidate, bare, fill_shelves, is_a_song, one_of_each_recording, rounded


def a_candidate(number: int, *, mood: Mood = Mood.HAPPY, **changes: object) -> Candidate:
    features = AudioFeatures(
        danceability=0.5,
        acousticness=0.5,
        energy=0.4,
        instrumentalness=0.0,
        liveness=0.1,
        valence=0.5,
        loudness=-6.0,
        speechiness=0.05,
        tempo=100.0 + number / 100,
    )
    values: dict[str, object] = {
        "id": f"{number:022}",
        "title": f"노래 {number}",
        "artists": (f"가수 {number}",),
        "popularity": number % 100,
        "features": features,
        "seconds": 200.0,
        "scores": dict.fromkeys(Mood, 0.1) | {mood: 0.7},
    }
    return Candidate(**(values | changes))  # type: ignore[arg-type]  # a test says only what it is about


@pytest.mark.parametrize(
    "title",
    [
        "봄날 (Inst.)",
        "봄날 - Instrumental",
        "Sweet Night Instrumental",
        "봄날 [Remix]",
        "Achoo Remix",
        "SO BAD (TAK Remix)",
        "Intro : New Horizon",
        "Sadder Budweiser Skit",
        "봄날 (Acoustic Ver.)",
        "못해 (동막골소녀) Live Version",
        "크리스마스니까",
        "봄날 (MR)",
    ],
)
def test_variants_frames_jokes_and_carols_are_no_songs_of_their_own(title: str) -> None:
    assert not is_a_song(a_candidate(1, title=title), Counter())


@pytest.mark.parametrize(
    "title",
    ["봄날", "I’m Alive", "Forever (약속)", "Interview", "Believer", "Skittles", "사랑해 (Feat. 아이유)"],
)
def test_songs_whose_words_only_look_like_marks_stay(title: str) -> None:
    assert is_a_song(a_candidate(1, title=title), Counter())


def test_foreign_acts_speech_and_fragments_are_left_out_and_counted() -> None:
    left_out: Counter[str] = Counter()
    assert not is_a_song(a_candidate(1, artists=("아이유", "Lauv")), left_out)
    assert not is_a_song(a_candidate(1, seconds=30.0), left_out)
    assert left_out == {"not Korean": 1, "too short or too long": 1}


def test_hangul_titles_keep_a_key_of_their_own() -> None:
    assert bare("봄날 (Feat. 아이유)") == bare("봄 날") == "봄날"
    assert bare("봄날") != bare("여름날")
    assert bare("(…)") != ""


def test_of_one_recording_the_most_popular_stays() -> None:
    single = a_candidate(1, title="봄날", artists=("방탄소년단",), popularity=80)
    album = a_candidate(2, title="봄날 (Feat. 아이유)", artists=("방탄소년단",), popularity=40)
    same_sound = a_candidate(3, title="Spring Day", artists=("방탄소년단",), popularity=10, features=single.features)
    assert one_of_each_recording([album, same_sound, single], Counter()) == [single]


def test_no_artist_takes_over_a_shelf() -> None:
    candidates = [a_candidate(number, mood=Mood.SAD, artists=("아이유",)) for number in range(20)]
    assert len(fill_shelves(candidates, 10)[Mood.SAD]) <= 4


def test_a_track_stands_on_one_shelf_and_popularity_is_spread() -> None:
    happy = [a_candidate(number) for number in range(200)]
    sad = [a_candidate(number, mood=Mood.SAD) for number in range(500, 700)]
    shelves = fill_shelves(happy + sad, 40)
    assert [len(shelves[mood]) for mood in (Mood.HAPPY, Mood.SAD)] == [40, 40]
    assert Counter(track.band for track in shelves[Mood.SAD]) == {"known": 16, "middling": 14, "little known": 10}
    assert len({track.id for shelf in shelves.values() for track in shelf}) == sum(map(len, shelves.values()))


def test_calm_is_filled_by_score_from_quiet_tracks_whatever_their_first_mood() -> None:
    quiet: MoodMix = {Mood.HAPPY: 0.1, Mood.SAD: 0.6, Mood.ENERGETIC: 0.1, Mood.CALM: 0.2}
    loud = AudioFeatures(
        danceability=0.5,
        acousticness=0.5,
        energy=0.9,
        instrumentalness=0.0,
        liveness=0.1,
        valence=0.5,
        loudness=-6.0,
        speechiness=0.05,
        tempo=100.0,
    )
    shelf = fill_shelves([a_candidate(1, scores=quiet), a_candidate(2, scores=quiet, features=loud)], 5)[Mood.CALM]
    assert [track.id for track in shelf] == [f"{1:022}"]


def test_rounded_scores_still_make_one() -> None:
    parts = rounded(dict.fromkeys(Mood, 1 / 3) | {Mood.CALM: 1e-7})
    assert parts == ["0.3334", "0.3333", "0.3333", "0.0000"]
