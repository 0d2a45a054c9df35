"""Turns a trained network into a bundle: one int8 ONNX graph, its tokenizer and the manifest, replaced as a whole."""

import contextlib
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import nn

from ml.bundle import write_manifest
from ml.emotion.train import logits_of, padded

FP32_TOLERANCE: Final = 1e-4
INT8_AGREEMENT: Final = 0.99


class ParityBroken(RuntimeError):
    """The exported graph does not answer like the trained network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parity:
    """How close the exported graphs are to the network they come from."""

    fp32_largest_gap: float
    int8_largest_gap: float
    int8_same_emotion: float
    """Share of the utterances whose likeliest emotion, or none, is the same in int8 as in fp32."""


def write_onnx(
    network: nn.Module, rows: Sequence[list[int]], file: Path, *, pad_id: int, agreement: float = INT8_AGREEMENT
) -> Parity:
    """Export to ``file`` in int8, proving on ``rows`` of token ids that fp32 and int8 answer like the network.

    Raises:
        ParityBroken: Logits differ by more than `FP32_TOLERANCE`, or int8 agrees on less than ``agreement``.
    """
    with tempfile.TemporaryDirectory() as scratch:
        exact, int8 = Path(scratch) / "fp32.onnx", Path(scratch) / "int8.onnx"
        export_fp32(network, exact)
        _quantise(exact, int8)
        _optimise(int8, file)
        parity = parity_of(network, exact, file, rows, pad_id)
    if parity.fp32_largest_gap > FP32_TOLERANCE or parity.int8_same_emotion < agreement:
        raise ParityBroken(f"{file}: {parity}")
    return parity


def parity_of(network: nn.Module, exact: Path, int8: Path, rows: Sequence[list[int]], pad_id: int) -> Parity:
    """Compare a network's logits with those of its graphs in fp32 and in int8, on ``rows`` of token ids."""
    reference = logits_of(network, rows, pad_id)
    whole, small = onnx_logits(exact, rows, pad_id), onnx_logits(int8, rows, pad_id)
    return Parity(
        fp32_largest_gap=float(np.abs(whole - reference).max()),
        int8_largest_gap=float(np.abs(small - whole).max()),
        int8_same_emotion=float((small.argmax(1) == whole.argmax(1)).mean()),
    )


def export_fp32(network: nn.Module, file: Path) -> None:
    """Write the graph of a network, batch and length left open."""
    network.eval()
    example = torch.randint(5, 100, (2, 16))
    mask = torch.ones_like(example)
    mask[1, 12:] = 0  # with nothing to hide, transformers would trace a graph that hides nothing
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the TorchScript exporter is deprecated; the other one blocks int8 (ml/LOG.md)
        torch.onnx.export(
            network,
            (example, mask),
            str(file),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_axes={
                "input_ids": {0: "batch", 1: "length"},
                "attention_mask": {0: "batch", 1: "length"},
                "logits": {0: "batch"},
            },
            opset_version=17,
            dynamo=False,
        )


def _quantise(exact: Path, file: Path) -> None:
    """Dynamic int8, weights per channel, token vectors too; the n-grams' fp16 table stays as it is."""
    graph = onnx.load(str(exact)).graph
    if not any(node.op_type in {"MatMul", "Gemm"} for node in graph.node):
        shutil.copyfile(exact, file)
        return
    floats = {each.name for each in graph.initializer if each.data_type == onnx.TensorProto.FLOAT}
    quantize_dynamic(
        exact,
        file,
        op_types_to_quantize=["MatMul", "Gemm", "Gather"],
        nodes_to_exclude=[node.name for node in graph.node if node.op_type == "Gather" and node.input[0] not in floats],
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,  # CPUs without VNNI saturate otherwise
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )


def _optimise(plain: Path, file: Path) -> None:
    """Save the graph as ONNX Runtime would rewrite it at each start: the same numbers, loaded in half the time.

    Its extended rewrites run on any machine; the layouts of the level above would be this machine's own.
    """
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(file)
    ort.InferenceSession(str(plain), options, providers=["CPUExecutionProvider"])


def onnx_logits(file: Path, rows: Sequence[list[int]], pad_id: int) -> np.ndarray:
    """Logits of shape (rows, labels) by ONNX Runtime, on one thread."""
    session = session_of(file)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    found: list[np.ndarray] = [np.empty(0)] * len(rows)
    for start in range(0, len(order), 32):
        places = order[start : start + 32]
        ids, mask = padded([rows[i] for i in places], pad_id)
        (answers,) = session.run(None, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})
        for i, answer in zip(places, answers, strict=True):
            found[i] = answer
    return np.stack(found)


def session_of(file: Path) -> ort.InferenceSession:
    """A graph ready to run as the service runs it, on one thread."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return ort.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def write_bundle(out: Path, model: Path, tokenizer: Tokenizer, card: str, fields: Mapping[str, Any]) -> None:
    """Write a complete bundle beside ``out``, then put it in its place: nobody ever meets half a bundle."""
    with _beside(out) as fresh:
        shutil.copyfile(model, fresh / "model.onnx")
        tokenizer.save(str(fresh / "tokenizer.json"))
        (fresh / "CARD.md").write_text(card, encoding="utf-8")
        write_manifest(fresh, "emotion", fields)


@contextlib.contextmanager
def _beside(out: Path) -> Iterator[Path]:
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        yield fresh
        fresh.chmod(0o755)
        if out.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent)) / "old"
            out.rename(old)
            fresh.rename(out)
            shutil.rmtree(old.parent)
        else:
            fresh.rename(out)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
