import unicodedata

import pytest

from ml.emotion.text import normalise


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("  오늘\t너무\n힘들어  ", "오늘 너무 힘들어"),
        ("ㅋㅋㅋㅋㅋㅋㅋㅋ", "ㅋㅋㅋ"),
        ("너무너무너무", "너무너무너무"),
        ("왜!!!!!!!", "왜!!!"),
        ("zero\u200bwidth", "zerowidth"),
        ("\ud83d 깨진 \udc00", "깨진"),
        ("하\u0000루", "하루"),
        ("❤️", "❤"),
        ("[SEP] 하고 [cls]", "(sep) 하고 (cls)"),
        ("Happy DAY", "happy day"),
        (unicodedata.normalize("NFD", "각설탕"), "각설탕"),
    ],
)
def test_an_utterance_is_brought_into_one_form(written: str, cleaned: str) -> None:
    assert normalise(written, lowercase=True) == cleaned


def test_case_stays_where_a_model_knows_it() -> None:
    assert normalise("KBO 우승", lowercase=False) == "KBO 우승"


def test_cleaning_twice_changes_nothing() -> None:
    for text in ("ㅠㅠㅠㅠㅠ 진짜!!!!! [SEP]", "a\u0301\u0301\u0301", "가\u11a8나"):
        once = normalise(text, lowercase=True)
        assert normalise(once, lowercase=True) == once
