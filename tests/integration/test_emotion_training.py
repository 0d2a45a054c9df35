"""From a few dozen sentences to a bundle that the service reads: the whole training program in small."""

import csv
import json
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("sklearn")
pytest.importorskip("onnx")

import onnx

from bot.domain import EmotionReading
from bot.errors import BundleCorrupt
from ml.bundle import read_manifest
from ml.emotion.aihub import LabelSet, label_names
from ml.emotion.dataset import Example
from ml.emotion.evaluate import evaluate
from ml.emotion.labels import LABELS
from ml.emotion.runtime import Bundle
from tests.integration.emotion_files import (
    SENTENCES,
    TAILS,
    TEXTS,
    program,
    train,
    write_base,
    write_corpus,
    write_dev,
    write_sentences,
)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("emotion")
    write_sentences(folder / "written")
    write_dev(folder / "dev")
    write_base(folder / "base")
    train(folder / "out", *arguments(folder))
    return folder


def arguments(folder: Path) -> tuple[str | Path, ...]:
    data = ("--written", folder / "written", "--dev", folder / "dev", "--base", folder / "base")
    return (*data, "--inverse-penalty", "50", "--epochs", "2", "--held-out", "0")


def readings(bundle: Bundle, texts: list[str]) -> list[EmotionReading]:
    return bundle.readings(bundle.run([bundle.encode_utterance(text) for text in texts]))


def test_the_service_reads_what_was_trained(trained: Path) -> None:
    bundle = Bundle.load(trained / "out" / "bundle")
    texts = [text for label, texts in SENTENCES.items() if label != "중립" for text in texts]
    labels = [label for label, texts in SENTENCES.items() if label != "중립" for _ in texts]
    assert evaluate(readings(bundle, texts), labels).accuracy > 0.8


def test_company_in_a_batch_changes_nothing(trained: Path) -> None:
    bundle = Bundle.load(trained / "out" / "bundle")
    short, long = "슬퍼", "헤어져서 너무 슬프고 우울해서 눈물이 나"
    alone = bundle.run([bundle.encode_utterance(short)])
    together = bundle.run([bundle.encode_utterance(short), bundle.encode_utterance(long)])
    assert alone[0] == pytest.approx(together[0], abs=0.05)  # int8 scales depend on the batch


def test_the_bundle_explains_itself(trained: Path) -> None:
    manifest = json.loads((trained / "out" / "bundle" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["labels"] == list(LABELS)
    assert manifest["parity"]["fp32_largest_gap"] <= 1e-4
    assert manifest["parity"]["int8_same_emotion"] >= 0.99
    assert {"ask_below", "neutral_above"} == set(manifest["thresholds"])
    assert manifest["data"][0]["licence"].startswith("MIT")
    assert "How well it does" in (trained / "out" / "bundle" / "CARD.md").read_text(encoding="utf-8")


def test_the_graph_is_saved_as_the_runtime_would_rewrite_it(trained: Path, tmp_path: Path) -> None:
    saved, again = trained / "out" / "bundle" / "model.onnx", tmp_path / "again.onnx"
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(again)
    ort.InferenceSession(str(saved), options, providers=["CPUExecutionProvider"])
    nodes, nodes_again = (onnx.load(str(file)).graph.node for file in (saved, again))
    assert any(node.op_type == "DynamicQuantizeMatMul" for node in nodes)  # fused, which no exporter writes
    assert len(nodes) == len(nodes_again)


def test_a_finished_run_is_not_trained_again_but_exported_anew(trained: Path) -> None:
    before = (trained / "out" / "encoder-7.pt").stat().st_mtime_ns
    train(trained / "out", *arguments(trained))
    assert (trained / "out" / "encoder-7.pt").stat().st_mtime_ns == before
    assert Bundle.load(trained / "out" / "bundle").manifest["labels"] == list(LABELS)


def test_another_run_does_not_go_on_from_checkpoints_that_are_not_its_own(trained: Path) -> None:
    with pytest.raises(SystemExit, match="holds a run with other smoothing"):
        train(trained / "out", *arguments(trained), "--smoothing", "0.2")


def test_a_row_that_cannot_be_read_is_named(trained: Path, tmp_path: Path) -> None:
    broken = tmp_path / "mine.csv"
    broken.write_text("text,label\n안녕,행복\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"mine\.csv:2: unknown label '행복'"):
        train(tmp_path / "out", *arguments(trained), "--csv", broken)


def test_the_report_is_for_programs_and_for_people(trained: Path) -> None:
    out = trained / "out"
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["slices"]["dev-all"]["macro_f1"] > 0.8
    assert len(report["slices"]["dev-all"]["confusion"]) == len(LABELS)
    assert report["latency_ms"]["median"] > 0
    assert report["uncalibrated_error"].keys() == report["slices"].keys()
    told = (out / "report.md").read_text(encoding="utf-8")
    for plot in ("confusion", "reliability", "coverage", "latency", "slices"):
        assert f"({plot}.png)" in told
        assert (out / f"{plot}.png").read_bytes().startswith(b"\x89PNG")


def test_the_bundle_records_what_pytorch_says(trained: Path) -> None:
    bundle = Bundle.load(trained / "out" / "bundle")
    for probe in bundle.manifest["probes"]:
        assert bundle.encode_utterance(probe["text"]) == probe["ids"]
        assert bundle.run([probe["ids"]])[0] == pytest.approx(np.array(probe["logits"]), abs=0.3)


def test_a_student_learns_from_a_teacher_what_no_label_says(trained: Path, tmp_path: Path) -> None:
    """Every label is wrong; the teacher, which has seen right ones, is not."""
    folder = tmp_path / "written"
    folder.mkdir()
    wrong = [f"기쁨\t기쁨\t{text} {tail}" for tail in TAILS for text in TEXTS[:25]]  # none of the neutral ones
    (folder / "a.tsv").write_text("\n".join(wrong) + "\n", encoding="utf-8")
    data = ("--written", folder, "--dev", trained / "dev", "--base", trained / "base", "--held-out", "0")
    recipe = ("--readers", "encoder", "--epochs", "40", "--learning-rate", "0.01", "--dropout", "0", "--batch", "16")
    train(
        tmp_path / "out",
        *data,
        *recipe,
        "--teacher",
        trained / "out" / "bundle",
        "--distil-weight",
        "1",
        "--distil-temperature",
        "1",
        "--int8-agreement",
        "0.95",  # one near-tie of eighty sentences is more than a hundredth
    )
    teacher, student = Bundle.load(trained / "out" / "bundle"), Bundle.load(tmp_path / "out" / "bundle")
    texts = TEXTS[:25]
    same = [
        one.emotion == other.emotion
        for one, other in zip(readings(teacher, texts), readings(student, texts), strict=True)
    ]
    assert np.mean(same) > 0.8


def test_sentences_without_a_label_get_the_teachers(trained: Path, tmp_path: Path) -> None:
    teacher = Bundle.load(trained / "out" / "bundle")
    texts = [text for texts in SENTENCES.values() for text in texts]
    labelled = program("train_emotion")["labelled_by"](teacher, texts)
    assert np.mean([each.label in SENTENCES and each.text in SENTENCES[each.label] for each in labelled]) > 0.8
    assert all(sum(each.target()) == pytest.approx(1) for each in labelled)


def test_aihub_teaches_the_services_labels(trained: Path, tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus.json")
    data = ("--aihub", corpus, "--turns", "joined", "--labels", "5", "--held-out", "0.3", "--base", trained / "base")
    train(tmp_path / "out", *data, "--epochs", "1", "--inverse-penalty", "50")
    bundle = Bundle.load(tmp_path / "out" / "bundle")
    assert bundle.manifest["data"][0]["licence"].startswith("AI Hub")
    assert {"dev-aihub", "held-out-aihub"} <= bundle.manifest["metrics"].keys()
    assert bundle.manifest["metrics"]["held-out-aihub"]["macro_f1"] > 0.5


@pytest.mark.parametrize("labels", ["6", "23", "58"])
def test_aihub_teaches_its_own_labels_to_a_bundle_that_the_service_refuses(
    labels: str, trained: Path, tmp_path: Path
) -> None:
    corpus = write_corpus(tmp_path / "corpus.json")
    data = ("--aihub", corpus, "--turns", "first", "--labels", labels, "--held-out", "0.3", "--base", trained / "base")
    train(tmp_path / "out", *data, "--epochs", "1")
    manifest = read_manifest(tmp_path / "out" / "bundle", "emotion")
    assert manifest["labels"] == list(label_names(LabelSet(labels)))
    assert manifest["metrics"]["held-out-aihub"]["accuracy"] is not None
    with pytest.raises(BundleCorrupt, match="its labels are"):
        Bundle.load(tmp_path / "out" / "bundle")


def test_labels_of_aihub_cannot_be_taught_by_other_data(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        train(trained / "nowhere", "--labels", "23", "--written", trained / "written", "--base", trained / "base")
    assert "only --aihub" in capsys.readouterr().err


def test_what_was_augmented_from_a_held_out_sentence_is_not_learnt(trained: Path, tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus.json")
    gather, parse = program("train_emotion")["gather"], program("train_emotion")["arguments"]
    plain = ["--aihub", str(corpus), "--base", "any", "--out", "any", "--held-out", "0.3"]
    everything = gather(parse(plain), LABELS)
    groups = sorted({each.group for each in (*everything.learning, *everything.judged)})
    augmented = tmp_path / "augmented.csv"
    with augmented.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(
            [
                ("text", "label", "group"),
                *((f"{place} 번째 새로운 문장", "기쁨", group) for place, group in enumerate(groups)),
            ]
        )
    learnt = gather(parse([*plain, "--augmented", str(augmented)]), LABELS).learning
    ours = [each for each in learnt if each.source == "augmented"]
    assert 0 < len(ours) < len(groups)
    assert not {each.group for each in ours} & {each.group for each in everything.judged}


def test_class_weights_make_rare_labels_count() -> None:
    balanced = program("train_emotion")["balanced"]
    targets = np.eye(2)[[0] * 90 + [1] * 10]
    for balance, expected in ((0.0, 1.0), (0.5, 3.0), (1.0, 9.0)):
        weights = balanced(targets, 1.0, balance)
        assert weights.mean() == pytest.approx(1.0)
        assert weights[-1] / weights[0] == pytest.approx(expected)


def test_hard_targets_keep_the_leading_emotion_alone() -> None:
    targets_of = program("train_emotion")["targets_of"]
    mixed = Example(text="슬프고 화나", label="슬픔", source="test", shares=(0, 0.6, 0, 0.4, 0, 0))
    assert targets_of([mixed], LABELS, "soft").tolist() == [[0, 0.6, 0, 0.4, 0, 0]]
    assert targets_of([mixed], LABELS, "hard").tolist() == [[0, 1, 0, 0, 0, 0]]
