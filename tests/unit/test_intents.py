import time

import pytest

from bot.intents import Intent, intent_of


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("다른 곡 들려줘", Intent.MORE),
        ("딴 노래 없어?", Intent.MORE),
        ("더!", Intent.MORE),
        ("another one please", Intent.MORE),
        ("더 신나는 거 틀어줘", Intent.LIVELIER),
        ("좀 더 신나게", Intent.LIVELIER),
        ("더 잔잔한 노래로", Intent.CALMER),
        ("calmer please", Intent.CALMER),
        ("신나는 노래 틀어줘", Intent.LIVELIER),
        ("더 빠른 곡", Intent.LIVELIER),
        ("잔잔한 거 추천해줘", Intent.CALMER),
        ("어떻게 써?", Intent.HELP),
        ("고마워 ㅎㅎ", Intent.THANKS),
        ("넌 누구야?", Intent.WHO_ARE_YOU),
    ],
)
def test_a_wish_is_understood(text: str, intent: Intent) -> None:
    assert intent_of(text) is intent


@pytest.mark.parametrize(
    "text",
    [
        "더 힘들다",
        "다른 사람들은 다 행복해 보여",
        "고마운 마음에 눈물이 났어",
        "누구야 이런 짓 한 사람",
        "뭐야ㅠㅠ",
        "도와줘",
        "더 빨리 끝났으면 좋겠어",
        "오늘 면접 망해서 너무 속상해",
        "",
    ],
)
def test_a_feeling_is_never_taken_for_a_wish(text: str) -> None:
    assert intent_of(text) is None


def test_a_long_repetition_takes_no_time() -> None:
    began = time.perf_counter()
    for words in ("더" + "추천해" * 400 + "힘들다", "다른 곡" + "해줘요" * 12, "더" + "줘" * 38 + "!" * 500):
        intent_of(words)
    assert time.perf_counter() - began < 0.5
