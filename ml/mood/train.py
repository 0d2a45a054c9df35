"""The mood model in TensorFlow Keras: the original's small network and ours, trained on many folds at a time.

A network of 8 or 64 hidden units is so small that Python would take longer than arithmetic. All members of all folds
are therefore one Keras model whose weights have a leading axis for the member: each sees its own rows in its own order,
has its own scaling and its own initial weights, and never touches another. Adam works weight by weight, so this is the
same as training them one after another. An ensemble, at last, is the same model with one row shown to all members.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

from bot.audio_features import FEATURE_NAMES
from bot.domain import Mood
from ml.mood.evaluate import best_temperature, temper

Matrix = npt.NDArray[np.floating]
Rows = npt.NDArray[np.integer]

MOODS: Final = len(Mood)
PACKAGE: Final = "smoody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that decides what a network becomes, except its rows and its seed."""

    name: str
    hidden: int
    epochs: int
    batch: int
    learning_rate: float
    members: int
    """Networks whose scores are averaged."""
    engineered: bool
    """Add five transforms of skewed features to the nine, and scale by mean and deviation instead of least and most."""
    decay: bool = False
    """Let the learning rate fall to 0 along a cosine."""
    noise: float = 0.0
    """Deviation of the Gaussian noise on scaled inputs while training."""
    dropout: float = 0.0
    """Share of hidden units switched off while training."""
    smoothing: float = 0.0
    """Share of each label spread evenly over all moods."""
    calibrated: bool = False
    """Choose a temperature on tracks that the members did not train on."""


ORIGINAL: Final = Recipe(
    name="original", hidden=8, epochs=300, batch=200, learning_rate=1e-3, members=1, engineered=False
)
"""The network of the article: 8 relu units, softmax over four, min-max scaling, Adam, 300 epochs of batches of 200."""

OURS: Final = Recipe(
    name="ours",
    hidden=64,
    epochs=200,
    batch=64,
    learning_rate=1e-3,
    members=5,
    engineered=True,
    noise=0.15,
    dropout=0.3,
    smoothing=0.05,
    calibrated=True,
)
"""The benchmark model, for data_moods alone."""

JOINT: Final = Recipe(
    name="joint",
    hidden=64,
    epochs=100,
    batch=64,
    learning_rate=4e-3,
    members=5,
    engineered=True,
    decay=True,
    noise=0.1,
    dropout=0.2,
    smoothing=0.05,
    calibrated=True,
)
"""The shipped model, for all three sets: six times the rows need fewer epochs and less to hold them back."""

JOINT_WEIGHTS: Final[dict[str, float]] = {"data_moods": 1.3, "kannan": 1.05, "bdizon": 1.15}
"""What a track of each set counts. The sets disagree, and data_moods, the smallest, would lose every argument."""


@keras.saving.register_keras_serializable(package=PACKAGE)
class FeatureMap(keras.layers.Layer):
    """The nine raw features, and five transforms that spread out what the raw scale squeezes against an end.

    logit of acousticness and instrumentalness, ln of liveness and speechiness, -ln of the distance to a loud master.
    """

    def call(self, features: Any) -> Any:
        """Features (…, 9) to (…, 14)."""
        column = {name: features[..., index : index + 1] for index, name in enumerate(FEATURE_NAMES)}
        return ops.concatenate(
            [
                features,
                _logit(column["acousticness"]),
                _logit(column["instrumentalness"]),
                ops.log(column["liveness"] + LOG_MARGIN),
                -ops.log(ops.maximum(LOUD_MASTER - column["loudness"], LOUD_MARGIN)),
                ops.log(column["speechiness"] + LOG_MARGIN),
            ],
            axis=-1,
        )

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """What Keras cannot tell from ``call``."""
        return (*shape[:-1], len(FEATURE_NAMES) + 5)


LOGIT_MARGIN: Final = 1e-4
"""Keeps the logit of 0 and 1 finite; instrumentalness is exactly 0 for a third of all tracks."""

LOG_MARGIN: Final = 0.01
"""Keeps the logarithm of 0 finite."""

LOUD_MASTER: Final = 3.0
"""dB: just above the loudest track of the three sets."""

LOUD_MARGIN: Final = 0.5
"""dB: what is louder still counts as this far below."""


def _logit(share: Any) -> Any:
    return ops.log((share + LOGIT_MARGIN) / (1.0 + LOGIT_MARGIN - share))


@keras.saving.register_keras_serializable(package=PACKAGE)
class Scale(keras.layers.Layer):
    """(inputs - shift) / spread, with each member's own shift and spread, learnt from its training rows alone."""

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Until they are learnt, shift by 0 and divide by 1."""
        self.shift = self.add_weight(shape=shape[1:], name="shift", initializer="zeros", trainable=False)
        self.spread = self.add_weight(shape=shape[1:], name="spread", initializer="ones", trainable=False)

    def call(self, inputs: Any) -> Any:
        """Inputs (batch, members, columns) to the same shape."""
        return (inputs - self.shift) / self.spread


@keras.saving.register_keras_serializable(package=PACKAGE)
class MemberDense(keras.layers.Layer):
    """A Dense layer for each member: inputs (batch, members, features) to (batch, members, units)."""

    def __init__(self, units: int, activation: str | None = None, seed: int | None = None, **rest: Any) -> None:
        super().__init__(**rest)
        self.units, self.activation, self.seed = units, activation, seed

    def build(self, shape: tuple[int, ...]) -> None:
        """Kernels (members, features, units) and biases (members, units)."""
        _, members, features = shape
        limit = (6.0 / (features + self.units)) ** 0.5  # Glorot, as keras.layers.Dense begins
        start = keras.initializers.RandomUniform(-limit, limit, seed=self.seed)
        self.kernel = self.add_weight(shape=(members, features, self.units), name="kernel", initializer=start)
        self.bias = self.add_weight(shape=(members, self.units), name="bias", initializer="zeros")

    def call(self, inputs: Any) -> Any:
        """Each member's inputs through its own kernel."""
        outputs = ops.einsum("bmf,mfu->bmu", inputs, self.kernel) + self.bias
        return ops.relu(outputs) if self.activation == "relu" else outputs

    def get_config(self) -> dict[str, Any]:
        """What ``__init__`` takes, so that a saved model can be loaded."""
        return {**super().get_config(), "units": self.units, "activation": self.activation, "seed": self.seed}


@keras.saving.register_keras_serializable(package=PACKAGE)
class Temper(keras.layers.Layer):
    """softmax(ln(scores) / temperature): surer below 1, less sure above; the order of the moods stays as it is."""

    def __init__(self, temperature: float, **rest: Any) -> None:
        super().__init__(**rest)
        self.temperature = temperature

    def call(self, scores: Any) -> Any:
        """Scores (batch, moods) to the same shape."""
        return ops.softmax(ops.log(scores + TEMPER_MARGIN) / self.temperature, axis=-1)

    def get_config(self) -> dict[str, Any]:
        """What ``__init__`` takes, so that a saved model can be loaded."""
        return {**super().get_config(), "temperature": self.temperature}


TEMPER_MARGIN: Final = 1e-12
"""Keeps the logarithm of a score that float32 rounded to 0 finite."""


def build_members(recipe: Recipe, members: int, seed: int) -> keras.Model:
    """An untrained network for each of ``members``: raw features (batch, members, 9) to logits (batch, members, 4)."""
    features = keras.Input((members, len(FEATURE_NAMES)), name="features")
    hidden = FeatureMap(name="feature_map")(features) if recipe.engineered else features
    hidden = Scale(name="scale")(hidden)
    hidden = keras.layers.GaussianNoise(recipe.noise, seed=seed)(hidden)
    hidden = MemberDense(recipe.hidden, activation="relu", seed=seed, name="hidden")(hidden)
    hidden = keras.layers.Dropout(recipe.dropout, seed=seed)(hidden)
    return keras.Model(features, MemberDense(MOODS, seed=seed + 1, name="logits")(hidden), name=recipe.name)


def build_tagger(members: keras.Model, temperature: float) -> keras.Model:
    """The finished model: raw features (batch, 9) to calibrated mean scores (batch, 4) of all members."""
    features = keras.Input((len(FEATURE_NAMES),), name="features")
    logits = members(keras.layers.RepeatVector(members.input_shape[1])(features))
    mean = keras.layers.GlobalAveragePooling1D(name="mean")(keras.layers.Softmax(name="softmax")(logits))
    return keras.Model(features, Temper(temperature, name="temper")(mean), name="mood")


@dataclass(frozen=True, slots=True)
class Trained:
    """Trained members, and their mean loss after each epoch: on rows that they learn from, and on rows they don't."""

    members: keras.Model
    curves: dict[str, list[float]]


def train_members(
    recipe: Recipe,
    features: Matrix,
    targets: Matrix,
    rows: Sequence[Rows],
    *,
    seed: int,
    unseen: Sequence[Rows] = (),
    progress: Callable[[int, int], None] = lambda epoch, epochs: None,
) -> Trained:
    """Train a member on each entry of ``rows``, all at once.

    ``targets``, shape (n, 4), are shares of moods times the weight of the track. ``unseen`` are rows for the second
    learning curve; they change nothing.
    """
    order = np.random.default_rng(seed)
    rows = [order.permutation(chosen) for chosen in rows]
    keras.utils.set_random_seed(seed)
    model = build_members(recipe, len(rows), seed)
    _fit_scales(recipe, model, features, rows)
    x, y = _stacked(features, rows), _stacked(targets, rows)
    steps = recipe.epochs * -(-len(x) // recipe.batch)
    rate = keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps) if recipe.decay else recipe.learning_rate
    # XLA multiplies stacks of small matrices 20 times slower than TensorFlow's own kernels on a CPU (measured).
    model.compile(keras.optimizers.Adam(rate), loss=_summed_cross_entropy, jit_compile=False)
    report = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, _: progress(epoch + 1, recipe.epochs))
    shown = (_stacked(features, unseen), _stacked(targets, unseen)) if unseen else None
    past = model.fit(
        x, y, batch_size=recipe.batch, epochs=recipe.epochs, validation_data=shown, callbacks=[report], verbose=0
    ).history
    # Keras gives the mean over padded rows of the sum over members; what a reader wants is the mean over real rows.
    curves = {"train": [value * len(x) / y.sum() for value in past["loss"]]}
    if shown is not None:
        curves["unseen"] = [value * len(shown[0]) / shown[1].sum() for value in past["val_loss"]]
    return Trained(model, curves)


def member_scores(members: keras.Model, features: Matrix) -> npt.NDArray[np.float32]:
    """Scores of all tracks by each member, shape (members, n, 4)."""
    count = members.input_shape[1]
    parts = [
        keras.ops.softmax(members(np.repeat(part[:, None], count, axis=1).astype(np.float32))).numpy()
        for part in np.array_split(features, -(-len(features) * count // 100_000))
    ]
    return np.concatenate(parts).transpose(1, 0, 2)


def smooth(labels: Rows, smoothing: float, weights: Matrix | None = None) -> Matrix:
    """Targets of labels: one-hot, a share of ``smoothing`` spread over all moods, times the weight of each track."""
    targets = np.eye(MOODS)[labels] * (1.0 - smoothing) + smoothing / MOODS
    return targets if weights is None else targets * weights[:, None]


def cross_validate(
    recipe: Recipe,
    features: Matrix,
    labels: Rows,
    splits: Sequence[tuple[Rows, Rows]],
    *,
    seed: int,
    inner: Callable[[Rows, int], Sequence[tuple[Rows, Rows]]],
    weights: Matrix | None = None,
    progress: Callable[[int, int], None] = lambda epoch, epochs: None,
) -> tuple[list[Matrix], list[float], dict[str, list[float]]]:
    """Scores of the test rows of each split, the temperatures used, and the learning curves.

    A temperature is chosen without the test rows: ``inner(train, seed)`` splits the training rows once more, members of
    the same recipe learn from each part, and their scores on the rest decide.
    """
    jobs: list[Rows] = []
    unseen: list[Rows] = []
    inners = [list(inner(train, seed)) if recipe.calibrated else [] for train, _ in splits]
    for (train, test), parts in zip(splits, inners, strict=True):
        for learn, held in [(train, test), *parts]:
            jobs += [learn] * recipe.members
            unseen += [held] * recipe.members
    trained = train_members(
        recipe,
        features,
        smooth(labels, recipe.smoothing, weights),
        jobs,
        seed=seed,
        unseen=unseen,
        progress=progress,
    )
    scores = member_scores(trained.members, features)
    ensembles = iter(scores.reshape(-1, recipe.members, *scores.shape[1:]).mean(axis=1))
    results: list[Matrix] = []
    temperatures: list[float] = []
    for (_, test), parts in zip(splits, inners, strict=True):
        mean = next(ensembles)
        held = [(next(ensembles)[rest], rest) for _, rest in parts]
        temperature = 1.0
        if held:
            rest = np.concatenate([rows for _, rows in held])
            temperature = best_temperature(
                np.concatenate([part for part, _ in held]), labels[rest], None if weights is None else weights[rest]
            )
        results.append(temper(mean[test], temperature))
        temperatures.append(temperature)
    return results, temperatures, trained.curves


@keras.saving.register_keras_serializable(package=PACKAGE)
def _summed_cross_entropy(targets: Any, logits: Any) -> Any:
    """Cross-entropy, summed over members so that each learns as if alone. Padding rows, targets all 0, add nothing."""
    return -ops.sum(targets * ops.log_softmax(logits, axis=-1), axis=(-2, -1))


def _stacked(values: Matrix, rows: Sequence[Rows]) -> npt.NDArray[np.float32]:
    """Each member's rows side by side, shape (longest, members, columns); shorter members end in rows of 0."""
    stacked = np.zeros((max(map(len, rows)), len(rows), values.shape[1]), dtype=np.float32)
    for member, chosen in enumerate(rows):
        stacked[: len(chosen), member] = values[chosen]
    return stacked


def _fit_scales(recipe: Recipe, model: keras.Model, features: Matrix, rows: Sequence[Rows]) -> None:
    """Give each member the mean and deviation (engineered) or the least and span (min-max) of its training rows."""
    mapped = features.astype(np.float32)
    if recipe.engineered:
        mapped = ops.convert_to_numpy(FeatureMap()(mapped))
        shift, spread = [mapped[own].mean(axis=0) for own in rows], [mapped[own].std(axis=0) for own in rows]
    else:
        shift, spread = [mapped[own].min(axis=0) for own in rows], [np.ptp(mapped[own], axis=0) for own in rows]
    model.get_layer("scale").set_weights([np.stack(shift), np.maximum(np.stack(spread), 1e-6)])
