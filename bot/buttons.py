"""Buttons as short strings, for platforms that give back a string when one is pressed; they survive restarts."""

from typing import Final, TypeVar

from bot.domain import Action, ActionKind, Emotion, Mood, Press, Speaker

LONGEST: Final = 64
"""Bytes of Telegram's ``callback_data``, the tightest of all platforms; Discord's ``custom_id`` has 100 characters."""

_SEPARATOR: Final = "|"

Member = TypeVar("Member", ActionKind, Mood)


def encode(action: Action) -> str | None:
    """``kind|track|mood|emotion|value``, ASCII; None for an action that does not fit (a very long track id)."""
    fields = (
        action.kind.value,
        action.track_id or "",
        action.mood.value if action.mood else "",
        action.emotion.name.lower() if action.emotion else "",
        action.value or "",
    )
    code = _SEPARATOR.join(fields).rstrip(_SEPARATOR)
    fits = len(code.encode()) <= LONGEST and all(_SEPARATOR not in field for field in fields)
    return code if fits else None


def decode(code: str, speaker: Speaker) -> Press | None:
    """The press of a button that `encode` made; None for anything else, as from an older version."""
    kind_name, *given = code.split(_SEPARATOR)
    kind = _member(ActionKind, kind_name)
    if kind is None or len(given) > 4:
        return None
    track_id, mood, emotion, value = [field or None for field in given] + [None] * (4 - len(given))
    return Press(
        kind=kind,
        speaker=speaker,
        track_id=track_id,
        mood=_member(Mood, mood),
        emotion=Emotion[emotion.upper()] if emotion and emotion.upper() in Emotion.__members__ else None,
        value=value,
    )


def _member(choices: type[Member], value: str | None) -> Member | None:
    return choices(value) if value in set(choices) else None
