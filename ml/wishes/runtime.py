"""The model of wishes and concern as the service runs it: a table of small numbers for both, an encoder for concern."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.domain import Concern, Hints, Intent, Mood
from bot.errors import BundleCorrupt
from ml.bundle import read_manifest
from ml.wishes.concern import ConcernEncoder, Logits
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From where on the model is believed."""

    wish_above: float
    """By how much the logit of the likeliest wish must exceed that of none."""
    concern_above: float
    """Which probability of either concern is enough."""
    explicit_share: float
    """Which part of that probability, 0..1, the explicit concern must have to be the one that counts."""


class EmbeddedWishClassifier:
    """Hears wishes by character n-grams, and concern by those and an encoder; see the port ``WishClassifier``."""

    def __init__(
        self,
        weights: npt.NDArray[np.int8],
        scales: Sequence[float],
        biases: Sequence[float],
        thresholds: Thresholds,
        manifest: Mapping[str, Any],
        encoder: ConcernEncoder | None = None,
    ) -> None:
        """``weights`` has a row for each bucket and, as ``scales`` and ``biases``, a column for each of `LABELS`.

        Without an ``encoder`` concern is heard by n-grams alone.
        """
        self._weights = weights
        self._scales = np.asarray(scales, dtype=np.float32)
        self._biases = np.asarray(biases, dtype=np.float32)
        self.thresholds = thresholds
        self.manifest = manifest
        self.encoder = encoder

    @classmethod
    def load(cls, directory: Path = EMBEDDED_BUNDLE) -> "EmbeddedWishClassifier":
        """Open a bundle.

        Raises:
            ManifestMissing: There is no readable manifest.
            BundleCorrupt: A file is missing or changed, or the model is none that this version can read.
        """
        manifest = read_manifest(directory, KIND)
        try:
            weights = np.load(directory / WEIGHTS, allow_pickle=False)
            thresholds = Thresholds(**manifest["thresholds"])
            encoder = ConcernEncoder.load(directory, manifest["encoder"]) if "encoder" in manifest else None
            model = cls(weights, manifest["scales"], manifest["biases"], thresholds, manifest, encoder)
        except BundleCorrupt:
            raise
        except Exception as cause:  # tokenizers and onnxruntime raise bare exceptions
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
            concern=self.concern(self.concern_odds(text, logits[len(INTENT_LABELS) :])),
        )

    def concern_odds(self, text: str, by_ngrams: Logits) -> Logits:
        """Probabilities of `SAFETY_LABELS`: the geometric mean of what n-grams and encoder say, each sure of its own.

        A sum of n-grams knows every spelling and no context, the encoder the other way round: together they are wrong
        less often than either (figures in ``ml/LOG.md``).
        """
        if self.encoder is None:
            return probabilities(by_ngrams)
        return probabilities(0.5 * (log_odds(by_ngrams) + log_odds(self.encoder.logits(text))))

    def logits(self, buckets: Buckets) -> Logits:
        """One number for each of `LABELS`: weights of the buckets, added up as if they made a vector of length 1."""
        total = self._weights[buckets].sum(axis=0, dtype=np.int32)
        logits: Logits = total * self._scales / np.float32(max(1, len(buckets)) ** 0.5) + self._biases
        return logits

    def _wish(self, logits: Logits) -> Intent | Mood | None:
        best = int(logits[1:].argmax()) + 1
        return WISHES[INTENT_LABELS[best]] if logits[best] - logits[0] > self.thresholds.wish_above else None

    def concern(self, odds: Logits) -> Concern | None:
        """The concern that probabilities of `SAFETY_LABELS` are enough for."""
        explicit, soft = (float(odds[SAFETY_LABELS.index(concern)]) for concern in Concern)
        if explicit + soft <= self.thresholds.concern_above:
            return None
        is_explicit = explicit >= self.thresholds.explicit_share * (explicit + soft)
        return Concern.EXPLICIT if is_explicit else Concern.SOFT


def log_odds(logits: Logits) -> Logits:
    """Logarithms of the probabilities that logits stand for, along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    odds: Logits = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return odds


def probabilities(logits: Logits) -> Logits:
    """What logits stand for, along the last axis."""
    odds: Logits = np.exp(log_odds(logits))
    return odds
