"""KoBERT's tokenizer against the original: on its real files where they are, on files of the same make everywhere.

The real ones are looked for in ``SMOODY_TEST_DATA`` (their directory, or the one above ``kobert_tokenizer``) and beside
the repository.
"""

import base64
import io
import json
import os
import shutil
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, normalizers

from ml.emotion.kobert import (
    EXPRESSIONS,
    PAD_ID,
    SPECIAL_TOKENS,
    VOCABULARY_SIZE,
    KobertUnreadable,
    differences,
    is_kobert,
    tokenizer_from,
)
from ml.emotion.nasty_strings import NEWER_THAN_TOKENIZERS, SENTENCES, nasty_strings, sentences
from ml.emotion.reference import Original, hides_special_token
from ml.emotion.text import normalise
from tests.integration.kobert_files import (
    BPE,
    BYTE,
    NORMAL,
    UNKNOWN,
    model_bytes,
    write_hub_form,
    write_older_form,
    write_vocabulary,
)

TIES_ALLOWED = 0.001
"""Share of texts; see `ml.emotion.kobert.Parity`. All ties known are long runs of "0", "." or "?"."""

TIES_ALLOWED_TRAINED = 0.005
"""A model trained on a few hundred sentences gives many pieces the same score; eight of them had 0.05 to 0.2 %."""

SCORES = {
    "▁": -3.0,
    "▁오늘": -4.0,
    "슬": -6.0,
    "▁슬픔": -5.0,
    "픔": -6.5,
    "!": -4.5,
    "[": -7.0,
    "]": -7.5,
    "S": -8.0,
    "E": -8.0,
    "P": -8.0,
}
SIZE = len(SPECIAL_TOKENS) + len(SCORES)


def _beside_the_repository() -> Path:
    return Path(__file__).parents[3] / "shared" / "data" / "kobert_tokenizer"


def _real_files() -> Path | None:
    """Read on import, before each test is freed of all settings."""
    given = os.environ.get("SMOODY_TEST_DATA")
    if given is None:
        return _beside_the_repository() if is_kobert(_beside_the_repository()) else None
    directory = Path(given).resolve()
    return directory / "kobert_tokenizer" if (directory / "kobert_tokenizer").is_dir() else directory


REAL_FILES = _real_files()
needs_real_files = pytest.mark.skipif(
    REAL_FILES is None, reason="KoBERT's tokenizer files are not here: name their directory in SMOODY_TEST_DATA"
)


@pytest.fixture(scope="module")
def kobert() -> Path:
    """The real files, in one form or both."""
    assert REAL_FILES is not None
    assert is_kobert(REAL_FILES), f"no tokenizer of KoBERT's in {REAL_FILES}, as SMOODY_TEST_DATA says"
    return REAL_FILES


@pytest.fixture(scope="module")
def hub_form(kobert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _part_of(kobert, tmp_path_factory.mktemp("hub"), "spiece.model", "*config.json", "special_tokens_map.json")


@pytest.fixture(scope="module")
def older_form(kobert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    patterns = ("tokenizer_*.model", "kobertvocab_*.json", "vocab.txt")
    return _part_of(kobert, tmp_path_factory.mktemp("older"), *patterns)


def _part_of(source: Path, target: Path, *patterns: str) -> Path:
    for pattern in patterns:
        for file in source.glob(pattern):
            shutil.copyfile(file, target / file.name)
    if not list(target.glob("*.model")):
        pytest.skip(f"the files in {source} have another form")
    return target


@pytest.fixture(scope="module")
def sentencepiece() -> Any:
    return pytest.importorskip("sentencepiece", reason="the original algorithm is sentencepiece's own")


@pytest.fixture(scope="module")
def trained(sentencepiece: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The older form around a model of KoBERT's make, trained on a few hundred sentences."""
    directory = tmp_path_factory.mktemp("trained")
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([*SENTENCES, *sentences()[::20]]),
        model_writer=model,
        model_type="unigram",
        vocab_size=1_500,
        hard_vocab_limit=False,
        character_coverage=0.99,
        required_chars="[",  # KoBERT has it too, and no piece that goes on after it
        normalization_rule_name="nmt_nfkc",
        num_threads=1,
        minloglevel=2,
    )
    (directory / "tokenizer_0123456789.model").write_bytes(model.getvalue())
    read = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    pieces = sorted(read.id_to_piece(number) for number in range(3, read.vocab_size()))
    write_vocabulary(directory, [*SPECIAL_TOKENS, *pieces])
    return directory


def size_of(directory: Path) -> int:
    return len((directory / "vocab.txt").read_text(encoding="utf-8").splitlines())


def original_of(directory: Path) -> Original:
    (model,) = directory.glob("*.model")
    return Original(model, directory / "vocab.txt")


def assert_parity(tokenizer: Tokenizer, reference: Original, texts: Sequence[str], *, ties: float) -> None:
    parity = differences(tokenizer, reference, texts)
    assert parity.compared >= 5_000
    assert parity.different == ()
    assert len(parity.ties) <= ties * parity.compared


# --- the real files -----------------------------------------------------------------------------------------------


@needs_real_files
@pytest.mark.parametrize("form", ["kobert", "hub_form", "older_form"])
def test_kobert_reads_its_own_example(form: str, request: pytest.FixtureRequest) -> None:
    directory: Path = request.getfixturevalue(form)
    ids = tokenizer_from(directory).encode("한국어 모델을 공유합니다.").ids
    assert is_kobert(directory)
    assert ids == [2, 4958, 6855, 2046, 7088, 1050, 7843, 54, 3]


@needs_real_files
def test_both_forms_make_the_same_tokenizer(kobert: Path, hub_form: Path, older_form: Path) -> None:
    expected = tokenizer_from(kobert).to_str()
    assert tokenizer_from(hub_form).to_str() == expected
    assert tokenizer_from(older_form).to_str() == expected


@needs_real_files
@pytest.mark.usefixtures("sentencepiece")
def test_kobert_cuts_nasty_strings_as_the_older_original_does(older_form: Path) -> None:
    assert_parity(tokenizer_from(older_form), original_of(older_form), nasty_strings(), ties=TIES_ALLOWED)


@needs_real_files
@pytest.mark.usefixtures("sentencepiece")
def test_kobert_cuts_nasty_strings_as_the_hub_original_does(hub_form: Path) -> None:
    texts = [text for text in nasty_strings() if not hides_special_token(text)]
    assert_parity(tokenizer_from(hub_form), original_of(hub_form), texts, ties=TIES_ALLOWED)


@needs_real_files
@pytest.mark.usefixtures("sentencepiece")
def test_cleaned_utterances_have_not_even_ties(older_form: Path) -> None:
    texts = [normalise(text, lowercase=False) for text in nasty_strings()]
    parity = differences(tokenizer_from(older_form), original_of(older_form), texts)
    assert (parity.ties, parity.different) == ((), ())


@needs_real_files
def test_no_piece_of_kobert_needs_a_step_that_is_left_out(kobert: Path) -> None:
    tokens = tokenizer_from(kobert).get_vocab()
    assert len(tokens) == VOCABULARY_SIZE
    assert not [token for token in tokens if token.endswith(",") and token[-2:-1].isdigit()]
    assert not [token for token in tokens if "[" in token[:-1] and token not in SPECIAL_TOKENS]


@needs_real_files
def test_kobert_learns_expressions_after_its_own_tokens(kobert: Path) -> None:
    plain, tokenizer = tokenizer_from(kobert), tokenizer_from(kobert, expressions=True)
    assert [tokenizer.token_to_id(token) for token in EXPRESSIONS] == list(range(8_002, 8_016))
    assert tokenizer.encode("진짜ㅋㅋㅠㅠ♥").tokens == ["[CLS]", "▁진짜", "ㅋㅋ", "ㅠㅠ", "♥", "[SEP]"]
    assert 0 not in tokenizer.encode("나 너무 행복해 😊😂 ㅠㅠㅠ").ids
    for word in EXPRESSIONS.values():
        assert 0 not in plain.encode(word).ids
    for text in sentences()[::10]:
        if not any(expression in text for expression in EXPRESSIONS):
            assert tokenizer.encode(text).ids == plain.encode(text).ids


# --- files of the same make ---------------------------------------------------------------------------------------


def test_a_trained_model_cuts_nasty_strings_as_the_original_does(trained: Path) -> None:
    assert_parity(
        tokenizer_from(trained, size=size_of(trained)), original_of(trained), nasty_strings(), ties=TIES_ALLOWED_TRAINED
    )


def test_a_trained_model_is_the_same_in_either_form(trained: Path, tmp_path: Path) -> None:
    expected = tokenizer_from(trained, size=size_of(trained)).to_str()
    described = json.loads(expected)
    (charsmap,) = (
        step["precompiled_charsmap"] for step in described["normalizer"]["normalizers"] if step["type"] == "Precompiled"
    )
    scores = dict(described["model"]["vocab"][len(SPECIAL_TOKENS) :])
    write_hub_form(tmp_path, scores, charsmap=base64.b64decode(charsmap))
    assert tokenizer_from(tmp_path, size=size_of(trained)).to_str() == expected


FORMS = pytest.mark.parametrize("write", [write_hub_form, write_older_form], ids=["hub form", "older form"])
Write = Callable[[Path, Mapping[str, float]], Path]


@FORMS
def test_either_form_gives_koberts_ids(write: Write, tmp_path: Path) -> None:
    directory = write(tmp_path / "base", SCORES)
    tokenizer = tokenizer_from(directory, size=SIZE)
    assert is_kobert(directory)
    assert [tokenizer.id_to_token(number) for number in range(5)] == list(SPECIAL_TOKENS)
    assert tokenizer.token_to_id("[PAD]") == PAD_ID
    assert tokenizer.encode("오늘 슬픔!").tokens == ["[CLS]", "▁오늘", "▁슬픔", "!", "[SEP]"]
    assert tokenizer.encode(unicodedata.normalize("NFD", "오늘 슬픔!")).ids == tokenizer.encode("오늘 슬픔!").ids
    assert tokenizer.encode("뷁").ids == [2, 5, 0, 3]


@FORMS
def test_a_pair_has_two_token_types(write: Write, tmp_path: Path) -> None:
    encoding = tokenizer_from(write(tmp_path, SCORES), size=SIZE).encode("오늘", "슬픔")
    assert encoding.tokens == ["[CLS]", "▁오늘", "[SEP]", "▁슬픔", "[SEP]"]
    assert encoding.type_ids == [0, 0, 0, 1, 1]


@FORMS
def test_the_saved_file_is_all_that_the_service_needs(write: Write, tmp_path: Path) -> None:
    tokenizer = tokenizer_from(write(tmp_path, SCORES), expressions=True, size=SIZE)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    loaded = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    for text in nasty_strings()[::20]:
        assert loaded.encode(text).ids == tokenizer.encode(text).ids
    loaded.enable_truncation(4)
    assert loaded.encode("오늘 슬픔!!! ㅠㅠ").ids[::3] == [2, 3]


@FORMS
def test_wide_letters_write_no_special_token(write: Write, tmp_path: Path) -> None:
    tokenizer = tokenizer_from(write(tmp_path, SCORES), size=SIZE)
    assert tokenizer.encode("［ＳＥＰ］").tokens == ["[CLS]", "▁", "[", "S", "E", "P", "]", "[SEP]"]
    assert tokenizer.encode("[SEP]").ids == [2, 3, 3]


@FORMS
def test_expressions_follow_the_last_token(write: Write, tmp_path: Path) -> None:
    tokenizer = tokenizer_from(write(tmp_path, SCORES), expressions=True, size=SIZE)
    assert [tokenizer.token_to_id(token) for token in EXPRESSIONS] == list(range(SIZE, SIZE + len(EXPRESSIONS)))
    assert tokenizer.encode("오늘ㅠㅠ슬픔").tokens == ["[CLS]", "▁오늘", "ㅠㅠ", "▁슬픔", "[SEP]"]


# --- files that are wrong -----------------------------------------------------------------------------------------


def test_other_tokenizers_are_not_taken_for_kobert(tmp_path: Path) -> None:
    assert not is_kobert(tmp_path)
    assert not is_kobert(tmp_path / "nowhere")
    (tmp_path / "vocab.txt").write_text("\n".join([*SPECIAL_TOKENS, "오늘", "##은"]), encoding="utf-8")
    (tmp_path / "other.model").write_bytes(model_bytes([("<unk>", 0.0, UNKNOWN), ("▁오늘", -1.0, NORMAL)]))
    (tmp_path / "broken.model").write_bytes(b"no model")
    assert not is_kobert(tmp_path)


def test_an_incomplete_kobert_is_still_known_as_one(tmp_path: Path) -> None:
    (write_older_form(tmp_path, SCORES) / "tokenizer_0123456789.model").unlink()
    assert is_kobert(tmp_path)


def _edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(directory: Path) -> None:
        text = (directory / name).read_text(encoding="utf-8")
        assert old in text
        (directory / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def _remove(*patterns: str) -> Callable[[Path], None]:
    def remove(directory: Path) -> None:
        for pattern in patterns:
            for file in directory.glob(pattern):
                file.unlink()

    return remove


def _put(name: str, body: bytes) -> Callable[[Path], None]:
    def put(directory: Path) -> None:
        (directory / name).write_bytes(body)

    return put


WORDS = [(piece, score, NORMAL) for piece, score in SCORES.items()]
LOUDER = [(piece, score - (piece == "!"), NORMAL) for piece, score in SCORES.items()]
PROBLEMS: dict[str, tuple[Callable[[Path], None], str]] = {
    "no model": (_remove("*.model"), "spiece.model or tokenizer_78b3253a26.model is missing"),
    "no ids": (
        _remove("spiece.model", "vocab.txt", "kobertvocab*"),
        "vocab.txt is missing, which tokenizer_0123456789.model needs",
    ),
    "no SentencePiece": (_put("spiece.model", b"version https://git-lfs"), r"spiece.model: not a SentencePiece model"),
    "an empty file": (_put("spiece.model", b""), r"spiece.model: not a Unigram model"),
    "half a file": (_put("spiece.model", model_bytes(WORDS)[:-1]), r"spiece.model: not a SentencePiece model"),
    "BPE": (_put("spiece.model", model_bytes(WORDS, kind=BPE)), r"spiece.model: not a Unigram model"),
    "bytes": (_put("spiece.model", model_bytes([("<0x00>", 0.0, BYTE)])), r"spiece.model: not a Unigram model"),
    "spaces kept": (
        _put("spiece.model", model_bytes(WORDS, keeps_spaces=True)),
        "spiece.model: treats white space otherwise",
    ),
    "a token less": (_edit("vocab.txt", "▁오늘\n", ""), rf"vocab.txt: {SIZE - 1} tokens; KoBERT has {SIZE}"),
    "a token twice": (_edit("vocab.txt", "▁오늘\n", "!\n"), "vocab.txt: 1 of its tokens stand in it twice"),
    "BERT's order": (_edit("vocab.txt", "[UNK]\n[PAD]", "[PAD]\n[UNK]"), r"vocab.txt: begins with \[PAD\] \[UNK\]"),
    "other ids": (_edit("vocab.txt", "슬\n▁슬픔", "▁슬픔\n슬"), "vocab.txt: id 7 is '▁슬픔', but '슬' in spiece.model"),
    "other ids in JSON": (
        _put(
            "kobertvocab_0123456789.json", json.dumps({"idx_to_token": [*SPECIAL_TOKENS, *reversed(SCORES)]}).encode()
        ),
        "kobertvocab_0123456789.json: id 5 is 'P', but '▁' in spiece.model",
    ),
    "no tokens in JSON": (_put("kobertvocab_0123456789.json", b"{}"), "no list of tokens under idx_to_token"),
    "no JSON": (_put("config.json", b"{"), "config.json: not readable as JSON"),
    "no object": (_put("config.json", b"[]"), "config.json: expected a JSON object"),
    "no text": (_put("vocab.txt", b"\xff\xfe"), "vocab.txt: not readable as text"),
    "other pieces": (
        _put("tokenizer_0123456789.model", model_bytes([*WORDS, ("기쁨", -1.0, NORMAL)])),
        "tokenizer_0123456789.model: 1 pieces are either not in it or not in spiece.model: '기쁨'",
    ),
    "other scores": (
        _put("tokenizer_0123456789.model", model_bytes(LOUDER)),
        "tokenizer_0123456789.model: scores its pieces otherwise than spiece.model",
    ),
    "another charsmap": (
        _put("tokenizer_0123456789.model", model_bytes(WORDS, charsmap=b"another")),
        "tokenizer_0123456789.model: normalises text otherwise than spiece.model",
    ),
    "a smaller model": (
        _edit("config.json", str(SIZE), "8"),
        rf"config.json: vocab_size is 8; KoBERT has {SIZE} tokens",
    ),
    "another pad": (_edit("config.json", '_id": 1', '_id": 0'), "config.json: pad_token_id is 0; KoBERT's is 1"),
    "lower case": (_edit("tokenizer_config.json", "false", "true"), "do_lower_case is True; KoBERT's is False"),
    "another mask": (
        _edit("special_tokens_map.json", '"[MASK]"', '"<mask>"'),
        r"special_tokens_map.json: mask_token is '<mask>'; KoBERT's is '\[MASK\]'",
    ),
}


@pytest.mark.parametrize(("spoil", "says"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_what_is_wrong_is_said_with_the_name_of_the_file(
    spoil: Callable[[Path], None], says: str, tmp_path: Path
) -> None:
    write_hub_form(write_older_form(tmp_path, SCORES), SCORES)
    assert tokenizer_from(tmp_path, size=SIZE).get_vocab_size() == SIZE
    spoil(tmp_path)
    with pytest.raises(KobertUnreadable, match=says) as refused:
        tokenizer_from(tmp_path, size=SIZE)
    assert str(refused.value).startswith(str(tmp_path))


def test_a_model_of_another_size_is_not_koberts(tmp_path: Path) -> None:
    with pytest.raises(KobertUnreadable, match=rf"spiece.model: {SIZE} tokens; KoBERT has 8,002"):
        tokenizer_from(write_hub_form(tmp_path, SCORES))


# --- the strings --------------------------------------------------------------------------------------------------


def test_the_nasty_strings_are_the_same_ones_every_time() -> None:
    assert len(set(nasty_strings())) >= 12_000
    assert nasty_strings.__wrapped__()[::50] == nasty_strings()[::50]


@pytest.mark.skipif(unicodedata.unidata_version != "14.0.0", reason="the list was made with Unicode 14 (Python 3.11)")
def test_every_character_left_out_is_one_that_tokenizers_does_not_know() -> None:
    nfkd = normalizers.NFKD()
    assigned = [char for char in map(chr, range(0x110000)) if unicodedata.category(char) not in {"Cn", "Co", "Cs"}]
    unlike = {char for char in assigned if nfkd.normalize_str(char) != unicodedata.normalize("NFKD", char)}
    assert unlike == {char for char in "".join(NEWER_THAN_TOKENIZERS.values()) if unicodedata.category(char) != "Cn"}
