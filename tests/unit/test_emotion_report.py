"""What a report says and draws."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from bot.domain import Emotion, EmotionReading
from ml.emotion.calibrate import best_temperature, choose_thresholds, probabilities, readings_of
from ml.emotion.evaluate import EmotionReport, Latency, evaluate, evaluate_classes, latency
from ml.emotion.labels import LABELS
from ml.emotion.plots import draw_confusion, korean_font, shown
from ml.emotion.report import Judgement, jsonable, write_report

FAST = Latency(utterances=3, median=1.0, p95=2.0, by_length=((4, 1.0), (9, 2.0)))


def readings(certainty: float) -> list[EmotionReading]:
    rng = np.random.default_rng(4)
    logits = rng.normal(size=(60, 6))
    logits[np.arange(60), np.arange(60) % 6] += certainty
    return readings_of(logits, 1.0)


def report(certainty: float = 2.0) -> EmotionReport:
    return evaluate(readings(certainty), [LABELS[place % 6] for place in range(60)])


def test_a_report_is_readable_by_programs_and_by_people(tmp_path: Path) -> None:
    both = Judgement(calibrated=report(2.0), uncalibrated=report(1.0))
    write_report(tmp_path / "new", {"dev": both}, latency=FAST, ask_below=0.5, facts={"command": "train"})
    written = json.loads((tmp_path / "new" / "report.json").read_text(encoding="utf-8"))
    assert written["command"] == "train"
    assert written["slices"]["dev"]["macro_f1"] == pytest.approx(both.calibrated.macro_f1, abs=1e-4)
    assert written["uncalibrated_error"]["dev"] == pytest.approx(both.uncalibrated.calibration_error, abs=1e-4)
    assert written["latency_ms"]["by_length"] == [[4, 1.0], [9, 2.0]]
    told = (tmp_path / "new" / "report.md").read_text(encoding="utf-8")
    assert "median 1.00 ms, 95 % within 2.00 ms" in told
    assert told.count("![") == len(list((tmp_path / "new").glob("*.png"))) == 4


def test_only_neutral_utterances_leave_fewer_plots_and_no_nan_in_json(tmp_path: Path) -> None:
    only = evaluate([EmotionReading(scores=dict.fromkeys(Emotion, 0.2), neutral=0.9)], ["중립"])
    write_report(tmp_path, {"dev": Judgement(calibrated=only, uncalibrated=only)}, latency=FAST, ask_below=0.5)
    assert "NaN" not in (tmp_path / "report.json").read_text(encoding="utf-8")
    assert {file.name for file in tmp_path.glob("*.png")} == {"confusion.png", "latency.png"}


def test_without_a_korean_font_labels_become_english_and_finer_ones_numbers() -> None:
    assert shown(LABELS, None) == ["joy", "sadness", "shame", "anger", "anxiety", "neutral"]
    assert shown(("툴툴대는", "기쁨"), None) == ["no. 1", "joy"]
    assert shown(("툴툴대는",), "Noto Sans CJK KR") == ["툴툴대는"]


def test_dozens_of_labels_are_drawn_too(tmp_path: Path) -> None:
    names = [f"{place}번" for place in range(30)]
    draw_confusion(evaluate_classes(np.eye(30), names, names), tmp_path / "many.png")
    assert (tmp_path / "many.png").stat().st_size > 1_000


@pytest.mark.skipif(korean_font() is None, reason="no font with Hangul is installed")
def test_a_korean_font_has_every_label(tmp_path: Path) -> None:
    draw_confusion(report(), tmp_path / "korean.png")  # a missing letter would be a warning, which is an error here


def test_numbers_become_json() -> None:
    assert jsonable({"a": (math.nan, 1 / 3), "b": FAST})["a"] == [None, 0.3333]  # type: ignore[index] # an object


def test_another_set_of_labels_is_judged_alike() -> None:
    judged = evaluate_classes(np.array([[0.9, 0.1], [0.8, 0.2]]), ["노여움", "짜증"], ("노여움", "짜증"))
    assert (judged.accuracy, judged.confusion) == (0.5, ((1, 0), (1, 0)))
    assert math.isnan(judged.neutral_found)
    assert "| true \\ heard | 노여움 | 짜증 |" in judged.to_markdown()


@pytest.mark.parametrize("labels", [["노여움"], ["노여움", "기쁨"], []])
def test_labels_of_another_set_must_fit(labels: list[str]) -> None:
    with pytest.raises(ValueError, match=r"labels|shape"):
        evaluate_classes(np.array([[0.9, 0.1], [0.8, 0.2]]), labels, ("노여움", "짜증"))


def test_latency_leaves_the_first_reading_out() -> None:
    read: list[str] = []

    def count(text: str) -> int:
        read.append(text)
        return len(text)

    timed = latency(count, ["가나", "다라", "가나다"])
    assert read == ["가나", "가나", "다라", "가나다"]
    assert (timed.utterances, [length for length, _ in timed.by_length]) == (3, [2, 3])
    assert 0 <= timed.median <= timed.p95


def test_overconfident_logits_get_a_higher_temperature() -> None:
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 6, 500)
    logits = rng.normal(size=(500, 6))
    logits[np.arange(500), truth] += 1.5
    honest, loud = best_temperature(logits, truth), best_temperature(4 * logits, truth)
    assert loud == pytest.approx(4 * honest, rel=0.06)
    assert probabilities(logits, honest).sum(1) == pytest.approx(np.ones(500))


def test_thresholds_answer_and_mistake_the_shares_that_were_asked_for() -> None:
    heard, labels = readings(2.0), [LABELS[place % 6] for place in range(60)]
    thresholds = choose_thresholds(heard, labels, answered=0.8, mistaken=0.1)
    emotional = [each for each, label in zip(heard, labels, strict=True) if label != "중립"]
    assert np.mean([each.confidence >= thresholds["ask_below"] for each in emotional]) == pytest.approx(0.8, abs=0.03)
    assert np.mean([each.neutral > thresholds["neutral_above"] for each in emotional]) <= 0.1 + 1e-9
