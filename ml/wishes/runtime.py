"""The model of wishes and concern as the service runs it: one table of small numbers, and numpy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.domain import Concern, Hints, Intent, Mood
from bot.errors import BundleCorrupt
from ml.bundle import read_manifest
from ml.wishes.features import BUCKETS_LOG2, Buckets, buckets_of

EMBEDDED_BUNDLE: Final = Path(__file__).parent / "bundle"
"""The trained model that comes with SMOODY."""

KIND: Final = "wishes"
WEIGHTS: Final = "weights.npy"

NOTHING: Final = "none"
"""The label of utterances that are no wish, and of those that raise no concern."""

REQUEST: Final = "request_mood:"
"""What stands before the mood in the label of a wish for a kind of music."""

WISHES: Final[Mapping[str, Intent | Mood]] = {
    **{intent.value: intent for intent in Intent},
    **{f"{REQUEST}{mood}": mood for mood in Mood},
}
"""What each label of a wish means."""

INTENT_LABELS: Final = (NOTHING, *WISHES)
SAFETY_LABELS: Final = (NOTHING, "idiom", *(concern.value for concern in Concern))
LABELS: Final = (*INTENT_LABELS, *SAFETY_LABELS)
"""The order of the table's columns: two classifiers stand side by side."""

Logits = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From where on the model is believed."""

    wish_above: float
    """By how much the logit of the likeliest wish must exceed that of none."""
    concern_above: float
    """Which probability of either concern is enough."""
    explicit_share: float
    """Which part of that probability, 0..1, the explicit concern must have to be the one that counts."""


class NgramWishClassifier:
    """Hears wishes and concern with two linear models over character n-grams; see the port ``WishClassifier``."""

    def __init__(
        self,
        weights: npt.NDArray[np.int8],
        scales: Sequence[float],
        biases: Sequence[float],
        thresholds: Thresholds,
        manifest: Mapping[str, Any],
    ) -> None:
        """``weights`` has a row for each bucket and, as ``scales`` and ``biases``, a column for each of `LABELS`."""
        self._weights = weights
        self._scales = np.asarray(scales, dtype=np.float32)
        self._biases = np.asarray(biases, dtype=np.float32)
        self.thresholds = thresholds
        self.manifest = manifest

    @classmethod
    def load(cls, directory: Path = EMBEDDED_BUNDLE) -> "NgramWishClassifier":
        """Open a bundle.

        Raises:
            ManifestMissing: There is no readable manifest.
            BundleCorrupt: A file is missing or changed, or the model is none that this version can read.
        """
        manifest = read_manifest(directory, KIND)
        try:
            weights = np.load(directory / WEIGHTS, allow_pickle=False)
            thresholds = Thresholds(**manifest["thresholds"])
            model = cls(weights, manifest["scales"], manifest["biases"], thresholds, manifest)
        except (OSError, KeyError, TypeError, ValueError) as cause:
            raise BundleCorrupt(f"{directory}: not a model of wishes that can be read ({cause})") from cause
        shapes = (weights.shape, model._scales.shape, model._biases.shape)
        expected = ((1 << BUCKETS_LOG2, len(LABELS)), (len(LABELS),), (len(LABELS),))
        if shapes != expected or weights.dtype != np.int8 or manifest.get("labels") != list(LABELS):
            raise BundleCorrupt(f"{directory}: its labels or its shape are not those of this version of SMOODY")
        return model

    def hear(self, text: str) -> Hints:
        """What the model takes an utterance for, where it is sure enough; any text will do."""
        logits = self.logits(buckets_of(text))
        return Hints(
            wish=self._wish(logits[: len(INTENT_LABELS)]),
            concern=self._concern(logits[len(INTENT_LABELS) :]),
        )

    def logits(self, buckets: Buckets) -> Logits:
        """One number for each of `LABELS`: weights of the buckets, added up as if they made a vector of length 1."""
        total = self._weights[buckets].sum(axis=0, dtype=np.int32)
        logits: Logits = total * self._scales / np.float32(max(1, len(buckets)) ** 0.5) + self._biases
        return logits

    def _wish(self, logits: Logits) -> Intent | Mood | None:
        best = int(logits[1:].argmax()) + 1
        return WISHES[INTENT_LABELS[best]] if logits[best] - logits[0] > self.thresholds.wish_above else None

    def _concern(self, logits: Logits) -> Concern | None:
        odds = np.exp(logits - logits.max())
        explicit, soft = (float(odds[SAFETY_LABELS.index(concern)]) for concern in Concern)
        if explicit + soft <= self.thresholds.concern_above * float(odds.sum()):
            return None
        is_explicit = explicit >= self.thresholds.explicit_share * (explicit + soft)
        return Concern.EXPLICIT if is_explicit else Concern.SOFT
