"""What votes, filters and the way to another mood do to a pick, and that every reason given is true of it."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from adapters import starter
from adapters.catalogue_file import read_catalogue
from bot.artists import artist_keys
from bot.domain import Era, Mood, MusicLanguage, Preferences, Taste, Track, Vote, Wish
from bot.filters import korean_in
from bot.leanings import HALF_LIFE, leanings_of
from bot.likeness import NEAR, liveliness, space_of
from bot.mood_policy import only
from bot.selection import pick, similar
from bot.whys import Again, Alike, ByLikedArtist, Fits, Liked, NearLiked, Step
from ml.recommendation.evaluate import evaluate, gini, neutral
from tests.fakes import NOON, InMemoryShelves, a_shelf, a_track, features


def view_of(*tracks: Track) -> InMemoryShelves:
    return InMemoryShelves({track.id: track for track in tracks})


@pytest.fixture(scope="module")
def shipped() -> InMemoryShelves:
    return view_of(*read_catalogue(Path(starter.FILE).read_text(encoding="utf-8")))


SAD = Wish(mix=only(Mood.SAD))


def test_a_stranger_gets_exactly_the_neutral_order(shipped: InMemoryShelves) -> None:
    for seed in range(10):
        assert pick(shipped, SAD, Taste(is_new=True), Random(seed), now=NOON).tracks == neutral(
            shipped, SAD, Random(seed)
        )


def test_a_vote_reaches_its_artist_and_what_sounds_alike_and_fades() -> None:
    voted = a_track(1, artists=("가",), sound=features(energy=0.9))
    same = a_track(2, artists=("가",), sound=features(energy=0.1))
    near = [a_track(10 + n, sound=features(energy=0.88)) for n in range(3)]
    far = [a_track(100 + n, sound=features(energy=0.1)) for n in range(100)]
    view = view_of(voted, same, *near, *far)

    def weights(vote: Vote, age: timedelta = timedelta()) -> list[float]:
        taste = Taste(votes={voted.id: vote}, voted_at={voted.id: NOON - age})
        leanings = leanings_of(view, space_of(view), taste, NOON)
        return [leanings.weight(track) for track in (same, near[0], far[-1])]

    assert weights(Vote.LIKE)[0] > weights(Vote.LIKE, HALF_LIFE)[0] > 1
    assert weights(Vote.LIKE)[1] > weights(Vote.LIKE, HALF_LIFE)[1] > 1
    assert weights(Vote.DISLIKE)[0] < weights(Vote.DISLIKE, HALF_LIFE)[0] < 1
    assert weights(Vote.DISLIKE)[1] < 1
    assert weights(Vote.LIKE)[2] == weights(Vote.DISLIKE)[2] == 1


def test_after_the_window_a_heard_track_may_come_again_and_says_after_how_long() -> None:
    tracks = a_shelf(Mood.SAD, 5)
    ago = timedelta(days=31)
    taste = Taste(last_shown=dict.fromkeys((track.id for track in tracks), NOON - ago))
    picked = pick(view_of(*tracks), SAD, taste, Random(1), now=NOON)
    assert (len(picked.tracks), picked.repeats) == (5, 0)
    assert set(picked.whys.values()) == {Again(ago=ago)}


def test_a_filter_is_met_while_it_can_be_and_widening_is_told() -> None:
    korean = [a_track(n, title=f"노래 {n}") for n in range(4)]
    foreign = [a_track(50 + n, title=f"Song {n}", artists=(f"Singer {n}",)) for n in range(10)]
    taste = Taste(preferences=Preferences(music=MusicLanguage.KOREAN))
    picked = pick(view_of(*korean, *foreign), SAD, taste, Random(1), now=NOON)
    assert picked.widened
    assert Counter(track in korean for track in picked.tracks) == {True: 4, False: 1}
    enough = pick(view_of(*korean, a_track(9), *foreign), SAD, taste, Random(1), now=NOON)
    assert not enough.widened
    assert all("노래" in track.title for track in enough.tracks)


def test_an_unknown_year_comes_before_a_wrong_one_and_after_a_right_one() -> None:
    right = [replace(a_track(n), year=2021) for n in range(2)]
    unknown = [replace(a_track(10 + n), year=None) for n in range(2)]
    wrong = [replace(a_track(20 + n), year=1999) for n in range(9)]
    taste = Taste(preferences=Preferences(era=Era.TWENTIES))
    picked = pick(view_of(*right, *unknown, *wrong), SAD, taste, Random(1), now=NOON)
    assert picked.widened
    assert all(track in picked.tracks for track in (*right, *unknown))
    assert sum(track in wrong for track in picked.tracks) == 1


def test_explicit_tracks_never_come_to_those_who_want_clean_words_even_when_cards_are_missing() -> None:
    explicit = [replace(a_track(n), is_explicit=True) for n in range(5)]
    view = view_of(*explicit, a_track(9))
    taste = Taste(preferences=Preferences(clean_only=True))
    assert pick(view, SAD, taste, Random(1), now=NOON).tracks == (a_track(9),)
    assert similar(view, explicit[0], taste, now=NOON).tracks == (a_track(9),)


@pytest.mark.parametrize(
    ("title", "artist", "is_korean"),
    [
        ("밤편지", "IU", True),
        ("Palette", "아이유", True),
        ("Palette", "IU", True),
        ("Unknown Song", "Nobody We Know", False),
        ("花火", "Jang Keun-suk", False),
        ("봄날 (Japanese Ver.)", "BTS", False),
        ("ONE - English", "Lee Soo Young", False),
    ],
)
def test_the_language_is_read_from_the_writing_and_the_artist(title: str, artist: str, *, is_korean: bool) -> None:
    track = a_track(1, title=title, artists=(artist,))
    assert (track.id in korean_in(view_of(track))) is is_korean


def test_an_artist_with_a_hangul_title_sings_in_korean_elsewhere_too() -> None:
    latin = a_track(1, title="Dear", artists=("Some New Act",))
    assert latin.id not in korean_in(view_of(latin))
    assert latin.id in korean_in(view_of(latin, a_track(2, title="편지", artists=("Some New Act",))))


def test_similar_tracks_come_from_the_whole_catalogue_and_differ_from_each_other() -> None:
    asked = a_track(1, Mood.SAD, sound=features(energy=0.5))
    twins = [a_track(10 + n, Mood.CALM, sound=features(energy=0.55)) for n in range(5)]
    other = [a_track(20 + n, Mood.HAPPY, sound=features(energy=0.44 - n / 100)) for n in range(3)]
    far = [a_track(100 + n, Mood.SAD, sound=features(energy=0.95, valence=0.9)) for n in range(80)]
    tracks = similar(view_of(asked, *twins, *other, *far), asked, Taste(), now=NOON).tracks
    assert tracks[0] in twins
    assert any(track in other for track in tracks)  # the five twins alone would be the nearest
    assert not any(track in far for track in tracks)


def test_the_way_leads_on_with_every_card_and_each_step_is_where_it_says(shipped: InMemoryShelves) -> None:
    wish = Wish(mix=only(Mood.SAD), towards=Mood.HAPPY)
    for seed in range(10):
        picked = pick(shipped, wish, Taste(), Random(seed), now=NOON)
        assert [picked.whys[track.id] for track in picked.tracks] == [
            Step(number=number, of=5, towards=Mood.HAPPY, mood=track.mood)
            for number, track in enumerate(picked.tracks, start=1)
        ]
        assert (picked.tracks[0].mood, picked.tracks[-1].mood) == (Mood.SAD, Mood.HAPPY)
        first, last = (track.features for track in (picked.tracks[0], picked.tracks[-1]))
        assert first
        assert last
        assert liveliness(last) > liveliness(first)
        assert last.valence > first.valence


def test_a_way_to_where_one_is_already_is_no_way(shipped: InMemoryShelves) -> None:
    wish = Wish(mix=only(Mood.SAD), towards=Mood.SAD)
    assert pick(shipped, wish, Taste(), Random(3), now=NOON) == pick(shipped, SAD, Taste(), Random(3), now=NOON)


def test_every_reason_is_true_of_its_track(shipped: InMemoryShelves) -> None:
    space = space_of(shipped)
    liked = list(shipped.tracks_for(Mood.SAD))[::50]
    taste = Taste(votes=dict.fromkeys((track.id for track in liked), Vote.LIKE))
    asked = liked[0]
    seen: set[type] = set()
    answers = [pick(shipped, SAD, taste, Random(seed), now=NOON) for seed in range(60)]
    for picked in (*answers, similar(shipped, asked, Taste(), now=NOON)):
        for track in picked.tracks:
            why = picked.whys[track.id]
            seen.add(type(why))
            match why:
                case Fits():
                    assert why.score == track.mood_scores[Mood.SAD]
                    assert why.mood is Mood.SAD
                case Liked():
                    assert track in liked
                case ByLikedArtist():
                    assert why.liked in liked
                    assert artist_keys(why.liked) & artist_keys(track)
                    assert why.artist in why.liked.artists
                case NearLiked(liked=other) | Alike(to=other):
                    assert other == asked or other in liked
                    assert track.id in space.neighbours(other)
                    for name in why.close_in:
                        values = [getattr(each.features, name) for each in space.tracks]
                        mean = sum(values) / len(values)
                        deviation = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5
                        gap = abs(getattr(track.features, name) - getattr(other.features, name)) / deviation
                        assert gap <= NEAR + 1e-9
    assert seen == {Fits, Liked, ByLikedArtist, NearLiked, Alike}


def test_the_simulation_meets_its_aims_and_is_the_same_each_time(shipped: InMemoryShelves) -> None:
    report = evaluate(shipped, listeners=4, seed=3)
    assert [each.name for each in report.figures if each.is_met is False and each.name != "coverage"] == []
    assert evaluate(shipped, listeners=4, seed=3).figures == report.figures


def test_gini_is_nought_for_equals_and_near_one_for_a_single_winner() -> None:
    import numpy as np

    assert gini(np.full(10, 3.0)) == 0
    assert gini(np.array([0.0] * 99 + [5.0])) == pytest.approx(0.99)
