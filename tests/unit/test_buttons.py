import pytest

from bot.buttons import LONGEST, decode, encode
from bot.domain import Action, ActionKind, Emotion, Mood, Press
from tests.fakes import a_speaker

SPEAKER = a_speaker()


@pytest.mark.parametrize("kind", ActionKind)
@pytest.mark.parametrize("track_id", [None, "4uLU6hMCjMI75M1A2tKUQC", "demo:노래"])
@pytest.mark.parametrize("mood", [None, Mood.CALM])
@pytest.mark.parametrize("emotion", [None, Emotion.EMBARRASSMENT])
@pytest.mark.parametrize("value", [None, "music=korean"])
def test_every_button_comes_back_as_it_was_sent(
    kind: ActionKind, track_id: str | None, mood: Mood | None, emotion: Emotion | None, value: str | None
) -> None:
    action = Action(kind=kind, label="누르기", track_id=track_id, mood=mood, emotion=emotion, value=value)

    code = encode(action)

    if code is None:
        pytest.skip("does not fit")
    assert len(code.encode()) <= LONGEST
    assert decode(code, SPEAKER) == Press(
        kind=kind, speaker=SPEAKER, track_id=track_id, mood=mood, emotion=emotion, value=value
    )


def test_a_track_id_that_is_too_long_or_has_our_separator_gives_no_button() -> None:
    assert encode(Action(kind=ActionKind.LIKE, label="", track_id="x" * 60)) is None
    assert encode(Action(kind=ActionKind.LIKE, label="", track_id="a|b")) is None


@pytest.mark.parametrize("code", ["", "nonsense", "like|a|b|c|d|e", "|||", "좋아요"])
def test_a_string_that_is_no_button_is_no_press(code: str) -> None:
    assert decode(code, SPEAKER) is None


def test_unknown_fields_of_a_known_button_are_left_out() -> None:
    assert decode("mood||Angry|hunger", SPEAKER) == Press(kind=ActionKind.MOOD, speaker=SPEAKER)
