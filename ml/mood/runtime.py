"""The mood model as the service runs it: onnxruntime and numpy, no training library."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as failures

from bot.audio_features import FEATURE_NAMES
from bot.domain import AudioFeatures, Mood, MoodMix
from bot.errors import BundleCorrupt, ModelOutputUnexpected
from ml.bundle import read_manifest
from ml.mood.features import as_matrix

EMBEDDED_BUNDLE: Final = Path(__file__).parent / "bundle"
"""The trained model that comes with SMOODY."""

KIND: Final = "mood"
MODEL: Final = "model.onnx"
MOODS: Final = tuple(Mood)
"""The order of the model's outputs."""

_ROWS_AT_ONCE: Final = 8_192
"""Tracks a run of the graph: its hidden layers then stay within a few megabytes, however large the catalogue is."""

_UNUSABLE: Final = (
    failures.Fail,
    failures.InvalidArgument,
    failures.InvalidGraph,
    failures.InvalidProtobuf,
    failures.NoSuchFile,
    failures.NotImplemented,
    failures.RuntimeException,
    ModelOutputUnexpected,
    ValueError,
)
"""What onnxruntime, whose exceptions share no base class, raises for a file that is no model or another model."""


class OnnxMoodTagger:
    """Hears the mood in audio features with an ONNX model; see the port ``MoodTagger``."""

    def __init__(self, session: onnxruntime.InferenceSession, manifest: dict[str, Any]) -> None:
        self._session = session
        self.manifest = manifest

    @classmethod
    def load(cls, directory: Path = EMBEDDED_BUNDLE) -> "OnnxMoodTagger":
        """Open a bundle and let its model tag one track, so that a bundle that loads is a bundle that works.

        Raises:
            ManifestMissing: There is no readable manifest.
            BundleCorrupt: A file is missing or changed, or the model is none that this version can read.
        """
        manifest = read_manifest(directory, KIND)
        if manifest.get("labels") != list(MOODS) or manifest.get("features") != list(FEATURE_NAMES):
            raise BundleCorrupt(f"{directory}: its labels or features are not those of this version of SMOODY")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(directory / MODEL, options, providers=["CPUExecutionProvider"])
            tagger = cls(session, manifest)
            tagger.scores(np.full((1, len(FEATURE_NAMES)), 0.5, dtype=np.float32))
        except _UNUSABLE as cause:
            raise BundleCorrupt(f"{directory / MODEL}: not a mood model that can run ({cause})") from cause
        return tagger

    def tag(self, features: Sequence[AudioFeatures]) -> Sequence[MoodMix]:
        """Mood scores of each track, in the same order.

        Raises:
            ModelOutputUnexpected: The model answered with something that is no mix of moods.
        """
        return [dict(zip(MOODS, row, strict=True)) for row in self.scores(as_matrix(features)).tolist()]

    def scores(self, matrix: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Mood scores, shape (n, 4), of raw features, shape (n, 9), in the orders of ``MOODS`` and ``FEATURE_NAMES``.

        Raises:
            ModelOutputUnexpected: The model answered with something that is no mix of moods.
        """
        if not len(matrix):
            return np.empty((0, len(MOODS)), dtype=np.float32)
        parts = [
            self._session.run(["scores"], {"features": matrix[start : start + _ROWS_AT_ONCE]})[0]
            for start in range(0, len(matrix), _ROWS_AT_ONCE)
        ]
        scores: npt.NDArray[np.float32] = np.concatenate(parts)
        if scores.shape != (len(matrix), len(MOODS)) or not np.allclose(scores.sum(axis=1), 1.0, atol=1e-4):
            raise ModelOutputUnexpected(f"the mood model gave {scores.shape} outputs that are no mixes of four moods")
        return scores
