import pytest

from bot.domain import Emotion, Mood, Thresholds, Wish
from bot.mood_policy import MOOD_OF, Decision, calmer, decide, leading, livelier, mood_mix, normalised, only
from tests.fakes import a_reading


def test_every_emotion_has_a_mood_as_in_the_original() -> None:
    assert [MOOD_OF[emotion] for emotion in Emotion] == [Mood.HAPPY, Mood.SAD, Mood.SAD, Mood.ENERGETIC, Mood.CALM]


def test_the_whole_distribution_is_carried_over() -> None:
    mix = mood_mix(a_reading(joy=0.1, sadness=0.3, embarrassment=0.2, anger=0.25, anxiety=0.15))
    assert mix == pytest.approx({Mood.HAPPY: 0.1, Mood.SAD: 0.5, Mood.ENERGETIC: 0.25, Mood.CALM: 0.15})


@pytest.mark.parametrize(
    ("confidence", "neutral", "decision"),
    [
        (0.9, 0.1, Decision.ANSWER),
        (0.39, 0.1, Decision.ASK),
        (0.9, 0.71, Decision.NEUTRAL),
        (0.41, 0.7, Decision.ANSWER),
    ],
)
def test_what_is_unsure_is_asked_and_what_has_no_emotion_is_neutral(
    confidence: float, neutral: float, decision: Decision
) -> None:
    thresholds = Thresholds(ask_below=0.4, neutral_above=0.7)
    assert decide(a_reading(neutral, sadness=confidence), thresholds) is decision


def test_joy_is_answered_only_when_it_is_sure_so_that_bad_news_meets_no_cheers() -> None:
    thresholds = Thresholds(ask_below=0.4, neutral_above=0.7)
    assert decide(a_reading(joy=0.79), thresholds) is Decision.ASK
    assert decide(a_reading(joy=0.81), thresholds) is Decision.ANSWER
    assert decide(a_reading(joy=0.85), Thresholds(ask_below=0.9, neutral_above=0.7)) is Decision.ASK


def test_livelier_climbs_to_the_liveliest_end_and_stays_there() -> None:
    wish = Wish(mix=only(Mood.SAD))
    moods = []
    for _ in range(4):
        wish = livelier(wish)
        moods.append(leading(wish.mix))
    assert moods == [Mood.HAPPY, Mood.ENERGETIC, Mood.ENERGETIC, Mood.ENERGETIC]
    assert wish.lean == 1.0


def test_calmer_comes_down_to_the_quietest_end_and_stays_there() -> None:
    wish = Wish(mix=only(Mood.ENERGETIC))
    moods = []
    for _ in range(4):
        wish = calmer(wish)
        moods.append(leading(wish.mix))
    assert moods == [Mood.CALM, Mood.CALM, Mood.CALM, Mood.CALM]
    assert wish.lean == -1.0


@pytest.mark.parametrize("shift", [livelier, calmer])
def test_shifting_keeps_all_shares_together_one(shift: object) -> None:
    assert callable(shift)
    shifted = shift(Wish(mix=mood_mix(a_reading(joy=0.4, anger=0.3))))
    assert sum(shifted.mix.values()) == pytest.approx(1.0)


def test_an_empty_mix_becomes_an_even_one() -> None:
    assert normalised({}) == dict.fromkeys(Mood, 0.25)
