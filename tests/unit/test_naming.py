"""Artists who are asked for by name."""

from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter

import pytest

from bot.artist_names import known_artists
from bot.dialogue import Dialogue
from bot.domain import ActionKind, Hints, Language, Mood, Preferences, ReplyKind, Vote
from bot.naming import artist_named, known_elsewhere, names_in
from bot.reference import referred
from bot.search import find
from tests.fakes import (
    LISTENER,
    FakeClock,
    FakeWishClassifier,
    InMemoryCatalogue,
    InMemoryHistory,
    InMemoryShelves,
    a_shelf,
    a_track,
)
from tests.unit.talking import ids, press, say

IU = [a_track(9_000 + number, Mood.CALM, artists=("IU",), title=f"IU의 곡 {number}") for number in range(3)]
EVERYDAY = (
    *("IU", "Rain", "Crush", "Dasutt", "GFRIEND", "Jimin", "KEY", "Xydo", "Bada", "BLOO", "(G)I-DLE", "Cool", "ITZY"),
    "KARD",
)
MAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
async def catalogue() -> InMemoryCatalogue:
    catalogue = InMemoryCatalogue()
    tracks = [track for number, mood in enumerate(Mood) for track in a_shelf(mood, 20, start=number * 1_000)]
    await catalogue.replace("starter", [*tracks, *IU])
    return catalogue


def asked_for(text: str, *names: str) -> str | None:
    """The artist of a catalogue with these who is asked for."""
    tracks = [a_track(number, artists=(name,)) for number, name in enumerate(names)]
    artist = artist_named(names_in(text), InMemoryShelves({track.id: track for track in tracks}))
    return artist.name if artist else None


@pytest.mark.parametrize(
    "text",
    [
        "아이유 노래 틀어줘",
        "아이유 노래",
        "아이유의 노래 좀 들려주세요!",
        "아이유 틀어줘",
        "아이유 듣고 싶어",
        "아이유 곡 있어?",
        "IU 노래 추천해줘",
        "play some IU",
        "play songs by IU please",
        "songs by iu",
        "아이유 노래 부탁드려요",
        "아이유 노래 틀어 주실 수 있나요",
        "아이유 노래 틀어줘 ㅠㅠ",
        "가수 아이유 노래",
        "아이유가 부른 노래",
        "play me some IU",
        "can you play IU please",
    ],
)
def test_an_artist_is_found_under_every_name_in_every_form(text: str) -> None:
    assert asked_for(text, "BTS", "IU", "Crush") == "IU"


@pytest.mark.parametrize(
    "text",
    [
        "아이유",
        "아이유 콘서트 못 가서 슬퍼",
        "아이유 노래 듣다가 울었어",
        "신나는 노래 틀어줘",
        "노래 틀어줘",
        "비 노래 틀어줘",
        "오늘 들은 노래 좋았어",
        "play something happy",
        "play cool music",
        "다섯 곡 추천해줘",
        "다섯 곡만 더",
        "여자친구 없어",
        "지민 없어",
        "키 줘",
        "시도해 줘",
        "바다 노래",
        "블루 음악",
        "아이들 노래",
        "그만",
        "아이유 " * 20 + "노래 틀어줘",
    ],
)
def test_what_is_no_request_for_an_artist_is_none(text: str) -> None:
    assert asked_for(text, *EVERYDAY) is None


def test_a_long_repetition_takes_no_time() -> None:
    began = perf_counter()
    names_in("틀어줘" * 13)
    names_in("좀" * 40)
    assert perf_counter() - began < 0.5


def test_every_name_stands_for_somebody() -> None:
    artists = known_artists()
    assert len(artists) > 800
    assert all(name == name.strip() and others and all(others) for name, others in artists.items())
    assert known_elsewhere(["방탄소년단"]) == "BTS"
    assert known_elsewhere(["아무도아닌사람"]) is None


async def test_the_artists_tracks_come_first_and_alike_ones_fill_up(dialogue: Dialogue) -> None:
    reply = await say(dialogue, "아이유 노래 틀어줘")
    assert reply.kind is ReplyKind.CARDS
    assert {card.track.id for card in reply.cards[:3]} == {track.id for track in IU}
    assert all("IU" in card.reason for card in reply.cards[:3])
    assert len(reply.cards) == 5
    assert "함께 들을 만한" in reply.text
    more = await press(dialogue, ActionKind.MORE)
    assert {card.track.mood for card in more.cards} == {Mood.CALM}
    assert not ids(more) & ids(reply)


async def test_an_artist_with_many_tracks_fills_the_answer(dialogue: Dialogue, catalogue: InMemoryCatalogue) -> None:
    seven = [a_track(8_000 + number, Mood.SAD, artists=("BTS", f"손님 {number}")) for number in range(7)]
    await catalogue.replace("playlists", seven)
    first, then = await say(dialogue, "방탄 노래 틀어줘"), await say(dialogue, "방탄 노래 들려줘")
    assert first.text == "BTS의 곡을 모았어요."
    assert len(first.cards) == 5
    assert len(ids(then) - ids(first)) == 2  # what was not heard yet comes first


@pytest.mark.parametrize(
    "text",
    [
        "이런 노래 더 있지?",
        "비슷한 노래 다섯 곡 틀어줘",
        "더 다운된 걸로",
        "카드로 보여줘",
        "바다 갈 때 들을 거",
        "여자친구랑 듣던 느낌",
        "있지만 비슷한 걸로",
    ],
)
def test_everyday_words_point_at_no_artist(text: str) -> None:
    tracks = [a_track(number, artists=(name,), title=f"제목{number}") for number, name in enumerate(EVERYDAY)]
    assert referred(text, (), tracks) is None


async def test_a_plain_wish_is_no_artist(dialogue: Dialogue, catalogue: InMemoryCatalogue) -> None:
    await catalogue.replace("playlists", [a_track(8_000, Mood.SAD, artists=("Dasutt",))])
    await say(dialogue, "속상해")
    assert (await say(dialogue, "더 들려줘")).kind is ReplyKind.CARDS
    assert "a000" not in str(await say(dialogue, "신나는 노래 틀어줘"))
    assert {card.track.mood for card in (await say(dialogue, "신나는 노래 틀어줘")).cards} == {Mood.ENERGETIC}


async def test_a_disliked_track_is_left_out(dialogue: Dialogue, history: InMemoryHistory) -> None:
    for track in IU:
        await history.vote(LISTENER, track.id, Vote.DISLIKE, at=MAY)
    reply = await say(dialogue, "아이유 노래 틀어줘")
    assert not ids(reply) & {track.id for track in IU}
    assert len(reply.cards) == 5
    assert "남지 않아요" in reply.text


async def test_a_bare_name_is_a_request(dialogue: Dialogue) -> None:
    reply = await say(dialogue, "아이유")
    assert reply.cards
    assert reply.cards[0].track.artist == "IU"


@pytest.mark.parametrize("text", ["IU 슬픈 노래 들려줘", "잔잔한 아이유 노래"])
async def test_a_kind_of_music_beside_a_name_does_not_hide_it(dialogue: Dialogue, text: str) -> None:
    assert (await say(dialogue, text)).cards[0].track.artist == "IU"


async def test_a_track_is_found_by_its_title_and_comes_first(dialogue: Dialogue, catalogue: InMemoryCatalogue) -> None:
    (track, *_) = (each for each in (await catalogue.shelves()).tracks_for(Mood.CALM) if each.artist == "IU")
    for words in (track.title, f"아이유 {track.title}"):
        reply = await say(dialogue, f"{words} 틀어줘")
        assert reply.cards[0].track == track
        assert len(reply.cards) > 1


async def test_a_title_with_refused_words_is_not_played_though_it_was_asked_for(
    dialogue: Dialogue, history: InMemoryHistory, catalogue: InMemoryCatalogue, clock: FakeClock
) -> None:
    await catalogue.replace("loud", [replace(a_track(7_000, Mood.SAD, title="BBIBBI"), is_explicit=True)])
    assert (await say(dialogue, "BBIBBI 틀어줘")).cards[0].track.title == "BBIBBI"
    await history.prefer(LISTENER, Preferences(clean_only=True), at=clock.now())
    reply = await say(dialogue, "BBIBBI 틀어줘")
    assert len(reply.cards) == 5
    assert all(card.track.title != "BBIBBI" for card in reply.cards)
    assert "BBIBBI" in reply.text


@pytest.mark.parametrize("text", ["재즈 틀어줘", "90년대 노래", "크리스마스 캐롤 들려줘", "최신곡", "피아노 음악"])
async def test_what_nobody_here_knows_is_not_played_at_random(
    dialogue: Dialogue, wishes: FakeWishClassifier, text: str
) -> None:
    wishes.heard = {text: Hints(wish=Mood.CALM)}
    reply = await say(dialogue, text)
    assert reply.kind is ReplyKind.QUESTION
    assert "찾지 못해요" in reply.text


@pytest.mark.parametrize("text", ["played soccer today", "dark 노래", "sleepy songs", "유아 노래 들려줘"])
def test_an_english_word_is_no_artist(text: str) -> None:
    assert asked_for(text, "dark", "sleepy", "ed soccer today", "유아", "yooa") is None


async def test_who_is_in_no_catalogue_is_told_to_be_so(dialogue: Dialogue) -> None:
    reply = await say(dialogue, "뉴진스 노래 틀어줘")
    assert "NewJeans의 곡은 없어요" in reply.text
    assert {action.mood for action in reply.actions} == set(Mood)


async def test_a_cry_for_help_is_no_request(dialogue: Dialogue) -> None:
    assert (await say(dialogue, "죽고 싶어 아이유 노래 틀어줘")).kind is ReplyKind.CARE


async def test_a_hangul_name_points_at_what_was_shown_and_is_found_while_typing(dialogue: Dialogue) -> None:
    assert referred("아까 그 아이유 노래 같은 거", IU[:1], ()) == IU[0]
    shelves = await dialogue.recommender.catalogue.shelves()
    assert {track.id for track in find(shelves, "아이")} >= {track.id for track in IU}


async def test_why_these_is_answered(dialogue: Dialogue) -> None:
    assert "그 곡을 고른 이유" not in (await say(dialogue, "왜 이 노래야?")).text  # nothing was shown yet
    await say(dialogue, "속상해")
    for text in ("왜 이 노래야?", "이거 왜 골랐어?", "추천 이유가 뭐야", "두 번째 곡 왜 추천한 거야", "why this song?"):
        assert "그 곡을 고른 이유" in (await say(dialogue, text)).text, text


@pytest.mark.parametrize(
    "text", ["왜 이런 거야", "왜 하필 이런 게 나야", "어떻게 그런 거야", "왜 그런 거야", "why this"]
)
async def test_a_cry_of_frustration_is_no_question_about_tracks(dialogue: Dialogue, text: str) -> None:
    await say(dialogue, "속상해")
    assert "그 곡을 고른 이유" not in (await say(dialogue, text)).text


async def test_what_goes_wrong_is_told_in_the_listeners_own_language(
    dialogue: Dialogue, history: InMemoryHistory
) -> None:
    await history.prefer(LISTENER, Preferences(language=Language.ENGLISH), at=MAY)
    assert (await say(dialogue, "가" * 1_001)).language is Language.ENGLISH
