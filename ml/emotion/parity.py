"""Checks that a bundle answers like what it was made from: its tokenizer, its network, its own records."""

import importlib.util
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoTokenizer

from ml.bundle import read_manifest
from ml.emotion.bases import untrained
from ml.emotion.dataset import read_written
from ml.emotion.export import FP32_TOLERANCE, INT8_AGREEMENT, export_fp32, onnx_logits, parity_of
from ml.emotion.kobert import VOCABULARY_SIZE, differences, is_kobert, tokenizer_from
from ml.emotion.nasty_strings import DATA, nasty_strings
from ml.emotion.reference import Original, PlainUnigram, hides_special_token
from ml.emotion.runtime import MODEL, TOKENIZER
from ml.emotion.text import normalise
from ml.emotion.train import EmotionNetwork, Mixing, NgramReader, SentenceReader, load_checkpoint

TIES_ALLOWED: Final = 0.001
"""Share of the strings that may be cut another way for exactly the same score; see `ml.emotion.kobert.Parity`."""

INT8_GAP: Final = 0.5
"""How far int8 logits may lie from recorded ones; the embedded bundle's lie up to 0.17 from fp32's."""

EXACT: Final = "PyTorch = ONNX fp32"
SMALL: Final = "int8 = fp32"

Reference = Callable[[str], Sequence[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What came of one check."""

    check: str
    passed: bool | None
    """None: it could not be made; ``detail`` says what is missing."""
    detail: str


def findings(
    bundle: Path, *, run: Path | None = None, base: Path | None = None, texts: Sequence[str] | None = None
) -> Iterator[Finding]:
    """Check a bundle as far as what is there allows.

    Args:
        bundle: The bundle's directory.
        run: The directory that training wrote beside it, with the checkpoints.
        base: The directory of the base, whose own tokenizer is the reference; its configuration where ``run`` has none.
        texts: Sentences to compare networks on; the project's development sentences if not given.

    Raises:
        ManifestMissing: ``bundle`` is no complete bundle.
        BundleCorrupt: A file is not the one that its manifest describes.
    """
    manifest = read_manifest(bundle, "emotion")
    yield Finding(check="files", passed=True, detail=f"{len(manifest['files'])} files as the manifest describes them")
    tokenizer = Tokenizer.from_file(str(bundle / TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    yield _tokenizer(tokenizer, bool(manifest["lowercase"]), base)
    yield _recorded(bundle, manifest, tokenizer)
    if run is None:
        for check in (EXACT, SMALL):
            yield Finding(
                check=check, passed=None, detail="no checkpoint: give --run, the directory that training wrote"
            )
        return
    network = load_network(run, manifest, tokenizer, base)
    texts = texts or [example.text for example in read_written(DATA / "dev")]
    yield from _network(bundle, manifest, tokenizer, network, texts)


def _tokenizer(tokenizer: Tokenizer, lowercase: bool, base: Path | None) -> Finding:
    """Ids of cleaned nasty strings against another implementation's."""
    check = "tokenizer = reference"
    texts = [normalise(text, lowercase=lowercase) for text in nasty_strings()]
    name, reference, compared = _reference(tokenizer, base)
    if reference is None or compared is None:
        return Finding(check=check, passed=None, detail=name)
    if compared is not tokenizer:  # KoBERT's, with our expressions, of which the original knows none
        texts = [text for text in texts if not hides_special_token(text)]
        size = compared.get_vocab_size()
        if any(tokenizer.id_to_token(i) != compared.id_to_token(i) for i in range(size)):
            return Finding(check=check, passed=False, detail="the bundle's vocabulary is not the base's")
        texts = [text for text in texts if max(tokenizer.encode(text).ids) < size]
        if moved := sum(tokenizer.encode(text).ids != compared.encode(text).ids for text in texts):
            return Finding(
                check=check, passed=False, detail=f"{moved} strings are not cut as the base's tokenizer does"
            )
    parity = differences(compared, reference, texts) if _is_unigram(compared) else None
    wrong = len(parity.different) if parity else sum(compared.encode(text).ids != reference(text) for text in texts)
    ties = len(parity.ties) if parity else 0
    detail = f"{name}: {len(texts):,} nasty strings, {wrong} differ, {ties} ties"
    return Finding(check=check, passed=wrong == 0 and ties <= TIES_ALLOWED * len(texts), detail=detail)


def _reference(tokenizer: Tokenizer, base: Path | None) -> tuple[str, Reference | None, Tokenizer | None]:
    """What to compare with: its name, the ids it gives, and the tokenizer that is to give the same ones."""
    if base is not None and is_kobert(base):
        if importlib.util.find_spec("sentencepiece") is None:
            return "KoBERT's original needs sentencepiece: pip install sentencepiece", None, None
        model = next(base.glob("tokenizer_*.model"), base / "spiece.model")
        vocabulary = base / ("vocab.txt" if model.name != "spiece.model" else "no vocab.txt")
        size = min(VOCABULARY_SIZE, AutoConfig.from_pretrained(base).vocab_size)
        return "KoBERT's original", Original(model, vocabulary), tokenizer_from(base, size=size)
    if base is not None and not (base / TOKENIZER).is_file():
        original = AutoTokenizer.from_pretrained(base)
        return "the base's, by transformers", lambda text: original(text)["input_ids"], tokenizer
    if PlainUnigram.can_read(tokenizer):
        return "a plain Viterbi search", PlainUnigram(tokenizer), tokenizer
    if base is not None:
        original = Tokenizer.from_file(str(base / TOKENIZER))
        return "the base's tokenizer.json", lambda text: original.encode(text).ids, tokenizer
    return "no reference at hand: give --base, the directory of the base", None, None


def _is_unigram(tokenizer: Tokenizer) -> bool:
    return type(tokenizer.model).__name__ == "Unigram"


def _recorded(bundle: Path, manifest: Mapping[str, Any], tokenizer: Tokenizer) -> Finding:
    """The bundle's answers to the sentences whose PyTorch logits its manifest records."""
    check = "answers = recorded PyTorch logits"
    if not (probes := manifest.get("probes")):
        return Finding(check=check, passed=None, detail="the manifest records none; bundles trained from now on do")
    rows = [tokenizer.encode(normalise(probe["text"], lowercase=manifest["lowercase"])).ids for probe in probes]
    rows = [row[: manifest["max_length"]] for row in rows]
    if rows != [probe["ids"] for probe in probes]:
        return Finding(check=check, passed=False, detail="its tokenizer gives other ids than were recorded")
    recorded = np.array([probe["logits"] for probe in probes])
    gap = float(np.abs(onnx_logits(bundle / MODEL, rows, manifest["pad_id"]) - recorded).max())
    return Finding(check=check, passed=gap <= INT8_GAP, detail=f"{len(rows)} sentences, largest gap {gap:.3f}")


def _network(
    bundle: Path, manifest: Mapping[str, Any], tokenizer: Tokenizer, network: EmotionNetwork, texts: Sequence[str]
) -> Iterator[Finding]:
    tokenizer.enable_truncation(manifest["max_length"])
    cleaned = [normalise(text, lowercase=manifest["lowercase"]) for text in texts]
    rows = [encoding.ids for encoding in tokenizer.encode_batch(cleaned)]
    with tempfile.TemporaryDirectory() as scratch:
        exact = Path(scratch) / "fp32.onnx"
        export_fp32(network, exact)
        parity = parity_of(network, exact, bundle / MODEL, rows, manifest["pad_id"])
    gap, same = parity.fp32_largest_gap, parity.int8_same_emotion
    detail = f"{len(rows):,} sentences, largest gap {gap:.1e}"
    yield Finding(check=EXACT, passed=gap <= FP32_TOLERANCE, detail=detail)
    detail = f"{len(rows):,} sentences, same emotion on {same:.2%}, largest gap {parity.int8_largest_gap:.3f}"
    yield Finding(check=SMALL, passed=same >= INT8_AGREEMENT, detail=detail)


def load_network(
    run: Path, manifest: Mapping[str, Any], tokenizer: Tokenizer, base: Path | None = None
) -> EmotionNetwork:
    """Put a trained network together again from the checkpoints of a run."""
    ngrams = NgramReader(tokenizer) if (run / "ngrams.pt").is_file() else None
    if ngrams is not None:
        ngrams.load(run / "ngrams.pt")
    encoders = []
    for seed in manifest["seeds"]:
        config = AutoConfig.from_pretrained(run if (run / "config.json").is_file() else base)
        reader = SentenceReader(untrained(config), len(manifest["labels"]))
        load_checkpoint(reader, run / f"encoder-{seed}.pt")
        encoders.append(reader)
    return EmotionNetwork(ngrams, encoders, Mixing(**manifest["mixing"]))
