"""A few dozen sentences, tiny pretrained models of every kind, and the training program in the same process."""

import functools
import importlib
import io
import json
import runpy
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
import transformers

from ml.emotion.kobert import SPECIAL_TOKENS, VOCABULARY_SIZE
from tests.integration.kobert_files import write_vocabulary

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
TAILS = ("오늘도", "정말로", "아침부터")
TEXTS = [text for texts in SENTENCES.values() for text in texts]
LETTERS = sorted(set("".join(TEXTS) + "".join(TAILS) + "KTXABC눈물웃음짜증공포사랑행복분노") - {" "})
SHAPE = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 40,
}


def write_sentences(folder: Path) -> Path:
    """Every sentence three times over, told apart by its last words."""
    folder.mkdir(parents=True)
    rows = [
        f"{label}\t{label}\t{text} {tail}" for tail in TAILS for label, texts in SENTENCES.items() for text in texts
    ]
    (folder / "messenger.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def write_dev(folder: Path) -> Path:
    folder.mkdir(parents=True)
    rows = [f"{label}\t{label}\t{texts[0]}" for label, texts in SENTENCES.items()]
    (folder / "conv.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def write_base(folder: Path) -> Path:
    """What ``scripts/pretrain_emotion.py`` leaves, untrained."""
    folder.mkdir()
    tokenizer = program("pretrain_emotion")["train_tokenizer"](TEXTS * 4, 120)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = transformers.BertConfig(vocab_size=tokenizer.get_vocab_size(), type_vocab_size=1, pad_token_id=1, **SHAPE)
    _save(transformers.BertModel, config, folder)
    return folder


def write_klue_bert(folder: Path) -> Path:
    """As ``klue/bert-base``: cased WordPiece, padding first."""
    size = _write_wordpiece(folder, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    _save(transformers.BertModel, transformers.BertConfig(vocab_size=size, pad_token_id=0, **SHAPE), folder)
    return folder


def write_klue_roberta(folder: Path) -> Path:
    """As ``klue/roberta-base``: RoBERTa over BERT's tokenizer, in RoBERTa's order of special tokens."""
    size = _write_wordpiece(folder, ["[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"])
    config = transformers.RobertaConfig(vocab_size=size, pad_token_id=1, type_vocab_size=1, **SHAPE)
    _save(transformers.RobertaModel, config, folder)
    return folder


def write_koelectra(folder: Path) -> Path:
    """As KoELECTRA and KcELECTRA: no pooler, and token vectors narrower than the layers."""
    size = _write_wordpiece(folder, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    config = transformers.ElectraConfig(vocab_size=size, embedding_size=8, pad_token_id=0, **SHAPE)
    _save(transformers.ElectraModel, config, folder)
    return folder


def write_kobert(folder: Path, tokenizer_files: Path | None = None) -> Path:
    """As KoBERT: its real tokenizer files if given, else some of the same make, around a tiny model."""
    folder.mkdir()
    if tokenizer_files is None:
        size = _write_unigram(folder)
    else:
        for file in tokenizer_files.iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
        size = VOCABULARY_SIZE
    _save(transformers.BertModel, transformers.BertConfig(vocab_size=size, pad_token_id=1, **SHAPE), folder)
    return folder


def _save(kind: Any, config: Any, folder: Path) -> None:
    """Write a model with random weights, the same ones every time."""
    torch.manual_seed(1)
    kind(config).save_pretrained(folder)


def _write_wordpiece(folder: Path, special: Sequence[str]) -> int:
    folder.mkdir()
    vocabulary = [*special, *LETTERS, *(f"##{letter}" for letter in LETTERS), "행복", "##해서"]
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    settings = {"do_lower_case": False, "tokenizer_class": "BertTokenizer", "strip_accents": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return len(vocabulary)


def _write_unigram(folder: Path) -> int:
    """The older form of KoBERT's files, around a SentencePiece model trained on the spot."""
    model = io.BytesIO()
    pieces = _unigram(model, [*TEXTS, "눈물 웃음 짜증 공포 사랑 행복 분노", "KTX ktx ["], 160)
    (folder / "tokenizer_0123456789.model").write_bytes(model.getvalue())
    tokens = [*SPECIAL_TOKENS, *sorted(pieces)]
    write_vocabulary(folder, tokens)
    return len(tokens)


def _unigram(model: io.BytesIO, texts: Sequence[str], size: int) -> list[str]:
    """Train a SentencePiece model into ``model``; its pieces come back, special ones left out."""
    sentencepiece: Any = importlib.import_module("sentencepiece")
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=model,
        model_type="unigram",
        vocab_size=size,
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        num_threads=1,
        minloglevel=2,
    )
    read = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return [read.id_to_piece(number) for number in range(3, read.vocab_size())]


@functools.cache
def program(name: str) -> dict[str, Any]:
    """The names of a program under ``scripts``, loaded once, as if it had been started there."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        return runpy.run_path(str(ROOT / "scripts" / f"{name}.py"))
    finally:
        sys.path.remove(str(ROOT / "scripts"))


def write_corpus(file: Path) -> Path:
    """A corpus of AI Hub's form: a dialogue of three turns for each sentence, ending and situation."""
    codes = {"기쁨": "E6", "슬픔": "E2", "당황": "E5", "분노": "E1", "불안": "E3", "상처": "E4"}
    sentences = {**SENTENCES, "상처": ("배신당해서 아파", "버려진 것 같아")}
    entries = [
        {
            "profile": {"emotion": {"emotion-id": f"S01_D01_{code}{number % 3}", "type": f"{code}{number % 3}"}},
            "talk": {
                "id": {"profile-id": "P", "talk-id": f"{emotion}{number}{tail}{more}"},
                "content": {"HS01": f"{more} {tail} {text}", "HS02": f"{text} {more}", "HS03": f"그래서 {text} {tail}"},
            },
        }
        for emotion, code in codes.items()
        for number, text in enumerate(sentences[emotion])
        for tail in TAILS
        for more in ("어제부터 계속", "친구랑 헤어지고 나서", "방에 혼자 앉아서", "버스를 기다리다가")
    ]
    file.write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    return file


def write_translator(folder: Path, kind: str) -> Path:
    """A translation model of one of the three kinds, which says random things."""
    folder.mkdir()
    model = io.BytesIO()
    texts = [*TEXTS, *TAILS, "I am so sad today"]
    pieces = _unigram(model, texts, 150)
    shape = {"d_model": 16, "encoder_layers": 1, "decoder_layers": 1, "encoder_ffn_dim": 16, "decoder_ffn_dim": 16}
    shape |= {"encoder_attention_heads": 2, "decoder_attention_heads": 2, "max_position_embeddings": 140}
    settings: dict[str, str] = {}
    if kind == "marian":
        for name in ("source.spm", "target.spm"):
            (folder / name).write_bytes(model.getvalue())
        vocabulary = ["</s>", "<unk>", *pieces, "<pad>"]
        settings = {"tokenizer_class": "MarianTokenizer", "source_lang": "ko", "target_lang": "en"}
        last = len(vocabulary) - 1
        config = transformers.MarianConfig(
            vocab_size=len(vocabulary),
            pad_token_id=last,
            decoder_start_token_id=last,
            eos_token_id=0,
            forced_eos_token_id=0,
            **shape,
        )
        _save(transformers.MarianMTModel, config, folder)
    elif kind == "m2m100":
        (folder / "sentencepiece.bpe.model").write_bytes(model.getvalue())
        vocabulary = ["<s>", "<pad>", "</s>", "<unk>", *pieces]
        settings = {"tokenizer_class": "M2M100Tokenizer"}
        config = transformers.M2M100Config(vocab_size=len(vocabulary) + 108, pad_token_id=1, **shape)
        _save(transformers.M2M100ForConditionalGeneration, config, folder)
    else:
        vocabulary = ["<s>", "<pad>", "</s>", "<unk>", "▁", *LETTERS]
        places = {token: place for place, token in enumerate(vocabulary)}
        tokenizer = transformers.NllbTokenizer(vocab=places, merges=[])
        tokenizer.save_pretrained(folder)
        config = transformers.M2M100Config(vocab_size=len(tokenizer), pad_token_id=1, **shape)
        _save(transformers.M2M100ForConditionalGeneration, config, folder)
        return folder
    places = {token: place for place, token in enumerate(vocabulary)}
    (folder / "vocab.json").write_text(json.dumps(places), encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


def train(out: Path, *arguments: str | Path) -> None:
    """Run the training program; it leaves ``out``."""
    threads = torch.get_num_threads()
    main: Callable[[Sequence[str]], None] = program("train_emotion")["main"]
    try:
        main(["--out", str(out), "--threads", "1", "--max-length", "32", *map(str, arguments)])
    finally:
        torch.set_num_threads(threads)
