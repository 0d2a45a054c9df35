"""What a listener can set, by the short names that buttons carry (``music=korean``)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot.domain import Era, Language, MusicLanguage, Preferences, Shop

ON: Final = "on"
OFF: Final = "off"
AS_THE_PLATFORM: Final = "auto"

RETENTIONS: Final = (30, 90, 365)
"""Days without a visit after which everything of a listener is deleted; one of these is chosen."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing to set: its choices, how it stands, and how it is changed."""

    choices: tuple[str, ...]
    stands: Callable[[Preferences], str]
    changed: Callable[[Preferences, str], Preferences]


def _switch(stands: Callable[[Preferences], bool], changed: Callable[[Preferences, bool], Preferences]) -> Setting:
    return Setting(
        (ON, OFF),
        lambda preferences: ON if stands(preferences) else OFF,
        lambda preferences, choice: changed(preferences, choice == ON),
    )


def _shop(shop: Shop) -> Setting:
    return _switch(
        lambda preferences: shop in preferences.shops,
        lambda preferences, on: replace(
            preferences, shops=preferences.shops | {shop} if on else preferences.shops - {shop}
        ),
    )


SETTINGS: Final[Mapping[str, Setting]] = {
    "language": Setting(
        (AS_THE_PLATFORM, *(language.value for language in Language)),
        lambda preferences: preferences.language.value if preferences.language else AS_THE_PLATFORM,
        lambda preferences, choice: replace(
            preferences, language=None if choice == AS_THE_PLATFORM else Language(choice)
        ),
    ),
    "music": Setting(
        tuple(music.value for music in MusicLanguage),
        lambda preferences: preferences.music.value,
        lambda preferences, choice: replace(preferences, music=MusicLanguage(choice)),
    ),
    "era": Setting(
        tuple(era.value for era in Era),
        lambda preferences: preferences.era.value,
        lambda preferences, choice: replace(preferences, era=Era(choice)),
    ),
    "clean": _switch(lambda kept: kept.clean_only, lambda kept, on: replace(kept, clean_only=on)),
    "private": _switch(lambda kept: kept.answers_privately, lambda kept, on: replace(kept, answers_privately=on)),
    "diary": _switch(lambda kept: kept.keeps_diary, lambda kept, on: replace(kept, keeps_diary=on)),
    "memory": _switch(lambda kept: kept.remembers, lambda kept, on: replace(kept, remembers=on)),
    "days": Setting(
        tuple(str(days) for days in RETENTIONS),
        lambda preferences: str(preferences.keeps_days),
        lambda preferences, choice: replace(preferences, keeps_days=int(choice)),
    ),
    **{f"shop.{shop}": _shop(shop) for shop in Shop},
}


def changed(preferences: Preferences, wanted: str | None) -> Preferences | None:
    """The preferences after ``name=choice``, or None when there is no such setting or choice."""
    name, _, choice = (wanted or "").partition("=")
    setting = SETTINGS.get(name)
    if setting is None or choice not in setting.choices:
        return None
    return setting.changed(preferences, choice)
