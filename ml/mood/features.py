"""Audio features as the mood model takes them."""

from collections.abc import Sequence
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from bot.audio_features import FEATURE_NAMES
from bot.domain import AudioFeatures

_numbers = attrgetter(*FEATURE_NAMES)


def as_matrix(features: Sequence[AudioFeatures]) -> npt.NDArray[np.float32]:
    """The features as the model takes them: float32, one row a track, columns in the order of ``FEATURE_NAMES``."""
    return np.array([_numbers(track) for track in features], dtype=np.float32).reshape(-1, len(FEATURE_NAMES))
