"""From a few dozen sentences to a bundle that the service reads: the whole training program in small."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("sklearn")
pytest.importorskip("onnx")

from bot.domain import EmotionReading  # noqa: E402
from ml.emotion.evaluate import evaluate  # noqa: E402
from ml.emotion.labels import LABELS  # noqa: E402
from ml.emotion.runtime import Bundle  # noqa: E402

ROOT = Path(__file__).parents[2]

SENTENCES = {
    "기쁨": (
        "합격했어 너무 행복해",
        "기분 최고야 신난다",
        "정말 고맙고 행복해",
        "여행 간다 신나",
        "행복해서 웃음이 나",
    ),
    "슬픔": (
        "헤어져서 슬퍼",
        "눈물이 나 너무 슬프다",
        "우울해서 누워만 있어",
        "보고 싶어서 눈물이 나",
        "슬프고 우울해",
    ),
    "당황": ("너무 창피해", "부끄러워서 숨고 싶어", "나만 혼자야 외로워", "미안하고 부끄러워", "외로워서 창피해"),
    "분노": ("진짜 화나", "짜증나 죽겠네", "열받아서 화나", "또 야근이야 짜증나", "화나고 열받아"),
    "불안": ("불안해서 떨려", "내일 시험 걱정돼", "무서워서 불안해", "긴장돼서 떨려", "걱정되고 불안해"),
    "중립": ("지금 몇 시야", "노래 틀어줘", "안녕 반가워", "오늘 월요일이네", "노래 몇 시야"),
}


def write_sentences(folder: Path) -> Path:
    """Every sentence three times over, told apart by its last words."""
    folder.mkdir(parents=True)
    rows = [
        f"{label}\t{label}\t{text} {tail}"
        for tail in ("오늘도", "정말로", "아침부터")
        for label, texts in SENTENCES.items()
        for text in texts
    ]
    (folder / "messenger.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def write_dev(folder: Path) -> Path:
    folder.mkdir(parents=True)
    rows = [f"{label}\t{label}\t{texts[0]}" for label, texts in SENTENCES.items()]
    (folder / "conv.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def write_base(folder: Path) -> Path:
    """A BERT with one layer of 16 and no training, in the form that ``--base`` takes."""
    train_tokenizer = runpy.run_path(str(ROOT / "scripts" / "pretrain_emotion.py"))["train_tokenizer"]
    folder.mkdir()
    tokenizer = train_tokenizer([text for texts in SENTENCES.values() for text in texts] * 4, 120)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = transformers.BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=32,
        type_vocab_size=1,
        pad_token_id=1,
    )
    transformers.BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


def train(out: Path, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "scripts/train_emotion.py", "--written", str(folder / "written")]
    command += ["--dev", str(folder / "dev"), "--base", str(folder / "base"), "--out", str(out), "--threads", "1"]
    command += ["--max-length", "32", "--inverse-penalty", "50", "--epochs", "2", "--held-out", "0", *more]
    return subprocess.run(  # noqa: S603 - our own program
        command, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": ""}, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("emotion")
    write_sentences(folder / "written")
    write_dev(folder / "dev")
    write_base(folder / "base")
    finished = train(folder / "out", folder)
    assert finished.returncode == 0, finished.stderr[-3000:]
    return folder


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


def test_a_finished_run_is_not_trained_again_but_exported_anew(trained: Path) -> None:
    before = (trained / "out" / "encoder-7.pt").stat().st_mtime_ns
    assert train(trained / "out", trained).returncode == 0
    assert (trained / "out" / "encoder-7.pt").stat().st_mtime_ns == before
    assert Bundle.load(trained / "out" / "bundle").manifest["labels"] == list(LABELS)


def test_a_row_that_cannot_be_read_is_named(trained: Path, tmp_path: Path) -> None:
    broken = tmp_path / "mine.csv"
    broken.write_text("text,label\n안녕,행복\n", encoding="utf-8")
    failed = train(tmp_path / "out", trained, "--csv", str(broken))
    assert failed.returncode != 0
    assert "mine.csv:2: unknown label '행복'" in failed.stderr
