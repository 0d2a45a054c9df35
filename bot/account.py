"""The use cases about the listener rather than the music: settings, the diary, and what is kept of them."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final

import structlog

from bot import preferences
from bot.diary import alt_text
from bot.domain import (
    Action,
    ActionKind,
    Attachment,
    DiaryEntry,
    Era,
    Language,
    Mood,
    Preferences,
    Reply,
    Visit,
)
from bot.letters import squeezed
from bot.ports import Catalogue, DiaryPainter, History
from bot.voice import Voice

CONFIRMATIONS: Final = {Language.KOREAN: "모두 지우기", Language.ENGLISH: "delete everything"}
"""What must be typed, letter by letter but for spaces and case, before everything is forgotten."""

LONGEST_CONFIRMATION: Final = 100
"""Characters, odd spaces and all, of the longest text that may be the confirmation."""

KEEP: Final = "no"
"""The value of the button that forgets nothing after all."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a listener can see, change and have deleted."""

    catalogue: Catalogue
    history: History
    voice: Voice
    painter: DiaryPainter
    zone: tzinfo
    """Where days begin and end in the diary."""

    async def settings(self, visit: Visit) -> Reply:
        """How things are set, with a button for each choice."""
        return await self._shown(visit.taste.preferences, visit.language)

    async def change(self, visit: Visit, wanted: str | None) -> Reply:
        """Change one setting; a wish that cannot be understood changes nothing."""
        changed = preferences.changed(visit.taste.preferences, wanted)
        if changed is None:
            return await self.settings(visit)
        await self.history.prefer(visit.listener, changed, at=visit.at, was_known=not visit.taste.is_new)
        log.info("setting_changed", setting=(wanted or "").partition("=")[0])
        language = changed.language or visit.speaker.language
        reply = await self._shown(changed, language)
        if not visit.taste.is_new:
            return reply
        return replace(reply, note=f"{self.voice.phrases.say('terms', language)}\n{reply.note}")

    async def _shown(self, kept: Preferences, language: Language) -> Reply:
        """The settings without those that the catalogue in use cannot follow and that nobody has set before."""
        shelves = await self.catalogue.shelves()
        tracks = [track for mood in Mood for track in shelves.tracks_for(mood)]
        pointless = {
            *(("era",) if kept.era is Era.ANY and all(track.year is None for track in tracks) else ()),
            *(("clean",) if not kept.clean_only and not any(track.is_explicit for track in tracks) else ()),
        }
        return self.voice.settings(kept, language, without=pointless)

    def privacy(self, visit: Visit) -> Reply:
        """What is kept, in words, and the buttons that go with it."""
        actions = tuple(
            Action(kind=kind, label=self.voice.phrases.say(f"action_{kind}", visit.language))
            for kind in (ActionKind.EXPORT, ActionKind.FORGET, ActionKind.SETTINGS)
        )
        days = visit.taste.preferences.keeps_days
        return replace(self.voice.text("privacy", visit.language, days=days), actions=actions, is_private=True)

    async def export(self, visit: Visit) -> Reply:
        """All that is kept of the listener, as a JSON file."""
        kept = {**await self.history.export(visit.listener), "tracks": await self._names_of_tracks(visit)}
        file = Attachment(
            name="smoody-my-data.json",
            media_type="application/json",
            content=json.dumps(kept, ensure_ascii=False, indent=2).encode(),
        )
        return replace(self.voice.text("exported", visit.language), attachment=file, is_private=True)

    async def _names_of_tracks(self, visit: Visit) -> dict[str, str]:
        """Title and artist of every track that is kept by its id, as far as the catalogue still has it."""
        shelves = await self.catalogue.shelves()
        ids = sorted({*visit.taste.last_shown, *visit.taste.votes})
        return {name: f"{track.title} – {track.artist}" for name in ids if (track := shelves.track(name)) is not None}

    async def forget(self, visit: Visit, confirmation: str | None) -> Reply:
        """Forget the listener if the confirmation was typed; otherwise say what to type."""
        if confirmation == KEEP:
            return replace(self.voice.text("nothing_done", visit.language), is_private=True)
        if not is_confirmation(confirmation or ""):
            ask = self.voice.text("forget_ask", visit.language, phrase=CONFIRMATIONS[visit.language])
            keep = Action(
                kind=ActionKind.FORGET, label=self.voice.phrases.say("action_keep", visit.language), value=KEEP
            )
            return replace(ask, actions=(keep,), is_private=True)
        removed = await self.history.forget(visit.listener)
        with structlog.contextvars.bound_contextvars(listener=None):
            log.info("listener_forgotten")
        key = "forgotten" if removed else "forgotten_nothing"
        return replace(self.voice.text(key, visit.speaker.language), is_private=True)

    async def diary(self, visit: Visit, month: str | None) -> Reply:
        """The calendar of a month, for a listener who keeps a diary; for others what it is and how to begin."""
        if not visit.taste.preferences.keeps_diary:
            begin = Action(
                kind=ActionKind.SET, label=self.voice.phrases.say("action_diary_on", visit.language), value="diary=on"
            )
            return replace(self.voice.text("diary_off", visit.language), actions=(begin,), is_private=True)
        first = _first_of(month, visit.at.astimezone(self.zone))
        after = _months_on(first, 1)
        entries = await self.history.diary(visit.listener, since=first, until=after)
        days = leading_moods(entries, self.zone)
        picture = Attachment(
            name=f"smoody-{first:%Y-%m}.png",
            media_type="image/png",
            content=await self.painter.paint(days, year=first.year, month=first.month, language=visit.language),
            alt=alt_text(self.voice.phrases, visit.language, days, year=first.year, month=first.month),
        )
        said = "diary_month" if days else "diary_empty"
        reply = self.voice.text(said, visit.language, year=first.year, month=first.month, count=len(days))
        months = [(_months_on(first, -1), "action_earlier")]
        if after <= visit.at:
            months.append((after, "action_later"))
        turn = tuple(
            Action(kind=ActionKind.DIARY, label=self.voice.phrases.say(label, visit.language), value=f"{to:%Y-%m}")
            for to, label in months
        )
        return replace(reply, attachment=picture, actions=turn, is_private=True)


def leading_moods(entries: Iterable[DiaryEntry], zone: tzinfo) -> dict[int, Mood]:
    """The mood of each day of a month: the most frequent, of equals the latest."""
    of_day: dict[int, list[Mood]] = {}
    for entry in entries:
        of_day.setdefault(entry.at.astimezone(zone).day, []).append(entry.mood)
    return {
        day: max(moods, key=lambda mood: (moods.count(mood), _last_place(moods, mood)))  # used at once
        for day, moods in of_day.items()
    }


def is_confirmation(text: str) -> bool:
    """Whether a text is the typed confirmation, in any language."""
    return len(text) <= LONGEST_CONFIRMATION and squeezed(text) in {squeezed(each) for each in CONFIRMATIONS.values()}


def _last_place(moods: Sequence[Mood], mood: Mood) -> int:
    return len(moods) - 1 - moods[::-1].index(mood)


def _first_of(month: str | None, now: datetime) -> datetime:
    """Midnight of the first of a month written ``YYYY-MM``; of the present one when it is not, or lies ahead."""
    present = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    written = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", month or "")
    if written is None:
        return present
    return min(present, present.replace(year=int(written[1]), month=int(written[2])))


def _months_on(first: datetime, months: int) -> datetime:
    number = first.year * 12 + first.month - 1 + months
    return first.replace(year=number // 12, month=number % 12 + 1)
