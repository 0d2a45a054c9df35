"""Teaches the two linear models and chooses from where on they are believed; development only (scikit-learn)."""

from collections.abc import Sequence
from random import Random
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from bot.domain import Concern
from ml.emotion.dataset import Example
from ml.wishes.dataset import disturbed
from ml.wishes.features import BUCKETS_LOG2, buckets_of
from ml.wishes.runtime import INTENT_LABELS, NOTHING, SAFETY_LABELS

Row = tuple[str, str, float]
"""Sentence, label, weight."""

SOFTNESS: Final = 30.0
"""Inverse strength of the regularisation (C)."""
FOREIGN: Final = 0.1
"""Weight of a sentence that was written for another purpose, such as a feeling among wishes."""
FELT: Final = frozenset({"explicit", "soft", "sad"})
"""Labels of sentences about safety that tell a feeling."""

FAR_FROM_CARE: Final = 0.1
"""The same among cries for help: there, a feeling that was not written with care in mind may well need it."""
FOLDS: Final = 5
HELD_OUT: Final = 8
"""One block in so many is kept from the encoder: five of them would take most of an hour."""
BLOCK: Final = 60
"""Neighbouring rows of a file that stay in one fold: a writer varies a theme over a few lines."""


def intent_rows(written: Sequence[Example], safety: Sequence[Example], feelings: Sequence[str]) -> list[Row]:
    """What the classifier of wishes learns from; whatever tells a feeling is no wish.

    Of the sentences about safety only those that tell one count: among the others are wishes (죽이는 노래 틀어줘).
    """
    foreign = [*(each.text for each in safety if each.label in FELT), *feelings]
    return [(each.text, each.label, 1.0) for each in written] + [(text, NOTHING, FOREIGN) for text in foreign]


def safety_rows(written: Sequence[Example], intents: Sequence[Example], feelings: Sequence[str]) -> list[Row]:
    """What the classifier of concern learns from; ordinary sadness raises none."""
    own = [(each.text, each.label if each.label in SAFETY_LABELS else NOTHING, 1.0) for each in written]
    wishes = [(each.text, NOTHING, 0.3) for each in intents if each.label != NOTHING]
    untold = [*(each.text for each in intents if each.label == NOTHING), *feelings]
    return own + wishes + [(text, NOTHING, FAR_FROM_CARE) for text in untold]


def matrix(texts: Sequence[str]) -> sparse.csr_matrix:
    """A row of length 1 for each text, as `EmbeddedWishClassifier.logits` sees it."""
    found = [buckets_of(text) for text in texts]
    sizes = np.array([len(buckets) for buckets in found])
    values = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes).astype(np.float32)
    ends = np.concatenate([[0], np.cumsum(sizes)])
    return sparse.csr_matrix((values, np.concatenate(found), ends), shape=(len(texts), 1 << BUCKETS_LOG2))


def fit(rows: Sequence[Row], labels: Sequence[str], *, copies: int, seed: int = 0) -> tuple[npt.NDArray, npt.NDArray]:
    """Weights, shape (buckets, labels), and biases in the order of ``labels``.

    Every row of full weight is learnt as it is and in ``copies`` disturbed forms, each of half the weight.
    """
    rng = Random(seed)  # noqa: S311 — disturbs sentences, guards nothing
    all_rows = list(rows) + [
        (disturbed(text, rng), label, weight / 2) for text, label, weight in rows if weight == 1 for _ in range(copies)
    ]
    texts, targets, weights = zip(*all_rows, strict=True)
    model = LogisticRegression(C=SOFTNESS, max_iter=200).fit(matrix(texts), targets, sample_weight=weights)
    order = [list(model.classes_).index(label) for label in labels]
    return model.coef_[order].T.astype(np.float32), model.intercept_[order].astype(np.float32)


def held_out_logits(rows: Sequence[Row], labels: Sequence[str], *, copies: int) -> npt.NDArray:
    """Logits of all ``rows``, each by a model that saw no row of its block."""
    groups = [position // BLOCK for position in range(len(rows))]
    logits = np.zeros((len(rows), len(labels)), dtype=np.float32)
    for taught, asked in GroupKFold(FOLDS).split(rows, groups=groups):
        weights, biases = fit([rows[position] for position in taught], labels, copies=copies)
        logits[asked] = matrix([rows[position][0] for position in asked]) @ weights + biases
    return logits


def is_held_out(position: int) -> bool:
    """Whether the encoder does not learn this row about safety, so that thresholds can be chosen on it."""
    return position // BLOCK % HELD_OUT == 0


def choose_wish_margin(logits: npt.NDArray, rows: Sequence[Row], *, false_wishes: float) -> float:
    """The margin over none with the most wishes right, among those that pass few feelings for wishes.

    Few is ``false_wishes`` of the rows that were written for another purpose: those tell feelings.
    """
    labels = np.array([INTENT_LABELS.index(label) for _, label, _ in rows])
    is_own = np.array([weight == 1 for _, _, weight in rows])
    best = logits[:, 1:].argmax(axis=1) + 1
    margins = logits[:, 1:].max(axis=1) - logits[:, 0]

    def right(margin: float) -> float:
        return float((np.where(margins > margin, best, 0) == labels)[is_own].mean())

    lowest = float(np.quantile(margins[~is_own], 1 - false_wishes))
    return max(np.arange(lowest, lowest + 5, 0.05).tolist(), key=right)


def choose_concern(logits: npt.NDArray, labels: Sequence[str], *, false_flags: float) -> tuple[float, float]:
    """From which probability on at most ``false_flags`` of everyday idioms are met with care, and the explicit share.

    The share is such that of the explicit sentences which are met with care 98 in 100 are met as explicit.
    """
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    explicit, soft = (odds[:, SAFETY_LABELS.index(concern)] for concern in Concern)
    either = explicit + soft
    given = np.array(labels)
    above = float(np.quantile(either[given == "idiom"], 1 - false_flags))
    cared = (given == Concern.EXPLICIT) & (either > above)
    return above, float(np.quantile(explicit[cared] / either[cared], 0.02))


def quantised(weights: npt.NDArray) -> tuple[npt.NDArray[np.int8], list[float]]:
    """Weights as int8 with a scale for each column."""
    scales = np.abs(weights).max(axis=0) / 127
    return np.round(weights / scales).astype(np.int8), [float(scale) for scale in scales]
