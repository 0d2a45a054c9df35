from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.audio_features import FEATURE_NAMES
from ml.mood.runtime import OnnxMoodTagger

WHY = "training libraries are not installed: scripts/train_mood.py needs them, the service does not"
keras = pytest.importorskip("keras", reason=WHY)
for library in ("tensorflow", "onnx"):
    pytest.importorskip(library, reason=WHY)

from ml.mood import export, train  # noqa: E402  (imports the libraries)

TINY = train.Recipe(
    name="tiny", hidden=6, epochs=2, batch=40, learning_rate=2e-2, members=3, engineered=True, noise=0.1, dropout=0.2
)
PLAIN = train.Recipe(name="plain", hidden=4, epochs=2, batch=40, learning_rate=2e-2, members=1, engineered=False)


def tracks(count: int = 120) -> tuple[train.Matrix, train.Rows]:
    """Features over all their ranges, and moods that follow energy and valence."""
    chance = np.random.default_rng(11)
    features = chance.random((count, len(FEATURE_NAMES))).astype(np.float32)
    features[:, FEATURE_NAMES.index("loudness")] = -20 * features[:, 2]
    features[:, FEATURE_NAMES.index("tempo")] = 60 + 120 * features[:, 8]
    return features, (2 * (features[:, 2] > 0.5) + (features[:, 5] > 0.5)).astype(int)


@pytest.mark.parametrize("recipe", [TINY, PLAIN], ids=["ensemble with transforms", "one network on raw features"])
def test_the_exported_graph_agrees_with_keras(recipe: train.Recipe, tmp_path: Path) -> None:
    features, labels = tracks()
    rows = [np.arange(len(labels))] * recipe.members
    trained = train.train_members(recipe, features, train.smooth(labels, 0.05), rows, seed=1)
    keras_tagger = train.build_tagger(trained.members, temperature=1.3)
    assert export.write_bundle(tmp_path, keras_tagger, {}) <= export.PARITY
    scores = OnnxMoodTagger.load(tmp_path).scores(features)
    assert np.abs(scores - keras_tagger.predict(features, verbose=0)).max() <= 1e-5


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras 3.15 saves so with NumPy 2.4
def test_a_saved_keras_model_comes_back_the_same(tmp_path: Path) -> None:
    features, labels = tracks()
    trained = train.train_members(TINY, features, train.smooth(labels, 0.0), [np.arange(100)] * 3, seed=1)
    tagger = train.build_tagger(trained.members, temperature=0.9)
    tagger.save(tmp_path / "mood.keras")
    again = keras.models.load_model(tmp_path / "mood.keras")
    assert np.array_equal(tagger.predict(features, verbose=0), again.predict(features, verbose=0))


def test_members_learn_from_their_own_rows_alone() -> None:
    features, labels = tracks()
    few, many = np.arange(40), np.arange(120)
    one = train.train_members(PLAIN, features, train.smooth(labels, 0.0), [few, few], seed=4)
    other = train.train_members(PLAIN, features, train.smooth(labels, 0.0), [few, many[:40][::-1].copy()], seed=4)
    first, second = train.member_scores(one.members, features), train.member_scores(other.members, features)
    assert first[0] == pytest.approx(second[0], abs=1e-6)


def test_the_same_seed_gives_the_same_model() -> None:
    features, labels = tracks()
    targets = train.smooth(labels, 0.05)
    first, second = (train.train_members(TINY, features, targets, [np.arange(120)] * 3, seed=2) for _ in range(2))
    assert np.array_equal(train.member_scores(first.members, features), train.member_scores(second.members, features))


def test_a_fold_is_scored_by_members_that_never_saw_it() -> None:
    features, labels = tracks()
    train_rows, test_rows = np.arange(80), np.arange(80, 120)
    calibrated = replace(TINY, epochs=10, calibrated=True)
    scores, temperatures, curves = train.cross_validate(
        calibrated,
        features,
        labels,
        [(train_rows, test_rows)],
        seed=0,
        inner=lambda rows, seed: [(rows[::2], rows[1::2]), (rows[1::2], rows[::2])],
    )
    assert scores[0].shape == (40, 4)
    assert scores[0].sum(axis=1) == pytest.approx(1)
    assert 0.5 <= temperatures[0] <= 3
    assert len(curves["train"]) == len(curves["unseen"]) == 10
    assert (scores[0].argmax(1) == labels[test_rows]).mean() > 0.5
