"""From a trained Keras model to a bundle: the ONNX graph is written node by node from the weights.

No converter knows Keras 3 and TensorFlow's normalisation well enough (the graphs came out broken), and a graph of two
dozen nodes is easier to read than a converter's hundred. Raw features go in, calibrated scores come out.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from bot.audio_features import FEATURE_NAMES, RANGES
from bot.domain import Mood
from ml.bundle import write_manifest
from ml.mood.runtime import KIND, MODEL
from ml.mood.train import LOG_MARGIN, LOGIT_MARGIN, LOUD_MARGIN, LOUD_MASTER, TEMPER_MARGIN

OPSET: Final = 18
IR_VERSION: Final = 10
"""What onnxruntime 1.17 and later read; the onnx package would write its own newest."""

PARITY: Final = 1e-5
"""The largest difference of a score between Keras and onnxruntime that an export may have."""

LARGEST: Final = 100_000
"""Bytes that the model may have."""


def write_bundle(directory: Path, tagger: keras.Model, about: Mapping[str, Any]) -> float:
    """Write ``model.onnx`` and, when it agrees with Keras, ``manifest.json``; return the largest difference of a score.

    ``about`` are further fields of the manifest: data, metrics, how they were measured.

    Raises:
        ValueError: The graph disagrees with Keras by more than ``PARITY`` or is larger than ``LARGEST``.
    """
    directory.mkdir(parents=True, exist_ok=True)
    model = to_onnx(tagger)
    onnx.save(model, directory / MODEL)
    difference = largest_difference(tagger, directory / MODEL)
    if difference > PARITY:
        raise ValueError(f"ONNX and Keras differ by {difference:.1e}, more than {PARITY:.0e}")
    if (directory / MODEL).stat().st_size > LARGEST:
        raise ValueError(f"the model has {(directory / MODEL).stat().st_size} bytes, more than {LARGEST}")
    fields = {
        "labels": list(Mood),
        "features": list(FEATURE_NAMES),
        "temperature": tagger.get_layer("temper").temperature,
        "largest_difference_to_keras": difference,
        **about,
    }
    write_manifest(directory, KIND, fields)
    return difference


def to_onnx(tagger: keras.Model) -> onnx.ModelProto:
    """The graph of a model made by ``train.build_tagger``: features (n, 9) to scores (n, 4), float32."""
    members = next(layer for layer in tagger.layers if isinstance(layer, keras.Model))
    graph = _Graph()
    known = [layer.name for layer in members.layers]
    columns = graph.feature_map("features") if "feature_map" in known else "features"
    shift, spread = map(graph.by_member, members.get_layer("scale").get_weights())
    shown_to_all = graph.add("Unsqueeze", columns, graph.constant(np.array([0])))  # (n, columns) to (1, n, columns)
    scaled = graph.add("Div", graph.add("Sub", shown_to_all, shift), spread)
    hidden = graph.add("Relu", graph.dense(scaled, members.get_layer("hidden")))
    scores = graph.add("Softmax", graph.dense(hidden, members.get_layer("logits")), axis=-1)
    mean = graph.add("ReduceMean", scores, graph.constant(np.array([0])), keepdims=0)
    logs = graph.add("Log", graph.add("Add", mean, graph.number(TEMPER_MARGIN)))
    tempered = graph.add("Div", logs, graph.number(tagger.get_layer("temper").temperature))
    graph.add("Softmax", tempered, axis=-1, to="scores")
    return graph.finish()


def largest_difference(tagger: keras.Model, model: Path, rows: int = 20_000, seed: int = 7) -> float:
    """Largest difference of a score between Keras and onnxruntime on random features over all their allowed ranges.

    A quarter of the rows lies in the corners, every feature at one end of its range: there the logarithms are steep.
    """
    low, high = np.array([allowed[:2] for allowed in RANGES.values()]).T
    features = np.random.default_rng(seed).uniform(low, high, (rows, len(RANGES))).astype(np.float32)
    corners = features[: rows // 4]
    corners[:] = np.where(corners > (low + high) / 2, high, low)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (scores,) = session.run(["scores"], {"features": features})
    return float(np.abs(scores - tagger.predict(features, verbose=0, batch_size=rows)).max())


class _Graph:
    """Collects nodes and constants; every ``add`` returns the name of its output."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def add(self, operator: str, *inputs: str, to: str | None = None, **attributes: Any) -> str:
        output = to or f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [output], **attributes))
        return output

    def constant(self, values: npt.NDArray[Any]) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(values, name))
        return name

    def number(self, value: float) -> str:
        return self.constant(np.array(value, dtype=np.float32))

    def by_member(self, values: npt.NDArray[np.float32]) -> str:
        """A constant of shape (members, 1, columns), so that it meets (members, n, columns)."""
        return self.constant(values[:, None, :])

    def dense(self, inputs: str, layer: keras.layers.Layer) -> str:
        kernel, bias = layer.get_weights()
        return self.add("Add", self.add("MatMul", inputs, self.constant(kernel)), self.by_member(bias))

    def feature_map(self, features: str) -> str:
        """``train.FeatureMap``, node for node."""
        column = {
            name: self.add("Gather", features, self.constant(np.array([index])), axis=1)
            for index, name in enumerate(FEATURE_NAMES)
        }
        below = self.add("Sub", self.number(LOUD_MASTER), column["loudness"])
        below = self.add("Max", below, self.number(LOUD_MARGIN))
        return self.add(
            "Concat",
            features,
            self._logit(column["acousticness"]),
            self._logit(column["instrumentalness"]),
            self.add("Log", self.add("Add", column["liveness"], self.number(LOG_MARGIN))),
            self.add("Neg", self.add("Log", below)),
            self.add("Log", self.add("Add", column["speechiness"], self.number(LOG_MARGIN))),
            axis=1,
        )

    def _logit(self, share: str) -> str:
        above = self.add("Add", share, self.number(LOGIT_MARGIN))
        below = self.add("Sub", self.number(1.0 + LOGIT_MARGIN), share)
        return self.add("Log", self.add("Div", above, below))

    def finish(self) -> onnx.ModelProto:
        graph = helper.make_graph(
            self._nodes,
            "mood",
            [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["tracks", len(FEATURE_NAMES)])],
            [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["tracks", len(Mood)])],
            self._constants,
        )
        model = helper.make_model(
            graph, producer_name="smoody", ir_version=IR_VERSION, opset_imports=[helper.make_opsetid("", OPSET)]
        )
        onnx.checker.check_model(model, full_check=True)
        return model
