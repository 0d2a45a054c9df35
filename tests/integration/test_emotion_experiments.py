"""The original's experiments, as commands: models side by side, ever fewer labels, back-translation."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("sklearn")
pytest.importorskip("onnx")
pytest.importorskip("sentencepiece")

from ml.emotion.bases import BaseUnavailable  # noqa: E402
from tests.integration.emotion_files import (  # noqa: E402
    TEXTS,
    program,
    write_corpus,
    write_klue_bert,
    write_koelectra,
    write_sentences,
    write_translator,
)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning")


def compare(out: Path, *arguments: str | Path) -> dict[str, Any]:
    program("compare_emotion")["main"]([arguments[0], "--out", str(out), *map(str, arguments[1:])])
    written: dict[str, Any] = json.loads((out / "comparison.json").read_text(encoding="utf-8"))
    return written


def recipe(corpus: Path) -> tuple[str | Path, ...]:
    data = ("--", "--aihub", corpus, "--turns", "first", "--held-out", "0.3")
    return (*data, "--epochs", "1", "--max-length", "32", "--threads", "1")


def test_models_are_compared_and_a_missing_one_is_named_and_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bases = [write_klue_bert(tmp_path / "klue-bert"), tmp_path / "nowhere", write_koelectra(tmp_path / "koelectra")]
    out, corpus = tmp_path / "out", write_corpus(tmp_path / "corpus.json")
    compared = compare(out, "models", "--bases", *bases, *recipe(corpus), "--labels", "6")
    assert list(compared["results"]) == ["klue-bert", "koelectra"]
    assert compared["results"]["koelectra"]["slice"] == "held-out-aihub"
    (missing,) = compared["left_out"]
    assert "nowhere: not on this machine" in missing
    assert f"hf download {bases[1]} --local-dir DIR" in missing
    assert missing in capsys.readouterr().err
    table = (out / "comparison.md").read_text(encoding="utf-8")
    assert "| klue-bert | held-out-aihub |" in table
    assert "Left out:" in table
    assert (out / "comparison.png").read_bytes().startswith(b"\x89PNG")


def test_nothing_to_compare_is_a_failure(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus.json")
    with pytest.raises(SystemExit, match="nothing to compare"):
        compare(tmp_path / "out", "models", "--bases", tmp_path / "nowhere", *recipe(corpus))


def test_labels_get_fewer_and_are_compared_on_the_same_five(tmp_path: Path) -> None:
    base, corpus = write_klue_bert(tmp_path / "base"), write_corpus(tmp_path / "corpus.json")
    results = compare(tmp_path / "out", "labels", "--base", base, *recipe(corpus))["results"]
    assert list(results) == ["58", "23", "6", "5"]
    assert results["5"]["macro_f1_of_five"] == pytest.approx(results["5"]["macro_f1"], abs=0.2)
    assert all(0 <= row["macro_f1_of_five"] <= 1 for row in results.values())


def test_finer_classes_count_as_the_emotion_they_belong_to() -> None:
    five = program("compare_emotion")["five"]
    names = ("분노", "툴툴대는", "상처", "기쁨")
    assert five(names, [[0, 5, 0, 0], [3, 0, 0, 0], [0, 0, 0, 9], [0, 0, 0, 4]]) == 1.0  # 상처 itself is left out
    assert five(names, [[0, 0, 5, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 4]]) == 0.5  # hearing 상처 is wrong


# --- back-translation ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "source"), [("marian", None), ("m2m100", "__ko__"), ("nllb", "kor_Hang")], ids=lambda value: str(value)
)
@pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")
def test_translators_of_every_kind_are_told_their_languages(kind: str, source: str | None, tmp_path: Path) -> None:
    translator = program("augment_emotion")["Translator"].load(
        str(write_translator(tmp_path / kind, kind)), "ko", "en", 0.9
    )
    torch.manual_seed(0)
    answers = translator(["헤어져서 슬퍼", "너무 행복해"])
    assert len(answers) == 2
    read = translator.tokenizer.convert_ids_to_tokens(translator.tokenizer("슬퍼")["input_ids"])
    if source is None:
        assert translator.beginning == {}
    else:
        assert read[0] == source
        begun = translator.tokenizer.convert_ids_to_tokens(translator.beginning["forced_bos_token_id"])
        assert begun in {"__en__", "eng_Latn"}


def test_augmented_rows_keep_label_and_origin(tmp_path: Path) -> None:
    written = write_sentences(tmp_path / "written")
    model, out = str(write_translator(tmp_path / "nllb", "nllb")), tmp_path / "augmented.csv"
    arguments = ["--written", str(written), "--there", model, "--back", model, "--out", str(out)]
    program("augment_emotion")["main"](arguments)
    with out.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    lines = (written / "messenger.tsv").read_text(encoding="utf-8").splitlines()
    label_of = {line.split("\t")[2]: line.split("\t")[0] for line in lines}
    assert rows
    assert all(label_of[row["group"]] == row["label"] for row in rows)


def test_an_interrupted_augmentation_goes_on_where_it_was(tmp_path: Path) -> None:
    round_trips = program("augment_emotion")["round_trips"]
    asked: list[str] = []

    def there(texts: Sequence[str]) -> list[str]:
        if len(asked) >= 4:
            raise KeyboardInterrupt
        asked.extend(texts)
        return [f"en {text}" for text in texts]

    def back(texts: Sequence[str]) -> list[str]:
        return [f"ko {text}" for text in texts]

    cache = tmp_path / "cache.jsonl"
    with pytest.raises(KeyboardInterrupt):
        round_trips(TEXTS[:6], there, back, cache, 2)
    with cache.open("a", encoding="utf-8") as stream:
        stream.write('["cut off')
    first, asked = asked, []
    again = round_trips(TEXTS[:6], there, back, cache, 2)
    assert (first, asked) == (TEXTS[:4], TEXTS[4:6])
    assert again == {text: f"ko en {text}" for text in TEXTS[:6]}


@pytest.mark.parametrize(
    ("again", "useful"),
    [
        ("헤어지고 나서 슬퍼요", True),
        ("헤어져서 슬퍼!!", False),
        ("I am sad", False),
        ("", False),
        ("슬", False),
        ("헤어져서 " * 5, False),
    ],
)
def test_round_trips_that_say_nothing_new_are_dropped(again: str, useful: bool) -> None:
    assert program("augment_emotion")["is_useful"]("헤어져서 슬퍼", again) is useful


def test_a_translator_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BaseUnavailable, match="nowhere: not on this machine"):
        program("augment_emotion")["Translator"].load(str(tmp_path / "nowhere"), "ko", "en", 0.9)
