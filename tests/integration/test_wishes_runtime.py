import json
import statistics
import time
from pathlib import Path
from random import Random

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from bot.domain import Concern, Hints, Intent, Mood
from bot.errors import BundleCorrupt, ManifestMissing
from bot.understanding import met
from ml.bundle import write_manifest
from ml.emotion.dataset import Example, read_written
from ml.emotion.labels import NEUTRAL
from ml.emotion.runtime import EMBEDDED_BUNDLE, MODEL, Bundle
from ml.wishes.dataset import DATA, INTENT_SENTENCES, SAFETY_SENTENCES, disturbed, read_labelled
from ml.wishes.evaluate import intent_figures, safety_figures
from ml.wishes.features import BUCKETS_LOG2, buckets_of
from ml.wishes.runtime import KIND, LABELS, SAFETY_LABELS, WEIGHTS, EmbeddedWishClassifier, probabilities

FEELINGS = DATA.parents[1] / "emotion" / "data" / "dev"


@pytest.fixture(scope="module")
def shipped() -> EmbeddedWishClassifier:
    return EmbeddedWishClassifier.load()


def a_tiny_bundle(directory: Path, taught: dict[str, str], **changes: object) -> Path:
    """A model that knows a few sentences by heart: ``taught`` maps them to labels."""
    weights = np.zeros((1 << BUCKETS_LOG2, len(LABELS)), dtype=np.int8)
    for text, label in taught.items():
        weights[buckets_of(text), LABELS.index(label)] = 100
    directory.mkdir()
    np.save(directory / WEIGHTS, weights)
    fields = {
        "labels": LABELS,
        "scales": [0.01] * len(LABELS),
        "biases": [0.0] * len(LABELS),
        "thresholds": {"wish_above": 2.0, "concern_above": 0.9, "explicit_share": 0.5},
    }
    write_manifest(directory, KIND, fields | changes)
    return directory


def test_what_was_taught_is_heard(tmp_path: Path) -> None:
    wishes = EmbeddedWishClassifier.load(a_tiny_bundle(tmp_path / "b", {"넘겨": "more", "다 놓고 갈게": "explicit"}))
    assert wishes.hear("넘겨") == Hints(wish=Intent.MORE)
    assert wishes.hear("다 놓고 갈게") == Hints(concern=Concern.EXPLICIT)
    assert wishes.hear("점심 뭐 먹지") == Hints()


def test_any_text_is_heard(shipped: EmbeddedWishClassifier) -> None:
    for text in ("", "\x00", "\ud800", "😭", "ㅋ" * 10_000, "슬퍼 " * 50_000):
        assert isinstance(shipped.hear(text), Hints)


def test_a_bundle_of_other_labels_or_a_changed_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestMissing):
        EmbeddedWishClassifier.load(tmp_path)
    with pytest.raises(BundleCorrupt, match="labels"):
        EmbeddedWishClassifier.load(a_tiny_bundle(tmp_path / "labels", {}, labels=LABELS[1:]))
    with pytest.raises(BundleCorrupt, match="thresholds"):
        EmbeddedWishClassifier.load(a_tiny_bundle(tmp_path / "thresholds", {}, thresholds={"above": 1}))
    changed = a_tiny_bundle(tmp_path / "changed", {})
    (changed / WEIGHTS).write_bytes(b"\x93NUMPY")
    with pytest.raises(BundleCorrupt, match="not the file"):
        EmbeddedWishClassifier.load(changed)


def test_the_shipped_encoder_is_heard_and_shares_its_tokenizer(shipped: EmbeddedWishClassifier) -> None:
    assert shipped.encoder is not None
    assert shipped.encoder.tokenizer is Bundle.load(EMBEDDED_BUNDLE).tokenizer
    text = "한 판만 더 살려줘 제발 목숨 하나 남았어"
    by_ngrams = shipped.logits(buckets_of(text))[-len(SAFETY_LABELS) :]
    assert not np.allclose(shipped.concern_odds(text, by_ngrams), probabilities(by_ngrams), atol=0.01)


def test_an_encoder_without_its_tokenizer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleCorrupt, match="tokenizer"):
        EmbeddedWishClassifier.load(
            a_tiny_bundle(tmp_path / "b", {}, encoder={"tokenizer_sha256": "0", "max_length": 64, "lowercase": True})
        )


def test_the_encoder_of_the_emotion_bundle_can_be_trained_again() -> None:
    torch = pytest.importorskip("torch")
    from ml.wishes.encoder import recovered_encoder

    graph = onnx.load(str(EMBEDDED_BUNDLE / MODEL))
    seen = next(node.output[0] for node in graph.graph.node if node.name == "/encoders.0/Concat")
    graph.graph.output.append(onnx.helper.make_tensor_value_info(seen, onnx.TensorProto.FLOAT, None))
    bundle = Bundle.load(EMBEDDED_BUNDLE)
    ids = np.array([bundle.encode_utterance("합격했어! 아직도 손이 떨려")], dtype=np.int64)
    session = ort.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    (shipped,) = session.run([seen], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
    with torch.no_grad():
        hidden = recovered_encoder(EMBEDDED_BUNDLE).eval()(torch.from_numpy(ids)).last_hidden_state[0]
    again = torch.cat([hidden[0], hidden.mean(0), hidden.max(0).values]).numpy()
    assert np.abs(again - shipped[0]).mean() < 0.02  # int8 rounds what passes between the layers


def test_it_loads_and_hears_at_once(shipped: EmbeddedWishClassifier) -> None:
    took = []
    for _ in range(200):
        began = time.perf_counter()
        shipped.hear("오늘 하루 종일 회의만 했더니 머리가 아파서 아무것도 못 하겠어")
        took.append(time.perf_counter() - began)
    assert statistics.median(took) < 0.01  # a fraction of that on a quiet machine: see the model card


def test_the_shipped_model_hears_what_it_was_measured_to_hear(shipped: EmbeddedWishClassifier) -> None:
    def understand(text: str) -> Concern | Intent | Mood | None:
        return met(text, shipped.hear(text))

    metrics = json.loads((DATA.parent / "bundle" / "manifest.json").read_text(encoding="utf-8"))["metrics"]
    intents = intent_figures(read_labelled(DATA / "intents" / "dev", INTENT_SENTENCES), understand)
    safety = safety_figures(read_labelled(DATA / "safety" / "dev", SAFETY_SENTENCES), understand)
    feelings = [
        Example(text=each.text, label="none", source="") for each in read_written(FEELINGS) if each.label != NEUTRAL
    ]
    felt = intent_figures(feelings, understand)
    tiers = ("explicit", "soft")
    assert intents.accuracy > metrics["intents"] - 0.01
    assert safety.rate("explicit", *tiers) > metrics["explicit met"] - 0.01
    assert safety.rate("soft", *tiers) > metrics["despair met"] - 0.01
    assert safety.rate("idiom", *tiers) < metrics["idioms met"] + 0.01
    assert felt.rate("none", "none") > 0.99


def test_a_sentence_is_disturbed_in_many_ways() -> None:
    rng = Random(0)
    forms = {disturbed("정말 죽고 싶다", rng) for _ in range(50)}
    assert len(forms) > 10
    assert any("ㅈ" in form for form in forms)
    assert "정말죽고싶다" in forms
