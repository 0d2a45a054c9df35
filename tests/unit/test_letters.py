import time

import pytest

from bot.letters import plain, squeezed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ㅈㅜㄱ고 싶어", "죽고 싶어"),
        ("ㅅㅏㄹㄱㅣ ㅅㅣㅀㄷㅏ", "살기싫다"),
        ("ㅅㅣㄹㅎㄷㅏ", "싫다"),
        ("ㅈ ㅏ 살", "자 살"),
        ("ㅈr살", "자살"),
        ("자.살", "자 살"),
        ("자\u200b살", "자살"),
        ("k1ll my$elf", "kill myself"),
        ("s a d", "sad"),
        ("ＨＥＬＰ", "help"),
        ("싫어어어어!!!", "싫어"),
        ("ㅋㅋㅋㅋㅋ", "ㅋㅋ"),
        ("1004", "1004"),
        ("don't", "dont"),
        ("", ""),
    ],
)
def test_disguise_and_carelessness_come_off(typed: str, meant: str) -> None:
    assert plain(typed).replace(" ", "") == meant.replace(" ", "")


def test_any_text_has_a_plain_form() -> None:
    for text in ("\ud800", "\x00", "😭😭", "ㅏㅏㅏ", "ㄱ" * 50):
        assert isinstance(plain(text), str)


def test_a_long_repetition_takes_no_time() -> None:
    began = time.perf_counter()
    for word in ("ㅈㅏ", "ㅈ ", "a ", "죽.", "ㄹㅎ"):
        plain(word * 5_000)
    assert time.perf_counter() - began < 1


def test_squeezed_keeps_letters_and_digits_of_one_form() -> None:
    assert squeezed(" (G)I-DLE · 아이유 2집! ") == "gidle아이유2집"
    assert squeezed("아이유") == "아이유"
