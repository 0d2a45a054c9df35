"""Every kind of base goes from its own files to a bundle that the service reads."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("sklearn")
pytest.importorskip("onnx")
pytest.importorskip("sentencepiece")

from ml.emotion.bases import BaseUnavailable, open_base  # noqa: E402
from ml.emotion.kobert import EXPRESSIONS  # noqa: E402
from ml.emotion.parity import findings  # noqa: E402
from ml.emotion.runtime import Bundle  # noqa: E402
from ml.emotion.train import CharacterNgrams  # noqa: E402
from tests.integration.emotion_files import (  # noqa: E402
    SENTENCES,
    TEXTS,
    train,
    write_base,
    write_dev,
    write_klue_bert,
    write_klue_roberta,
    write_kobert,
    write_koelectra,
    write_sentences,
)
from tests.integration.test_kobert_tokenizer import REAL_FILES, needs_real_files  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning")

KINDS = {
    "ours": write_base,
    "klue-bert": write_klue_bert,
    "klue-roberta": write_klue_roberta,
    "koelectra": write_koelectra,
    "kobert": write_kobert,
}
Write = Callable[[Path], Path]
kinds = pytest.mark.parametrize("write", KINDS.values(), ids=KINDS.keys())


def trained_on(base: Path, folder: Path) -> Path:
    written, dev = write_sentences(folder / "written"), write_dev(folder / "dev")
    more = ("--epochs", "1", "--inverse-penalty", "50", "--held-out", "0")
    train(folder / "out", "--written", written, "--dev", dev, "--base", base, *more)
    return folder / "out"


@kinds
def test_a_base_of_any_kind_becomes_a_bundle_that_agrees_with_it(write: Write, tmp_path: Path) -> None:
    base = write(tmp_path / "base")
    out = trained_on(base, tmp_path)
    bundle = Bundle.load(out / "bundle")
    texts = [text for label, texts in SENTENCES.items() if label != "중립" for text in texts]
    labels = [label for label, texts in SENTENCES.items() if label != "중립" for _ in texts]
    readings = bundle.readings(bundle.run([bundle.encode_utterance(text) for text in texts]))
    right = sum(reading.emotion.value == label for reading, label in zip(readings, labels, strict=True))
    assert right / len(texts) > 0.8
    found = {each.check: each for each in findings(out / "bundle", run=out, base=base, texts=TEXTS)}
    assert [each for each in found.values() if not each.passed] == []


@needs_real_files
def test_koberts_real_tokenizer_becomes_a_bundle_that_agrees_with_it(tmp_path: Path) -> None:
    assert REAL_FILES is not None
    base = write_kobert(tmp_path / "base", REAL_FILES)
    out = trained_on(base, tmp_path)
    bundle = Bundle.load(out / "bundle")
    assert (bundle.lowercase, bundle.pad_id) == (False, 1)
    assert bundle.encode_utterance("한국어 모델을 공유합니다.") == [2, 4958, 6855, 2046, 7088, 1050, 7843, 54, 3]
    assert all(each.passed for each in findings(out / "bundle", run=out, base=base, texts=TEXTS))


@kinds
def test_case_is_kept_where_the_vocabulary_has_capitals(write: Write, tmp_path: Path) -> None:
    tokens = open_base(str(write(tmp_path / "base")), max_length=32).tokens
    assert tokens.lowercase == (write is write_base)
    (upper,), (lower,) = tokens.encode(["KTX"]), tokens.encode(["ktx"])
    assert (upper == lower) == tokens.lowercase


def test_expressions_begin_as_the_words_they_stand_for(tmp_path: Path) -> None:
    folder = write_kobert(tmp_path / "base")
    base = open_base(str(folder), max_length=32)
    table = base.pretrained().get_input_embeddings().weight
    old = open_base(str(folder), max_length=32, expressions=False).pretrained().get_input_embeddings().weight
    tokenizer = base.tokens.tokenizer
    assert len(table) == len(old) + len(EXPRESSIONS)
    assert torch.equal(table[: len(old)], old)
    pieces = {each: tokenizer.encode(word, add_special_tokens=False).ids for each, word in EXPRESSIONS.items()}
    assert max(map(len, pieces.values())) > 1
    for expression, ids in pieces.items():
        assert torch.allclose(table[tokenizer.token_to_id(expression)], old[ids].mean(0))


def test_ngrams_read_added_words_and_skip_special_tokens(tmp_path: Path) -> None:
    tokenizer = open_base(str(write_kobert(tmp_path / "base")), max_length=32).tokens.tokenizer
    letters = CharacterNgrams(tokenizer).letters
    assert letters[tokenizer.token_to_id("ㅠㅠ")].count_nonzero() == 2
    assert letters[tokenizer.token_to_id("[SEP]")].count_nonzero() == 0


def test_ngrams_see_where_words_begin_in_word_pieces_too(tmp_path: Path) -> None:
    tokens = open_base(str(write_klue_bert(tmp_path / "base")), max_length=32).tokens
    ngrams = CharacterNgrams(tokens.tokenizer)
    begins, goes_on = tokens.tokenizer.token_to_id("해"), tokens.tokenizer.token_to_id("##해")
    assert ngrams.letters[begins].count_nonzero() == 2
    assert ngrams.letters[goes_on].count_nonzero() == 1


def test_a_long_piece_is_read_to_its_end(tmp_path: Path) -> None:
    folder = tmp_path / "base"
    _ = write_base(folder)
    described = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    described["model"]["vocab"][-1][0] = "▁이화여자대학교의료원목동병원"
    (folder / "tokenizer.json").write_text(json.dumps(described), encoding="utf-8")
    tokenizer = open_base(str(folder), max_length=32).tokens.tokenizer
    assert CharacterNgrams(tokenizer).letters[-1].count_nonzero() == 15


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda base: (base / "model.safetensors").unlink(), "base: no usable weights"),
        (lambda base: (base / "config.json").unlink(), "not usable as a base"),
        (
            lambda base: (base / "config.json").write_text(
                (base / "config.json").read_text().replace('"pad_token_id": 1', '"pad_token_id": 3')
            ),
            "its model pads with 3, its tokenizer with 1",
        ),
    ],
    ids=["no weights", "no configuration", "another padding"],
)
def test_what_is_wrong_with_a_base_is_said_in_one_line(
    spoil: Callable[[Path], object], says: str, tmp_path: Path
) -> None:
    folder = write_base(tmp_path / "base")
    spoil(folder)
    with pytest.raises(BaseUnavailable, match=says) as refused:
        open_base(str(folder), max_length=32).pretrained()
    assert "\n" not in str(refused.value)


def test_a_tokenizer_that_cannot_read_the_text_is_refused(tmp_path: Path) -> None:
    base = write_klue_bert(tmp_path / "base")
    lines = (base / "vocab.txt").read_text(encoding="utf-8").splitlines()
    foreign = [line if line.startswith("[") else f"x{place}" for place, line in enumerate(lines)]
    (base / "vocab.txt").write_text("\n".join(foreign) + "\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="reads 100% of the text as unknown"):
        trained_on(base, tmp_path)
