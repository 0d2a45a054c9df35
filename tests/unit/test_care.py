"""Which words of care fit what was said."""

import pytest

from bot.care import care_for
from bot.dialogue import Dialogue
from tests.unit.talking import say


@pytest.mark.parametrize(
    "text", ["손목을 그었어", "방금 약을 많이 먹었어", "락스 마셨어", "옥상에 올라왔어", "I just cut my wrist"]
)
def test_whoever_is_hurt_is_sent_to_the_ambulance_first(text: str) -> None:
    assert care_for(text) == "care_acute"


@pytest.mark.parametrize(
    "text",
    [
        "내 친구가 죽고 싶대",
        "동생이 자해해요",
        "남편이 자살하겠다고 해요",
        "딸이 유서를 썼어요",
        "언니가 어제 자살 시도했어",
        "우리 애가 자꾸 자해를 해요",
        "친구 죽고 싶대 어떡해",
        "엄마가 죽고 싶어 하세요",
        "동생이 뛰어내리려고 해",
        "my friend wants to die",
        "my sister keeps cutting herself",
        "my friend says she wants to die",
    ],
)
def test_whoever_worries_about_somebody_is_told_how_to_help(text: str) -> None:
    assert care_for(text) == "care_other"


@pytest.mark.parametrize(
    "text",
    [
        "죽고 싶어",
        "친구가 없어서 죽고 싶어",
        "엄마 미안해 나 죽고 싶어",
        "약을 모으고 있어",
        "kms",
        "오빠한테 혼나고 자해했어",
        "연애 때문에 자살 시도 했어",
        "엄마가 나간 뒤 자해했어",
        "인형 안고 자해했어",
        "남편 때문에 자살 생각했어",
        "친구랑 싸우고 손목 자해했어요",
        "엄마 때문에 죽고 싶다고 했어",
        "친구가 나보고 자살하래",
        "아빠가 죽으라고 해서 죽고 싶다고 했어",
        "동생이 죽고 나서 나도 죽고 싶다고 했어",
        "형이 때려서 자해했어",
        "my mom says i should die",
        "my dad is making me want to die",
        "my boyfriend left and i want to die",
    ],
)
def test_all_others_are_spoken_to_themselves(text: str) -> None:
    assert care_for(text) == "care_explicit"


async def test_the_ambulance_stands_first_in_the_answer(dialogue: Dialogue) -> None:
    text = (await say(dialogue, "죽으려고 손목을 그었어")).text
    assert text.index("119") < text.index("109")
