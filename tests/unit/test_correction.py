import pytest

from bot.correction import correction_in, emotion_named, feeling_denied
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
        ("No I’m lonely", None, Emotion.EMBARRASSMENT),
        ("no just sad", None, Emotion.SADNESS),
        ("Wrong, I'm happy", None, Emotion.JOY),
        ("우울한 건 아니고 그냥 신나", Emotion.SADNESS, Emotion.JOY),
        ("우울한건아니고그냥신나", Emotion.SADNESS, Emotion.JOY),
        ("우울한 건 아니고요 그냥 신나요", Emotion.SADNESS, Emotion.JOY),
        ("우울한 건 아닙니다. 그냥 신납니다", Emotion.SADNESS, Emotion.JOY),
        ("아니화난건아니고불안해", Emotion.ANGER, Emotion.ANXIETY),
        ("아니요 화난 건 아니고 불안해요", Emotion.ANGER, Emotion.ANXIETY),
        ("아니에요, 화난 게 아니라요, 불안합니다", Emotion.ANGER, Emotion.ANXIETY),
        ("화난게아니라외로운거야", Emotion.ANGER, Emotion.EMBARRASSMENT),
        ("화가 나서 그런 게 아니라 무서운 거야", Emotion.ANGER, Emotion.ANXIETY),
        ("불안한 거지 화난 건 아니야", Emotion.ANGER, Emotion.ANXIETY),
        ("아니, 안 슬퍼 불안해", Emotion.SADNESS, Emotion.ANXIETY),
        ("아니 짜증은 안 나", Emotion.ANGER, None),
        ("No, I'm not angry", Emotion.ANGER, None),
        ("아니, 우울하지 않은 날이 없어", None, None),
        ("아니, 전화가 왔어", None, None),
        ("아니, 영화가 재밌었어", None, None),
        ("아니, 의외로 재밌었어", None, None),
        ("No, she made me laugh", None, None),
        ("No, this advice is bad", None, None),
        ("아니ㅋㅋ", None, None),
        ("no no no", None, None),
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
        "No one loves me",
        "No matter what I do I fail",
        "No time to rest",
        "No idea what to do",
        "No happy ending for me",
        "No. 1 fan here",
        "wrong classroom again",
        "아니 벌써 12시네",
        "아니 오늘 날씨가 좋네",
        "아니 지금 밥 먹는 중",
        "아니 전화가 왔어",
        "아니 회사에서 너무 짜증나",
        "아니요 괜찮아요",
        "아니, 괜찮아",
        "No, thanks",
        "아니 됐어",
        "틀렸어 다 틀렸어",
        "화난 거 아니야?",
        "슬픈 게 아니면 뭐야",
        "걱정 말고 힘내",
        "신나는 거 말고 조용한 거",
        "슬픈 노래 말고 딴 거",
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
        ("I’m not sad at all", Emotion.SADNESS),
        ("I don't feel sad", Emotion.SADNESS),
        ("하나도안슬퍼", Emotion.SADNESS),
        ("외롭진 않습니다", Emotion.EMBARRASSMENT),
        ("짜증은 안 나", Emotion.ANGER),
        ("화가 나지는 않아", Emotion.ANGER),
        ("우울한 건 아니고 그냥 신나", Emotion.SADNESS),
        ("슬프진 않지만 외로워", Emotion.SADNESS),
        ("걱정 없어", Emotion.ANXIETY),
        ("우울하지 않은 날이 없어", None),
        ("안 슬픈 날이 없어", None),
        ("외롭지 않다면 거짓말", None),
        ("안 무서운 척했지만 무서워", None),
        ("안 슬픈 척", None),
        ("안 슬플 리가", None),
        ("슬프지 않을 수가 있나", None),
        ("안 슬프겠냐", None),
        ("안 외롭고 싶다", None),
        ("안 슬펐으면 좋겠다", None),
        ("화난 거 아니야?", None),
        ("안타까워", None),
        ("편안해", None),
        ("슬프지 않은 척했지만 집에 오는 길에 결국 울어 버렸다", None),
    ],
)
def test_a_short_denial_names_what_is_not_felt(text: str, denied: Emotion | None) -> None:
    assert feeling_denied(text) is denied


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("화가 많이 났어", Emotion.ANGER),
        ("너무슬퍼", Emotion.SADNESS),
        ("기쁩니다", Emotion.JOY),
        ("feeling down", Emotion.SADNESS),
        ("이제 안 슬프고 행복해", Emotion.JOY),
        ("전화가 왔어", None),
        ("영화나 보자", None),
        ("변화가 필요해", None),
        ("대화가 잘 통해", None),
        ("소화가 안 돼", None),
        ("이불 안이 좋아", None),
        ("정신 나갔어", None),
        ("깜빡했네", None),
        ("a dangerous stranger made it", None),
        ("the ambassador took my advice", None),
        ("download it and sit down", None),
        ("짜증은 안 나", None),
        ("I'm not angry", None),
        ("걱정하지 않아", None),
        ("신나는 노래 틀어줘", None),
        ("슬픈데 신나", None),
    ],
)
def test_a_feeling_is_named_by_words_and_not_by_what_denies_it(text: str, named: Emotion | None) -> None:
    assert emotion_named(text) is named


@pytest.mark.parametrize("text", ["No one loves me", "아니 벌써 12시네", "아니 전화가 왔어"])
async def test_what_only_sounds_like_a_denial_corrects_nothing(
    dialogue: Dialogue, history: InMemoryHistory, text: str
) -> None:
    await say(dialogue, "속상해")
    await say(dialogue, text)
    assert history.corrections == {}


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
