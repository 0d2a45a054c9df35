"""The figures that a model is judged by."""

import math

import numpy as np
import pytest

from bot.domain import Emotion, EmotionReading
from ml.emotion.evaluate import calibration_error, evaluate, risk_coverage


def reading(emotion: str, confidence: float = 0.8, neutral: float = 0.0) -> EmotionReading:
    rest = (1 - confidence) / (len(Emotion) - 1)
    return EmotionReading(
        scores={each: confidence if each.value == emotion else rest for each in Emotion}, neutral=neutral
    )


def test_a_perfect_model_gets_one() -> None:
    labels = ["기쁨", "슬픔", "당황", "분노", "불안"]
    report = evaluate([reading(label) for label in labels], labels)
    assert report.accuracy == report.macro_f1 == 1.0
    assert report.labels["당황"].support == 1


def test_macro_f1_weighs_every_emotion_alike() -> None:
    labels = ["기쁨"] * 8 + ["슬픔"] * 2
    report = evaluate([reading("기쁨")] * 10, labels)
    assert report.accuracy == pytest.approx(0.8)
    assert report.macro_f1 == pytest.approx((2 * 8 / 18 + 0) / 2)


def test_neutral_utterances_do_not_count_against_the_emotions() -> None:
    report = evaluate([reading("기쁨"), reading("분노", neutral=0.9)], ["기쁨", "중립"])
    assert report.accuracy == 1.0
    assert report.neutral_found == 1.0
    assert report.neutral_mistaken == 0.0


def test_an_emotion_heard_as_neutral_is_told_apart_from_a_wrong_emotion() -> None:
    report = evaluate([reading("슬픔", neutral=0.7), reading("슬픔")], ["슬픔", "슬픔"], neutral_above=0.5)
    assert report.accuracy == 1.0
    assert report.neutral_mistaken == pytest.approx(0.5)
    assert report.confusion[1] == (0, 1, 0, 0, 0, 1)


def test_without_neutral_utterances_their_share_is_unknown_and_shown_as_a_dash() -> None:
    report = evaluate([reading("기쁨")], ["기쁨"])
    assert math.isnan(report.neutral_found)
    assert "| 1 | 1.000 | 1.000 | 0.200 | – | 0.000 |" in report.to_markdown()


def test_only_neutral_utterances_leave_the_emotion_figures_unknown() -> None:
    report = evaluate([reading("기쁨", neutral=1.0)], ["중립"])
    assert math.isnan(report.accuracy)
    assert math.isnan(report.macro_f1)
    assert report.coverage == ()


def test_overconfidence_is_a_calibration_error() -> None:
    confidence = np.full(10, 0.95)
    right = np.array([True] * 5 + [False] * 5)
    assert calibration_error(confidence, right) == pytest.approx(0.45)


def test_full_confidence_falls_into_the_last_bin() -> None:
    assert calibration_error(np.array([1.0]), np.array([True])) == 0.0


def test_answering_less_answers_better_when_confidence_means_something() -> None:
    points = risk_coverage(np.array([0.9, 0.8, 0.3, 0.2]), np.array([True, True, False, False]))
    assert points[0].share == 1.0
    assert points[0].accuracy == 0.5
    assert points[-1].accuracy == 1.0
    assert [each.share for each in points] == sorted((each.share for each in points), reverse=True)


@pytest.mark.parametrize("labels", [[], ["기쁨", "기쁨"], ["행복"]])
def test_labels_that_do_not_fit_are_refused(labels: list[str]) -> None:
    with pytest.raises(ValueError, match="label"):
        evaluate([reading("기쁨")], labels)
