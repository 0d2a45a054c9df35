import unicodedata

import pytest

from bot.domain import Mood, Track
from bot.search import find
from tests.fakes import InMemoryShelves, a_track

TRACKS = (
    a_track(1, artists=("아이유",), title="밤편지"),
    a_track(2, artists=("아이유",), title="좋은 날"),
    a_track(3, artists=("방탄소년단", "Halsey"), title="작은 것들을 위한 시"),
    a_track(4, Mood.HAPPY, artists=("IZ*ONE",), title="La Vie en Rose"),
    a_track(5, Mood.CALM, artists=("이루마",), title="값진 하루"),
    a_track(6, Mood.CALM, artists=("G.o.d",), title="길"),
)
VIEW = InMemoryShelves({track.id: track for track in TRACKS})


def titles(words: str, view: InMemoryShelves = VIEW) -> list[str]:
    return [track.title for track in find(view, words)]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("밤편지", "밤편지"),
        ("편지", "밤편지"),
        ("아이유밤", "밤편지"),
        ("좋은날 아이유", "좋은 날"),
        ("halsey", "작은 것들을 위한 시"),
        ("iz one", "La Vie en Rose"),
        ("VIE EN", "La Vie en Rose"),
        ("god", "길"),
    ],
)
def test_a_title_or_an_artist_is_found_whatever_the_case_and_the_spaces(words: str, title: str) -> None:
    assert titles(words) == [title]


@pytest.mark.parametrize("words", ["ㅂㅍㅈ", "ㅂㅍ"])
def test_initial_consonants_find_a_title(words: str) -> None:
    assert titles(words) == ["밤편지"]


def test_initial_consonants_find_an_artist() -> None:
    assert titles("ㅇㅇㅇ") == ["밤편지", "좋은 날"]


@pytest.mark.parametrize("words", ["바", "밤", "밤ㅍ", "밤펴", "밤편", "밤편ㅈ", "밤편지"])
def test_each_keystroke_on_the_way_to_a_title_finds_it(words: str) -> None:
    assert "밤편지" in titles(words)


@pytest.mark.parametrize("words", ["ㄱ", "가", "갑", "값", "값ㅈ", "값지", "값진"])
def test_a_final_of_two_keys_is_found_while_it_is_typed(words: str) -> None:
    assert "값진 하루" in titles(words)


def test_decomposed_hangul_is_the_same() -> None:
    assert titles(unicodedata.normalize("NFD", "밤편지")) == ["밤편지"]
    decomposed = a_track(9, title=unicodedata.normalize("NFD", "봄날"))
    assert find(InMemoryShelves({decomposed.id: decomposed}), "봄날") == (decomposed,)


def test_what_begins_so_comes_before_what_holds_it_and_the_popular_first() -> None:
    def named(number: int, title: str, popularity: int | None) -> Track:
        track = a_track(number, title=title)
        return Track(
            id=track.id, title=title, artists=("가수",), mood=track.mood, mood_scores={}, popularity=popularity
        )

    rows = (named(1, "긴 봄", 90), named(2, "봄비", None), named(3, "봄날", 10), named(4, "봄꽃", 80))
    assert titles("봄", InMemoryShelves({track.id: track for track in rows})) == ["봄꽃", "봄날", "봄비", "긴 봄"]


def test_a_track_comes_once_and_no_more_than_wanted() -> None:
    rows = [a_track(number, artists=("노래",)) for number in range(40)]
    view = InMemoryShelves({track.id: track for track in rows})
    found = find(view, "노래", 25)
    assert len(found) == len({track.id for track in found}) == 25


@pytest.mark.parametrize("words", ["", "  ", "없는 노래", "zzz", "\n"])
def test_nothing_is_found_for_nothing_and_for_what_is_not_there(words: str) -> None:
    assert titles(words) == []


def test_a_title_of_signs_alone_is_found() -> None:
    track = a_track(1, title="?!")
    assert find(InMemoryShelves({track.id: track}), "?!") == (track,)


def test_another_view_is_searched_anew() -> None:
    other = a_track(7, title="새 노래")
    assert titles("새 노래") == []
    assert find(InMemoryShelves({other.id: other}), "새 노래") == (other,)
