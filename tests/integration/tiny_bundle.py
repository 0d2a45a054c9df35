"""A real ONNX bundle, made in a moment: each of its words stands for one label."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from ml.bundle import write_manifest
from ml.emotion.labels import LABELS

WORDS = ("기뻐", "슬퍼", "부끄러워", "화나", "불안해", "회의")
"""One word for each label, in their order."""

SPECIAL = ("[UNK]", "[PAD]", "[CLS]", "[SEP]", "[MASK]")


def make_bundle(directory: Path, *, max_length: int = 16) -> Path:
    """Write a bundle that hears exactly `WORDS` and return its directory."""
    directory.mkdir(parents=True, exist_ok=True)
    _tokenizer().save(str(directory / "tokenizer.json"))
    onnx.save(_model(), str(directory / "model.onnx"))
    write_manifest(
        directory,
        "emotion",
        {
            "labels": LABELS,
            "max_length": max_length,
            "lowercase": True,
            "pad_id": 1,
            "temperature": 1.0,
            "thresholds": {"ask_below": 0.4, "neutral_above": 0.7},
        },
    )
    return directory


def _tokenizer() -> Tokenizer:
    vocabulary = {word: number for number, word in enumerate((*SPECIAL, *WORDS))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def _model() -> onnx.ModelProto:
    """Logits = 4 for the label of each word, summed over the words that are not masked."""
    table = np.zeros((len(SPECIAL) + len(WORDS), len(LABELS)), dtype=np.float32)
    table[len(SPECIAL) :] = 4 * np.eye(len(WORDS), dtype=np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["words"]),
        helper.make_node("Cast", ["attention_mask"], ["present"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["present", "last"], ["weights"]),
        helper.make_node("Mul", ["words", "weights"], ["weighted"]),
        helper.make_node("ReduceSum", ["weighted", "length_axis"], ["logits"], keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["b", "n"])
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["b", len(LABELS)])],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(np.array([2], dtype=np.int64), "last"),
            numpy_helper.from_array(np.array([1], dtype=np.int64), "length_axis"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
