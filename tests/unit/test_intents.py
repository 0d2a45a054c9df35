import time

import pytest

from bot.domain import Intent, Mood
from bot.intents import intent_of, requested_mood


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
        ("더 빠른 곡", Intent.LIVELIER),
        ("더 잔잔한 거 추천해줘", Intent.CALMER),
        ("help", Intent.HELP),
        ("너 사람이야?", Intent.WHO_ARE_YOU),
        ("are you a bot?", Intent.WHO_ARE_YOU),
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


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("신나는 노래 틀어줘", Mood.ENERGETIC),
        ("슬픈 노래 들려줘", Mood.SAD),
        ("우울할 때 듣는 노래", Mood.SAD),
        ("공부할 때 들을 조용한 노래", Mood.CALM),
        ("밝은 거 추천해줘요", Mood.HAPPY),
        ("play some calm music", Mood.CALM),
        ("슬픈 하루였어", None),
        ("우울한 노래만 듣게 되네", None),
        ("", None),
    ],
)
def test_a_mood_of_music_may_be_asked_for(text: str, mood: Mood | None) -> None:
    assert requested_mood(text) is mood


def test_a_long_repetition_takes_no_time() -> None:
    began = time.perf_counter()
    for words in ("더" + "추천해" * 400 + "힘들다", "다른 곡" + "해줘요" * 12, "더" + "줘" * 38 + "!" * 500):
        intent_of(words)
    assert time.perf_counter() - began < 0.5
