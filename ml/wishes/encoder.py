"""The second hearer of concern: a small BERT, begun from the encoder of the embedded emotion bundle; development only.

A sum over n-grams takes ``한 판만 더 살려줘`` for what its words are elsewhere; an encoder reads them together. It
begins from the int8 weights of the shipped bundle, so that whoever has this repository can train it again.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from transformers import BertConfig, BertModel

from ml.emotion.bases import unknown_id
from ml.emotion.runtime import EMBEDDED_BUNDLE, Bundle
from ml.emotion.train import Encoded, Recipe, SentenceReader, fine_tune
from ml.wishes.dataset import disturbed
from ml.wishes.runtime import SAFETY_LABELS
from ml.wishes.train import Row

RECIPE: Final = Recipe(epochs=4, batch=64, learning_rate=2e-4, embeddings_rate=1.0, smoothing=0.05, word_dropout=0.05)
FOREIGN_SHARE: Final = 3
"""Of the rows that were written for another purpose one in so many is learnt, at so many times its weight."""

_PREFIX: Final = "encoders.0.encoder."
_HEADS: Final = 4


def recovered_encoder(bundle: Path) -> BertModel:
    """The encoder of a bundle that `ml.emotion.export` wrote, its int8 weights made into floats again.

    Raises:
        ValueError: Not all weights of a BERT of its own size are there.
    """
    graph = onnx.load(str(bundle / "model.onnx")).graph
    values = {each.name: numpy_helper.to_array(each) for each in graph.initializer}

    def floats(name: str) -> torch.Tensor:
        if f"{name}_quantized" not in values:
            return torch.from_numpy(values[name].astype(np.float32))
        level, step = (values[f"{name}_{part}"].astype(np.float32) for part in ("zero_point", "scale"))
        return torch.from_numpy((values[f"{name}_quantized"].astype(np.float32) - level) * step)

    names = {name.removesuffix("_quantized") for name in values if name.startswith(_PREFIX)}
    named = {name for name in names if not name.endswith(("_scale", "_zero_point"))}
    weights = {name.removeprefix(_PREFIX): floats(name) for name in named}
    for node in graph.node:
        place = re.search(r"/encoder/(encoder/layer\.\d+/.+)/MatMul", node.name)
        matrix = next((name for name in node.input if re.fullmatch(r"onnx::MatMul_\d+(_quantized)?", name)), None)
        if place and matrix:
            weights[f"{place[1].replace('/', '.')}.weight"] = floats(matrix.removesuffix("_quantized")).T.contiguous()
    size, width = weights["embeddings.word_embeddings.weight"].shape
    config = BertConfig(
        vocab_size=size,
        hidden_size=width,
        num_hidden_layers=1
        + max(int(found[1]) for name in weights if (found := re.match(r"encoder\.layer\.(\d+)", name))),
        num_attention_heads=_HEADS,
        intermediate_size=weights["encoder.layer.0.intermediate.dense.weight"].shape[0],
        max_position_embeddings=weights["embeddings.position_embeddings.weight"].shape[0],
        type_vocab_size=weights["embeddings.token_type_embeddings.weight"].shape[0],
        pad_token_id=1,
    )
    encoder = BertModel(config, add_pooling_layer=False)
    try:
        encoder.load_state_dict(weights)
    except RuntimeError as cause:
        raise ValueError(f"{bundle}: no encoder of a known shape") from cause
    return encoder


def examples_of(rows: Sequence[Row], bundle: Bundle, *, seed: int = 0) -> Encoded:
    """Rows of `safety_rows` as numbers: each own sentence as it is and once disturbed, and some of the others."""
    rng = Random(seed)  # noqa: S311 - chooses sentences, guards nothing
    chosen: list[Row] = []
    for text, label, weight in rows:
        if weight == 1:
            chosen += [(text, label, 1.0), (disturbed(text, rng), label, 0.5)]
        elif rng.randrange(FOREIGN_SHARE) == 0:
            chosen.append((text, label, weight * FOREIGN_SHARE))
    targets = np.zeros((len(chosen), len(SAFETY_LABELS)), dtype=np.float32)
    targets[range(len(chosen)), [SAFETY_LABELS.index(label) for _, label, _ in chosen]] = 1
    return Encoded(
        rows=[bundle.encode_utterance(text) for text, _, _ in chosen],
        targets=targets,
        weights=np.array([weight for _, _, weight in chosen], dtype=np.float32),
    )


def taught(rows: Sequence[Row], bundle: Bundle, checkpoint: Path) -> SentenceReader:
    """A reader of `SAFETY_LABELS` that has learnt ``rows`` of the shipped bundle; goes on from a ``checkpoint``."""
    reader = SentenceReader(recovered_encoder(EMBEDDED_BUNDLE), labels=len(SAFETY_LABELS), dropout=0.2)
    fine_tune(
        reader,
        examples_of(rows, bundle),
        RECIPE,
        pad_id=bundle.pad_id,
        unknown_id=unknown_id(bundle.tokenizer),
        checkpoint=checkpoint,
        judge=lambda: (0.0, ""),
    )
    reader.eval()
    return reader
