from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from bot.domain import Mood, Taste, Track, Vote, Wish
from bot.fit import quotas
from bot.likeness import liveliness
from bot.mood_policy import only
from bot.selection import pick, similar
from tests.fakes import NOON, InMemoryShelves, a_shelf, a_track, features


def shelves(*tracks: Track) -> InMemoryShelves:
    return InMemoryShelves({track.id: track for track in tracks})


def sad(lean: float = 0.0) -> Wish:
    return Wish(mix=only(Mood.SAD), lean=lean)


def test_five_tracks_of_the_wanted_mood_are_picked() -> None:
    view = shelves(*a_shelf(Mood.SAD, 20), *a_shelf(Mood.HAPPY, 20, start=100))
    picked = pick(view, sad(), Taste(), Random(1), now=NOON)
    assert len(picked.tracks) == 5
    assert {track.mood for track in picked.tracks} == {Mood.SAD}
    assert picked.repeats == 0


def test_the_same_seed_picks_the_same_tracks_and_another_seed_others() -> None:
    view = shelves(*a_shelf(Mood.SAD, 100))
    first, again, other = (pick(view, sad(), Taste(), Random(seed), now=NOON).tracks for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_no_artist_comes_twice_in_five_even_in_another_spelling_or_as_a_guest() -> None:
    names = (("아이유",), ("IU", "아이유"), ("BTS",), ("bts",), ("B",), ("C",), ("D",), ("E", "C"))
    view = shelves(*(a_track(number, artists=artists) for number, artists in enumerate(names)))
    for seed in range(50):
        tracks = pick(view, sad(), Taste(), Random(seed), now=NOON).tracks
        heard = Counter(artist.casefold() for track in tracks for artist in track.artists)
        assert max(heard.values()) == 1


def test_hangul_artists_are_told_apart() -> None:
    view = shelves(*(a_track(number, artists=(name,)) for number, name in enumerate(["가", "나", "다", "라", "마"])))
    assert len(pick(view, sad(), Taste(), Random(1), now=NOON).tracks) == 5


def test_forty_answers_repeat_nothing_while_the_shelf_lasts_and_say_so_when_it_does_not() -> None:
    view = shelves(*a_shelf(Mood.SAD, 200))
    shown: dict[str, object] = {}
    taste = Taste()
    for turn in range(40):
        picked = pick(view, sad(), taste, Random(turn), now=NOON)
        assert picked.repeats == 0
        assert not shown.keys() & {track.id for track in picked.tracks}
        shown.update(dict.fromkeys((track.id for track in picked.tracks), turn))
        seen = {track.id: NOON + timedelta(minutes=turn) for track in picked.tracks}
        taste = Taste(last_shown={**taste.last_shown, **seen})
    again = pick(view, sad(), taste, Random(41), now=NOON)
    assert again.repeats == 5
    assert {shown[track.id] for track in again.tracks} == {0}  # those heard longest ago


def test_a_small_shelf_gives_what_it_has() -> None:
    assert len(pick(shelves(*a_shelf(Mood.SAD, 3)), sad(), Taste(), Random(1), now=NOON).tracks) == 3
    assert pick(shelves(), sad(), Taste(), Random(1), now=NOON).tracks == ()


def test_what_one_shelf_of_the_wish_lacks_another_gives() -> None:
    view = shelves(a_track(1), *a_shelf(Mood.CALM, 40, start=100))
    wish = Wish(mix={Mood.SAD: 0.6, Mood.CALM: 0.4, Mood.HAPPY: 0.0, Mood.ENERGETIC: 0.0})
    picked = pick(view, wish, Taste(), Random(2), now=NOON)
    assert (len(picked.tracks), picked.repeats) == (5, 0)


def test_a_disliked_track_never_comes_again() -> None:
    tracks = a_shelf(Mood.SAD, 6)
    dislike = {tracks[0].id: Vote.DISLIKE}
    for taste in (Taste(votes=dislike), Taste(votes=dislike, last_shown={track.id: NOON for track in tracks})):
        for seed in range(40):
            assert tracks[0] not in pick(shelves(*tracks), sad(), taste, Random(seed), now=NOON).tracks


def test_a_liked_track_comes_more_often() -> None:
    tracks = a_shelf(Mood.SAD, 40)
    liked = Taste(votes={tracks[0].id: Vote.LIKE})

    def times(taste: Taste) -> int:
        return sum(
            tracks[0] in pick(shelves(*tracks), sad(), taste, Random(seed), now=NOON).tracks for seed in range(400)
        )

    assert times(liked) > 1.4 * times(Taste())


def test_mixed_feelings_get_cards_of_both_moods_in_proportion() -> None:
    view = shelves(*a_shelf(Mood.SAD, 20), *a_shelf(Mood.CALM, 20, start=100))
    wish = Wish(mix={Mood.SAD: 0.6, Mood.CALM: 0.4, Mood.HAPPY: 0.0, Mood.ENERGETIC: 0.0})
    moods = Counter(track.mood for track in pick(view, wish, Taste(), Random(2), now=NOON).tracks)
    assert moods == {Mood.SAD: 3, Mood.CALM: 2}


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ((0.9, 0.1, 0.0, 0.0), {Mood.HAPPY: 5}),
        ((0.1, 0.5, 0.1, 0.3), {Mood.SAD: 3, Mood.CALM: 2}),
        ((0.25, 0.25, 0.25, 0.25), {Mood.HAPPY: 2, Mood.SAD: 1, Mood.ENERGETIC: 1, Mood.CALM: 1}),
    ],
)
def test_small_shares_are_noise_and_large_ones_are_kept(shares: tuple[float, ...], expected: dict[Mood, int]) -> None:
    assert quotas(dict(zip(Mood, shares, strict=True)), 5) == expected


def test_within_a_shelf_the_better_fit_comes_more_often() -> None:
    sure = [a_track(number, sure=0.95) for number in range(20)]
    unsure = [a_track(number, sure=0.45) for number in range(100, 120)]
    counts = Counter(
        track in sure
        for seed in range(200)
        for track in pick(shelves(*sure, *unsure), sad(), Taste(), Random(seed), now=NOON).tracks
    )
    assert counts[True] > 2 * counts[False]


def test_a_lean_moves_the_energy_of_what_is_picked() -> None:
    view = shelves(*a_shelf(Mood.SAD, 100))

    def energy(lean: float) -> float:
        tracks = [
            track for seed in range(40) for track in pick(view, sad(lean), Taste(), Random(seed), now=NOON).tracks
        ]
        return sum(liveliness(track.features) for track in tracks if track.features) / len(tracks)

    assert energy(-1.0) < energy(0.0) - 0.05 < energy(1.0) - 0.1


def test_similar_tracks_are_the_nearest_of_the_shelf_and_never_the_track_itself_or_its_artist() -> None:
    asked = a_track(1, sound=features(energy=0.9, valence=0.9))
    near = [a_track(number, sound=features(energy=0.88, valence=0.88)) for number in range(2, 7)]
    far = [a_track(number, sound=features(energy=0.1, valence=0.1)) for number in range(10, 30)]
    own = a_track(40, artists=asked.artists, sound=features(energy=0.9, valence=0.9))
    picked = similar(shelves(asked, own, *far, *near), asked, Taste(), now=NOON)
    assert {track.id for track in picked.tracks} == {track.id for track in near}


def test_similar_works_for_tracks_without_features() -> None:
    asked = a_track(1)
    bare = Track(id="x:1", title="t", artists=("a",), mood=Mood.SAD, mood_scores=only(Mood.SAD))
    assert similar(shelves(bare, asked), bare, Taste(), now=NOON).tracks == (asked,)
    assert similar(shelves(bare, asked), asked, Taste(), now=NOON).tracks == (bare,)
