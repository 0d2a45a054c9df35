import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from bot.audio_features import FEATURE_NAMES, RANGES
from bot.domain import AudioFeatures, Mood
from bot.errors import BundleCorrupt, ManifestMissing
from bot.mood_policy import leading
from ml.bundle import write_manifest
from ml.mood.features import as_matrix
from ml.mood.runtime import EMBEDDED_BUNDLE, OnnxMoodTagger


def a_sound(**changes: float) -> AudioFeatures:
    middling = dict.fromkeys(FEATURE_NAMES, 0.5) | {"loudness": -7.0, "tempo": 110.0, "instrumentalness": 0.0}
    return AudioFeatures(**(middling | changes))


QUIET_PIANO = a_sound(
    energy=0.1, valence=0.2, acousticness=0.98, instrumentalness=0.93, loudness=-22.0, danceability=0.3
)
DANCE_SONG = a_sound(energy=0.8, valence=0.95, danceability=0.8, acousticness=0.1, speechiness=0.05, liveness=0.1)
BALLAD = a_sound(energy=0.3, valence=0.2, danceability=0.4, acousticness=0.8, speechiness=0.03, liveness=0.1)
METAL = a_sound(energy=0.98, valence=0.3, danceability=0.4, acousticness=0.0, loudness=-3.0, tempo=160.0, liveness=0.2)


@pytest.fixture(scope="module")
def tagger() -> OnnxMoodTagger:
    return OnnxMoodTagger.load(EMBEDDED_BUNDLE)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EMBEDDED_BUNDLE, tmp_path / "bundle"))


def test_four_clear_cases_are_heard_as_anyone_would(tagger: OnnxMoodTagger) -> None:
    heard = [leading(mix) for mix in tagger.tag([QUIET_PIANO, DANCE_SONG, BALLAD, METAL])]
    assert heard == [Mood.CALM, Mood.HAPPY, Mood.SAD, Mood.ENERGETIC]


def test_scores_are_shares_of_all_four_moods(tagger: OnnxMoodTagger) -> None:
    (mix,) = tagger.tag([BALLAD])
    assert list(mix) == list(Mood)
    assert sum(mix.values()) == pytest.approx(1, abs=1e-5)


def test_no_tracks_are_no_work(tagger: OnnxMoodTagger) -> None:
    assert tagger.tag([]) == []


def test_a_track_is_heard_alike_alone_and_among_many(tagger: OnnxMoodTagger) -> None:
    alone = tagger.scores(as_matrix([BALLAD]))[0]
    among = tagger.scores(as_matrix([METAL] * 8_191 + [BALLAD] * 3))
    assert among[-3:] == pytest.approx(np.tile(alone, (3, 1)), abs=1e-6)


def test_every_allowed_track_gets_finite_scores(tagger: OnnxMoodTagger) -> None:
    low, high = np.array([allowed[:2] for allowed in RANGES.values()]).T
    chance = np.random.default_rng(5)
    corners = np.where(chance.random((2_000, 9)) > 0.5, high, low).astype(np.float32)
    scores = tagger.scores(corners)
    assert np.isfinite(scores).all()
    assert scores.min() >= 0


def test_a_hundred_thousand_tracks_are_heard_quickly(tagger: OnnxMoodTagger) -> None:
    tracks = [QUIET_PIANO, DANCE_SONG, BALLAD, METAL] * 25_000
    begun = time.perf_counter()
    assert len(tagger.tag(tracks)) == 100_000
    assert time.perf_counter() - begun < 5  # about half a second on a quiet core; the bound is for a busy machine


def test_the_bundle_says_what_it_is_and_how_good(tagger: OnnxMoodTagger) -> None:
    assert tagger.manifest["labels"] == list(Mood)
    assert tagger.manifest["features"] == list(FEATURE_NAMES)
    assert tagger.manifest["largest_difference_to_keras"] <= 1e-5
    assert set(tagger.manifest["metrics"]["cross_validated"]) == {"data_moods", "kannan", "bdizon"}
    assert all(source["licence"] == "none" for source in tagger.manifest["data"].values())
    assert (EMBEDDED_BUNDLE / "model.onnx").stat().st_size <= 100_000


def test_the_card_tells_the_figures_of_the_manifest(tagger: OnnxMoodTagger) -> None:
    card = (EMBEDDED_BUNDLE / "CARD.md").read_text("utf-8")
    for figures in tagger.manifest["metrics"]["cross_validated"].values():
        assert f"{100 * figures['accuracy']:.1f}" in card


def test_a_changed_model_is_refused(copy: Path) -> None:
    model = bytearray((copy / "model.onnx").read_bytes())
    model[len(model) // 2] ^= 1
    (copy / "model.onnx").write_bytes(model)
    with pytest.raises(BundleCorrupt, match="not the file that the manifest describes"):
        OnnxMoodTagger.load(copy)


def test_a_bundle_without_model_is_refused(copy: Path) -> None:
    (copy / "model.onnx").unlink()
    with pytest.raises(BundleCorrupt, match="missing"):
        OnnxMoodTagger.load(copy)


def test_a_file_that_is_no_model_is_refused_even_with_the_right_digest(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
    (copy / "model.onnx").write_bytes(b"no model at all")
    write_manifest(copy, "mood", {key: manifest[key] for key in ("labels", "features")})
    with pytest.raises(BundleCorrupt, match="not a mood model that can run"):
        OnnxMoodTagger.load(copy)


def test_moods_in_another_order_are_refused(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
    manifest["labels"] = ["Sad", "Happy", "Energetic", "Calm"]
    (copy / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(BundleCorrupt, match="labels or features"):
        OnnxMoodTagger.load(copy)


def test_a_directory_without_manifest_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(ManifestMissing):
        OnnxMoodTagger.load(tmp_path)


def test_hearing_moods_loads_no_training_library() -> None:
    program = (
        "import sys; from ml.mood.runtime import OnnxMoodTagger; OnnxMoodTagger.load();"
        "sys.exit(', '.join({'tensorflow', 'keras', 'torch', 'sklearn', 'onnx', 'pandas'} & set(sys.modules)) or 0)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)  # noqa: S603
    assert ran.returncode == 0, ran.stderr
