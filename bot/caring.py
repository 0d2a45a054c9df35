"""The use case of words of despair: helplines, calm tracks, and an hour in which nothing probes or cheers."""

import asyncio
import re
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar, assert_never

import structlog

from bot import mood_policy
from bot.aftercare import Aftercare
from bot.care import ABOUT_ANOTHER, care_for
from bot.domain import Concern, Language, Mood, Reply, ReplyKind, Speaker, Wish
from bot.errors import Unavailable
from bot.ports import Clock, History
from bot.recommender import Recommender
from bot.tally import Tally
from bot.visits import visit_of
from bot.voice import Voice

CARE_WAITS_S: Final = 0.5
"""How long the card with helplines may wait for the database; what it would keep there is worth less than time."""

_HANGUL: Final = re.compile("[가-힣ㄱ-ㅣ]")
_Found = TypeVar("_Found")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caring:
    """Answers that come before everything else."""

    history: History
    recommender: Recommender
    voice: Voice
    clock: Clock
    tally: Tally
    aftercare: Aftercare = field(default_factory=Aftercare)
    _going_on: set[asyncio.Task[Any]] = field(default_factory=set)
    """Work that nobody waits for any more, held so that it can end."""

    def goes_on(self, speaker: Speaker) -> bool:
        """Whether words of suicide or self-harm were said here not long ago, and not taken back."""
        return self.aftercare.lasts(speaker, self.clock.now())

    def taken_back(self, speaker: Speaker, language: Language) -> Reply:
        """It was not meant so: answers are as ever again."""
        self.aftercare.end(speaker)
        return self.voice.text("care_taken_back", language)

    async def answer(self, concern: Concern, text: str, speaker: Speaker, *, is_preview: bool) -> Reply:
        """Care comes first and waits for nothing; that it was shown is counted, and nothing about whom."""
        if not is_preview:
            self.tally.care[concern] += 1
        with structlog.contextvars.bound_contextvars(listener=None):  # nor do the lines that follow tell it
            if not is_preview:
                log.info("care_shown", tier=concern.value)
            match concern:
                case Concern.EXPLICIT:
                    said = care_for(text)
                    if said != ABOUT_ANOTHER and not is_preview:
                        self.aftercare.begin(speaker, self.clock.now())
                    reply = await self.with_helplines(speaker, said, text, is_preview=is_preview)
                    return replace(reply, actions=(self.voice.calm_music(reply.language),))
                case Concern.SOFT:
                    return await self.with_calm_tracks(speaker, is_preview=is_preview)
                case _:
                    assert_never(concern)

    async def with_helplines(self, speaker: Speaker, said: str, text: str, *, is_preview: bool) -> Reply:
        """The helplines, no tracks; what was wished before is over, so that nothing upbeat follows from it.

        Whoever writes no Hangul gets them in English first, whatever language is set.
        """

        async def language_and_end() -> Language:
            visit = await visit_of(speaker, self.history, self.clock, is_preview=is_preview)
            if not is_preview:
                await self.history.end_conversation(visit.listener, visit.conversation)
            return visit.language

        language = await self._soon(language_and_end()) or speaker.language
        reply = replace(self.voice.text(said, language, kind=ReplyKind.CARE), is_private=True)
        if language is Language.ENGLISH or _HANGUL.search(text):
            return reply
        return replace(reply, text=f"{self.voice.phrases.say(said, Language.ENGLISH)}\n\n{reply.text}")

    async def with_calm_tracks(self, speaker: Speaker, *, is_preview: bool) -> Reply:
        """Calm tracks with the line that points to help; that line comes even when no track can, and soon."""

        async def calm_tracks() -> Reply:
            visit = await visit_of(speaker, self.history, self.clock, is_preview=is_preview)
            line = self.voice.phrases.say("care_soft_line", visit.language)
            calm = Wish(mix=mood_policy.only(Mood.CALM))
            return await self.recommender.cards(visit, calm, "care_soft", note=line)

        reply = await self._soon(calm_tracks())
        if reply is None or not reply.cards:
            reply = self.voice.text("care_soft_line", reply.language if reply else speaker.language)
        return replace(reply, kind=ReplyKind.CARE, is_private=True)

    def gently(self, reply: Reply, speaker: Speaker) -> Reply:
        """A reply with the line to help, where words of despair were said not long ago."""
        has_room = reply.kind in {ReplyKind.CARDS, ReplyKind.QUESTION, ReplyKind.TEXT, ReplyKind.GREETING}
        if not has_room or not self.goes_on(speaker):
            return reply
        line = self.voice.phrases.say("care_soft_line", reply.language)
        return replace(reply, note=f"{reply.note}\n{line}" if reply.note else line, is_private=True)

    async def _soon(self, work: Coroutine[Any, Any, _Found]) -> _Found | None:
        """What comes within `CARE_WAITS_S`, or None.

        What takes longer goes on by itself: to cancel a call of the database would be to wait for it.
        """
        task = asyncio.ensure_future(work)
        self._going_on.add(task)
        task.add_done_callback(self._ended)
        done, _ = await asyncio.wait({task}, timeout=CARE_WAITS_S)
        return None if not done or task.cancelled() or task.exception() else task.result()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._going_on.discard(task)
        if task.cancelled() or (problem := task.exception()) is None:
            return
        if isinstance(problem, Unavailable):
            log.warning("care_without_database", problem=type(problem).__name__)
        else:
            log.error("care_incomplete", exc_info=problem)  # a bug, which must not keep the helplines back
