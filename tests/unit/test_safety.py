import pytest

from bot.safety import Concern, concern_in


@pytest.mark.parametrize(
    "text",
    [
        "죽고 싶어",
        "그냥 죽 고싶 다 진짜",
        "다 내려놓고 죽어버리고 싶다",
        "자살하고 싶다는 생각이 들어",
        "살고 싶지 않아",
        "너무 살기 싫어",
        "손목을 그었어",
        "옥상에서 뛰어내리고 싶어",
        "이제 목숨을 끊을래",
        "유서를 썼어",
        "자해했어",
        "I want to die",
        "i don't want to live anymore",
        "thinking about suicide",
    ],
)
def test_words_about_ending_ones_life_are_explicit(text: str) -> None:
    assert concern_in(text) is Concern.EXPLICIT


@pytest.mark.parametrize(
    "text", ["사라지고 싶어", "살 이유가 없어", "더 이상 못 버티겠어", "이대로 영원히 잠들었으면", "아무 희망도 없어"]
)
def test_heavy_despair_is_soft(text: str) -> None:
    assert concern_in(text) is Concern.SOFT


@pytest.mark.parametrize(
    "text",
    [
        "배고파 죽겠다",
        "좋아 죽겠어",
        "웃겨 죽는 줄",
        "이거 진짜 죽이는 노래네",
        "자살골 넣은 거 봤어?",
        "더워서 죽을 맛이야",
        "유서 깊은 절에 다녀왔어",
        "죽이 먹고 싶어",
        "오늘 하루 너무 힘들었어",
        "시험 망했어 인생 끝났다",
        "",
    ],
)
def test_everyday_idioms_raise_nothing(text: str) -> None:
    assert concern_in(text) is None
