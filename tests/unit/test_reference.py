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
        ("첫 번째 남자친구가 좋았어", None),
        ("첫사랑 생각나서 좋았어", None),
        ("세 번이나 떨어지니까 싫다", None),
        ("마지막 곡을 들으면서 좋았던 여름을 떠올리니 눈물이 멈추지 않더라", None),
    ],
)
def test_an_opinion_points_at_a_card_outright(text: str, vote: Vote | None) -> None:
    assert opinion_of_place(text) is vote


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
