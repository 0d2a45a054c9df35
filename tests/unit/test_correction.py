import pytest

from bot.correction import correction_in, feeling_denied
from bot.dialogue import Dialogue
from bot.domain import ActionKind, Emotion, Mood, ReplyKind
from bot.mood_policy import CORRECTED_OFTEN, shifted
from tests.fakes import FakeClassifier, FakeClock, InMemoryHistory, a_reading
from tests.unit.talking import press, say


@pytest.mark.parametrize(
    ("text", "denied", "meant"),
    [
        ("아니, 화난 건 아니고 불안해", Emotion.ANGER, Emotion.ANXIETY),
        ("화난 게 아니라 외로운 거야", Emotion.ANGER, Emotion.EMBARRASSMENT),
        ("나 슬픈 거 아니야 그냥 짜증나는 거지", Emotion.SADNESS, Emotion.ANGER),
        ("우울한 거 말고 그냥 지친 거야", Emotion.SADNESS, None),
        ("아니야", None, None),
        ("아닌데 나 지금 완전 신나는데", None, Emotion.JOY),
        ("그게 아니라, 무서운 거야", None, Emotion.ANXIETY),
        ("not angry, just scared", Emotion.ANGER, Emotion.ANXIETY),
        ("No, I'm lonely", None, Emotion.EMBARRASSMENT),
    ],
)
def test_a_correction_says_what_it_is_not_and_what_it_is(
    text: str, denied: Emotion | None, meant: Emotion | None
) -> None:
    correction = correction_in(text)
    assert correction is not None
    assert (correction.denied, correction.meant) == (denied, meant)


@pytest.mark.parametrize(
    "text",
    [
        "오늘 회사 말고 집에 있고 싶다",
        "너무 슬퍼",
        "아니면 말고",
        "기쁜 것도 슬픈 것도 아니야",
        "Nobody likes me",
        "아니꼽다 정말",
        "",
    ],
)
def test_anything_else_is_no_correction(text: str) -> None:
    assert correction_in(text) is None


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("안 슬퍼", Emotion.SADNESS),
        ("하나도 안 무서워", Emotion.ANXIETY),
        ("외롭지 않아", Emotion.EMBARRASSMENT),
        ("화 안 났어", Emotion.ANGER),
        ("I'm not sad", Emotion.SADNESS),
        ("안타까워", None),
        ("편안해", None),
        ("슬프지 않은 척했지만 집에 오는 길에 결국 울어 버렸다", None),
    ],
)
def test_a_short_denial_names_what_is_not_felt(text: str, denied: Emotion | None) -> None:
    assert feeling_denied(text) is denied


async def test_a_correction_is_applied_and_remembered(dialogue: Dialogue, history: InMemoryHistory) -> None:
    await say(dialogue, "속상해")
    reply = await say(dialogue, "아니, 슬픈 건 아니고 불안해")
    assert reply.kind is ReplyKind.CARDS
    assert "불안하셨군요" in reply.text
    assert {card.track.mood for card in reply.cards} == {Mood.CALM}
    assert list(history.corrections) == [(history_key := next(iter(history.corrections)))]
    assert history_key[1:] == (Emotion.SADNESS, Emotion.ANXIETY)


async def test_what_is_meant_is_read_when_it_is_not_named(dialogue: Dialogue, classifier: FakeClassifier) -> None:
    classifier.heard = {"지친": a_reading(sadness=0.5, anxiety=0.4), **classifier.heard}
    await say(dialogue, "속상해")
    reply = await say(dialogue, "슬픈 게 아니고 그냥 지친 거야")
    assert {card.track.mood for card in reply.cards} == {Mood.CALM}


async def test_a_bare_no_asks_what_it_was_without_offering_it_again(dialogue: Dialogue) -> None:
    await say(dialogue, "속상해")
    reply = await say(dialogue, "아니야")
    assert reply.kind is ReplyKind.QUESTION
    assert Emotion.SADNESS not in {action.emotion for action in reply.actions}


async def test_no_as_an_exclamation_before_the_same_feeling_corrects_nothing(
    dialogue: Dialogue, history: InMemoryHistory
) -> None:
    await say(dialogue, "속상해")
    reply = await say(dialogue, "아니 진짜 속상해")
    assert reply.emotion is Emotion.SADNESS
    assert history.corrections == {}


async def test_without_an_answer_before_there_is_nothing_to_correct(
    dialogue: Dialogue, history: InMemoryHistory, clock: FakeClock
) -> None:
    assert (await say(dialogue, "아니, 화난 건 아니고 속상해")).emotion is Emotion.SADNESS
    assert history.corrections == {}


async def test_a_listener_without_memory_is_corrected_but_not_remembered(
    dialogue: Dialogue, history: InMemoryHistory
) -> None:
    await press(dialogue, ActionKind.SET, value="memory=off")
    await say(dialogue, "속상해")
    assert "불안하셨군요" in (await say(dialogue, "아니, 불안해")).text
    assert history.corrections == {}


async def test_repeated_corrections_shift_the_readings_of_this_listener(dialogue: Dialogue) -> None:
    for _ in range(CORRECTED_OFTEN):
        assert (await say(dialogue, "속상해")).emotion is Emotion.SADNESS
        await say(dialogue, "아니, 슬픈 건 아니고 불안해")
    assert (await say(dialogue, "속상해")).emotion is Emotion.ANXIETY


def test_corrections_both_ways_shift_nothing() -> None:
    reading = a_reading(sadness=0.9)
    both = {(Emotion.SADNESS, Emotion.ANXIETY): 5, (Emotion.ANXIETY, Emotion.SADNESS): 3}
    assert shifted(reading, both).scores == pytest.approx(reading.scores)


def test_a_shifted_reading_is_still_a_distribution() -> None:
    once = shifted(
        a_reading(sadness=0.6, anger=0.3), {(Emotion.SADNESS, Emotion.ANGER): 3, (Emotion.ANGER, Emotion.JOY): 4}
    )
    assert sum(once.scores.values()) == pytest.approx(1)
    assert min(once.scores.values()) >= 0
