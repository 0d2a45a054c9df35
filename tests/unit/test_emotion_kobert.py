import pytest
from tokenizers import Tokenizer, models

from ml.emotion.kobert import EXPRESSIONS, SPECIAL_TOKENS, VOCABULARY_SIZE, differences
from ml.emotion.text import normalise

PIECES = {"[UNK]": 0.0, "0": -1.0, "00": -2.5, "슬": -3.0, "픔": -2.0, "슬픔": -4.0, "품": -2.0, "슬품": -5.0}
IDS = {piece: number for number, piece in enumerate(PIECES)}


@pytest.fixture
def tokenizer() -> Tokenizer:
    return Tokenizer(models.Unigram(list(PIECES.items()), unk_id=0, byte_fallback=False))


def cut_as(*pieces: str) -> list[int]:
    return [IDS[piece] for piece in pieces]


def test_equal_ids_are_no_difference(tokenizer: Tokenizer) -> None:
    parity = differences(tokenizer, lambda text: tokenizer.encode(text).ids, ["슬픔", "000", "모르는 말"])
    assert (parity.compared, parity.ties, parity.different) == (3, (), ())


def test_the_same_letters_for_the_same_score_are_a_tie() -> None:
    tied = Tokenizer(models.Unigram([("[UNK]", 0.0), ("0", -1.0), ("00", -1.5)], unk_id=0, byte_fallback=False))
    other = tied.encode("000").ids[::-1]
    parity = differences(tied, lambda _: other, ["000"])
    assert [tie.expected for tie in parity.ties] == [tuple(other)]
    assert parity.different == ()


@pytest.mark.parametrize(
    "reference",
    [cut_as("슬", "픔"), cut_as("슬품"), cut_as("[UNK]"), cut_as("슬픔", "슬픔"), []],
    ids=["a worse score", "other letters", "unknown", "more", "nothing"],
)
def test_anything_else_is_different(tokenizer: Tokenizer, reference: list[int]) -> None:
    (difference,) = differences(tokenizer, lambda _: reference, ["슬픔"]).different
    assert difference.text == "슬픔"
    assert difference.found == (IDS["슬픔"],)
    assert difference.expected == tuple(reference)


def test_the_same_pieces_in_another_order_are_different_letters(tokenizer: Tokenizer) -> None:
    parity = differences(tokenizer, lambda _: cut_as("0", "슬픔"), ["슬픔0"])
    assert len(parity.different) == 1


def test_expressions_survive_the_cleaning_before_them() -> None:
    for expression in EXPRESSIONS:
        assert normalise(expression, lowercase=True) == expression


def test_expressions_fill_the_vocabulary_up_to_a_multiple_of_eight() -> None:
    assert VOCABULARY_SIZE + len(EXPRESSIONS) == 8_016
    assert not EXPRESSIONS.keys() & set(SPECIAL_TOKENS)
