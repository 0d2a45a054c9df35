import pytest

from bot.dialogue import Dialogue
from bot.domain import ActionKind, Mood, Vote
from bot.reference import opinion_of_place, referred
from tests.fakes import a_speaker, a_track
from tests.unit.talking import press, say

SHOWN = (
    a_track(1, title="밤편지", artists=("아이유",)),
    a_track(2, title="봄날", artists=("방탄소년단",)),
    a_track(3, title="비", artists=("폴킴",)),
    a_track(4, title="Love poem (Acoustic)", artists=("IU", "SUGA")),
    a_track(5, title="사랑", artists=("나얼",)),
)
ELSEWHERE = a_track(9, title="주저하는 연인들을 위해", artists=("잔나비",))
CATALOGUE = tuple(
    a_track(number, title=title, artists=(artist,))
    for number, (title, artist) in enumerate(
        (
            ("좋아", "윤종신"),
            ("Some (feat. 릴보이)", "소유"),
            ("Please", "이승기"),
            ("One", "슈퍼엠"),
            ("소리", "빅마마"),
            ("Like", "온유"),
            ("Filter", "BTS"),
            ("밤편지", "IU"),
            ("Ditto", "NewJeans"),
            ("Because I Love You", "유재하"),
            ("제목", "ONEW"),
            ("다른 제목", "Crush"),
            ("주저하는 연인들을 위해", "잔나비"),
        ),
        start=1,
    )
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("두 번째 거랑 비슷한 거", 2),
        ("3번 같은 느낌으로 더", 3),
        ("첫번째 곡이랑 결이 같은 노래", 1),
        ("마지막 거 같은 걸로", 5),
        ("something like the fourth one", 4),
        ("more like #2", 2),
        ("아까 그 아이유 노래 같은 거", 1),
        ("봄날 같은 노래 더 없어?", 2),
        ("love poem 비슷한 거", 4),
        ("잔나비 노래랑 비슷한 거", 9),
    ],
)
def test_a_track_is_meant_by_its_place_title_or_artist(text: str, number: int) -> None:
    found = referred(text, SHOWN, [*SHOWN, ELSEWHERE])
    assert found is not None
    assert found.id == a_track(number).id


@pytest.mark.parametrize(
    ("text", "vote"),
    [
        ("첫 번째 곡 별로야", Vote.DISLIKE),
        ("3번 좋아", Vote.LIKE),
        ("마지막 거 마음에 들어", Vote.LIKE),
        ("the second one is great", Vote.LIKE),
        ("두 번째 거랑 비슷한 거", None),
        ("네 번째 곡 처음 듣는데 좋다", Vote.LIKE),
        ("다섯 곡 가운데 네 번째 거 좋아", Vote.LIKE),
        ("2번이 제일 좋아", Vote.LIKE),
        ("두번째거별로", Vote.DISLIKE),
        ("the third song is great", Vote.LIKE),
        ("I like the third song", Vote.LIKE),
        ("첫 번째 남자친구가 좋았어", None),
        ("첫사랑 생각나서 좋았어", None),
        ("세 번이나 떨어지니까 싫다", None),
        ("마지막 곡을 들으면서 좋았던 여름을 떠올리니 눈물이 멈추지 않더라", None),
    ],
)
def test_an_opinion_points_at_a_card_outright(text: str, vote: Vote | None) -> None:
    assert opinion_of_place(text) is vote


@pytest.mark.parametrize(
    "text",
    [
        "오늘 2번이나 혼났어 싫다",
        "오늘 2번 넘어졌어 진짜 싫어",
        "3번이나 면접 떨어졌어 내가 싫어",
        "1번 버스 놓쳤어 싫다",
        "마지막 게임 져서 싫다",
        "마지막 노래방이라 싫다",
        "첫 번째 거절당해서 싫다",
        "마지막 거짓말이 너무 싫다",
        "첫 번째 거의 다 떨어져서 싫다",
        "마지막 곡 듣다 울었어 내가 싫다",
        "12번 곡 좋다",
        "열두 번째 곡 좋다",
        "이번 곡 좋다",
        "I feel like the last one left",
        "like the first one",
    ],
)
def test_what_happened_is_no_opinion_of_a_card(text: str) -> None:
    assert opinion_of_place(text) is None


@pytest.mark.parametrize(
    ("text", "vote"),
    [
        ("두 번째 곡 싫지 않아", None),
        ("첫 번째 곡이 제일 좋고 나머지는 별로야", None),
        ("1번 빼고 다 별로야", None),
        ("마지막 곡 별로라고 한 거 취소해줘", None),
        ("두 번째 곡보다 첫 번째 곡이 좋아", None),
        ("첫 번째 곡이랑 두 번째 곡 좋다", None),
        ("두 번째 곡 좋은 줄 알았는데 별로야", None),
        ("친구가 두 번째 곡 좋다고 했어", None),
        ("the first one is not bad", None),
        ("I didn't like the second song", Vote.DISLIKE),
        ("I didn’t like the second song", Vote.DISLIKE),
        ("the second song isn't great", Vote.DISLIKE),
        ("두 번째 곡 좋지 않아", Vote.DISLIKE),
        ("두 번째 곡 마음에 들지 않아", Vote.DISLIKE),
    ],
)
def test_an_opinion_that_is_turned_round_is_never_taken_for_its_opposite(text: str, vote: Vote | None) -> None:
    assert opinion_of_place(text) is vote


@pytest.mark.parametrize(
    "text", ["두 번째 노래 좋다 그런 거 더 있어?", "4번 곡 좋다 더 들려줘", "2번이 딱 좋은데 이런 걸로"]
)
def test_who_wants_more_of_a_card_gives_no_opinion(text: str) -> None:
    assert opinion_of_place(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("네 번째 곡 처음 듣는데 좋다", 4),
        ("다섯 곡 가운데 네 번째 거 좋아", 4),
        ("4번 곡 첫 소절 좋다", 4),
        ("2번이 제일 좋아", 2),
        ("마지막 거 마음에 들어", 5),
        ("맨 위 곡 별로야", 1),
        ("끝에서 두 번째 곡 좋다", 4),
        ("I liked the second song", 2),
    ],
)
def test_an_opinion_is_of_the_track_that_its_place_refers_to(text: str, number: int) -> None:
    assert opinion_of_place(text) is not None
    assert referred(text, SHOWN, ()) is SHOWN[number - 1]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("세 번이나 들었는데 비슷한 거", None),
        ("11번 곡", None),
        ("같은 세트의 song five", 5),
        ("첫사랑 생각나는 비슷한 거", None),
    ],
)
def test_a_number_of_times_is_no_place(text: str, number: int | None) -> None:
    assert referred(text, SHOWN, ()) is (None if number is None else SHOWN[number - 1])


@pytest.mark.parametrize(
    "text",
    [
        "두 번째 곡 좋아",
        "이런 느낌 좋아 비슷한 거 더",
        "이런 목소리 또 없나",
        "소리 좋은 거 비슷한 걸로",
        "play something similar to that",
        "more like that please",
        "more like that one",
        "something like this",
        "that one with the whistle, more",
        "cool, more of that",
        "I have a crush, more like that",
        "because I love you so, something calmer",
    ],
)
def test_words_of_a_request_are_no_titles(text: str) -> None:
    assert referred(text, (), CATALOGUE) is None


@pytest.mark.parametrize("text", ["more like that one", "I'd like some more, please", "이런 거 좋아 더"])
def test_words_of_a_request_are_no_titles_of_what_was_shown_either(text: str) -> None:
    assert referred(text, CATALOGUE[:5], ()) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("밤편지 같은 노래", 8),
        ("밤 편지랑 비슷한 거", 8),
        ("Filter 같은 거 더", 7),
        ("more songs like Ditto", 9),
        ("similar to filter by BTS", 7),
        ("“Some” 비슷한 거", 2),
        ("'좋아' 같은 노래", 1),
        ("because i love you 같은 거", 10),
        ("new jeans 노래 비슷한 걸로", 9),
        ("that newjeans song, more", 9),
        ("more like Crush", 12),
        ("아이유랑 비슷한 거", 8),
        ("아이유비슷한거", 8),
        ("밤편지라는 노래 말이야 그런 거", 8),
        ("주저하는 연인들을 위해 그 감성으로", 13),
    ],
)
def test_a_name_that_is_pointed_at_is_found_in_the_whole_catalogue(text: str, number: int) -> None:
    assert referred(text, (), CATALOGUE) is CATALOGUE[number - 1]


def test_what_was_shown_needs_no_more_than_its_name() -> None:
    assert referred("밤편지 좋다 이런 거 더", CATALOGUE[6:8], ()) is CATALOGUE[7]
    assert referred("밤편지 좋다 이런 거 더", (), CATALOGUE) is None


def test_nothing_is_meant_when_nothing_is_named() -> None:
    assert referred("비슷한 거 더", SHOWN, SHOWN) is None
    assert referred("다섯 번째 거", SHOWN[:2], ()) is None


async def test_similar_to_a_place_is_answered_and_without_one_it_is_asked(dialogue: Dialogue) -> None:
    first = await say(dialogue, "속상해")
    recommender, visit = dialogue.recommender, await dialogue._visit(a_speaker())
    by_place = await recommender.similar_to_what_is_meant(visit, "두 번째 거랑 비슷한 거")
    assert first.cards[1].track.title in by_place.text
    asked = await recommender.similar_to_what_is_meant(visit, "비슷한 거")
    assert [action.kind for action in asked.actions] == [ActionKind.SIMILAR] * 5


async def test_a_reference_without_anything_shown_offers_moods(dialogue: Dialogue) -> None:
    visit = await dialogue._visit(a_speaker())
    reply = await dialogue.recommender.similar_to_what_is_meant(visit, "두 번째 거랑 비슷한 거")
    assert {action.mood for action in reply.actions} == set(Mood)
    assert (await press(dialogue, ActionKind.TAKE)).actions == reply.actions
