from collections.abc import Sequence

import numpy as np
import pytest

from bot.domain import AudioFeatures, Mood, MoodMix
from ml.mood.evaluate import (
    best_temperature,
    calibration_error,
    confusion,
    corrected_t,
    evaluate,
    figures,
    log_loss,
    reliability,
    temper,
)

SCORES = np.array([[0.7, 0.1, 0.1, 0.1], [0.2, 0.6, 0.1, 0.1], [0.4, 0.1, 0.3, 0.2], [0.0, 0.0, 0.0, 1.0]])
LABELS = np.array([0, 1, 2, 3])
QUIET = AudioFeatures(
    danceability=0.3,
    acousticness=0.9,
    energy=0.1,
    instrumentalness=0.9,
    liveness=0.1,
    valence=0.2,
    loudness=-20.0,
    speechiness=0.04,
    tempo=70.0,
)


class HearsEnergy:
    def tag(self, features: Sequence[AudioFeatures]) -> Sequence[MoodMix]:
        return [
            {
                Mood.HAPPY: 0.0,
                Mood.SAD: 0.0,
                Mood.ENERGETIC: track.energy,
                Mood.CALM: 1 - track.energy,
            }
            for track in features
        ]


def test_figures_agree_with_what_one_counts_by_hand() -> None:
    found = figures(SCORES, LABELS)
    assert found.tracks == 4
    assert found.accuracy == pytest.approx(3 / 4)
    assert found.f1[Mood.HAPPY] == pytest.approx(2 / 3)  # one hit, two given, one true
    assert found.f1[Mood.ENERGETIC] == 0
    assert found.macro_f1 == pytest.approx((2 / 3 + 1 + 0 + 1) / 4)
    assert found.recall[Mood.HAPPY] == 1
    assert found.precision[Mood.HAPPY] == pytest.approx(1 / 2)
    assert found.in_top_two == 1
    assert found.log_loss == pytest.approx(-(np.log(0.7) + np.log(0.6) + np.log(0.3)) / 4)
    assert found.confusion == ((1, 0, 0, 0), (0, 1, 0, 0), (1, 0, 0, 0), (0, 0, 0, 1))


def test_confusion_has_true_moods_as_rows() -> None:
    assert confusion(SCORES, LABELS)[2].tolist() == [1, 0, 0, 0]


def test_one_impossible_track_does_not_make_the_loss_infinite() -> None:
    assert log_loss(SCORES, np.array([0, 1, 2, 0])) < np.inf


def test_a_model_that_is_as_right_as_it_is_sure_has_no_calibration_error() -> None:
    sure = np.tile([0.75, 0.25, 0.0, 0.0], (4, 1))
    assert calibration_error(sure, np.array([0, 0, 0, 1])) == pytest.approx(0)
    assert calibration_error(sure, np.array([1, 1, 1, 1])) == pytest.approx(0.75)


def test_reliability_leaves_empty_bins_out() -> None:
    rows = reliability(SCORES, LABELS)
    assert rows[:, 2].sum() == pytest.approx(1)
    assert len(rows) == 4


def test_a_temperature_changes_how_sure_but_not_which() -> None:
    cooler = temper(SCORES, 2.0)
    assert (cooler.argmax(1) == SCORES.argmax(1)).all()
    assert cooler.sum(1) == pytest.approx(1)
    assert cooler[0].max() < SCORES[0].max()
    assert temper(SCORES, 1.0) == pytest.approx(SCORES)


def test_the_best_temperature_undoes_overconfidence() -> None:
    chance = np.random.default_rng(3)
    true = chance.dirichlet(np.ones(4), 4_000)
    labels = np.array([chance.choice(4, p=row) for row in true])
    assert best_temperature(temper(true, 0.6), labels) == pytest.approx(1 / 0.6, rel=0.1)


def test_tracks_of_no_weight_have_no_say_in_the_temperature() -> None:
    scores = np.tile([0.9, 0.1, 0.0, 0.0], (10, 1))
    labels = np.array([0] * 5 + [1] * 5)
    weights = np.array([1.0] * 5 + [0.0] * 5)
    assert best_temperature(scores, labels, weights) < 1 < best_temperature(scores, labels)


def test_the_corrected_t_is_smaller_than_the_plain_one() -> None:
    differences = np.array([0.05, 0.03, 0.04, 0.06, 0.02])
    plain = differences.mean() / (differences.std(ddof=1) / np.sqrt(5))
    assert corrected_t(differences, 0.0) == pytest.approx(plain)
    assert 0 < corrected_t(differences, 1 / 9) < plain
    assert corrected_t(np.zeros(5), 1 / 9) == 0


def test_a_tagger_is_measured_on_tracks_whose_moods_are_known() -> None:
    found = evaluate(HearsEnergy(), [(QUIET, Mood.CALM), (QUIET, Mood.CALM), (QUIET, Mood.HAPPY)])
    assert found.accuracy == pytest.approx(2 / 3)
    assert found.confusion[0][3] == 1
