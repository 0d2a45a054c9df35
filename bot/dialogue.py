"""The use case of an utterance or a pressed button: it decides, returns a `Reply` and never sends anything."""

import contextlib
import time
import unicodedata
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Final, assert_never

import structlog

from bot import mood_policy
from bot.domain import (
    ActionKind,
    EmotionReading,
    Language,
    Mood,
    Press,
    Reply,
    ReplyKind,
    ShownCards,
    Speaker,
    Thresholds,
    Utterance,
    Vote,
    Wish,
)
from bot.errors import ListenerFacing, NothingToRead, Unavailable, UtteranceTooLong
from bot.intents import Intent, intent_of, requested_mood
from bot.mood_policy import Decision
from bot.ports import Catalogue, Clock, EmotionClassifier, History
from bot.safety import Concern, concern_in
from bot.selection import Pick, pick, similar
from bot.voice import Voice

UTTERANCE_LIMIT: Final = 1_000
"""Characters that are read of one utterance: several times what anyone writes about a feeling in a chat."""

CONTEXT_LASTS: Final = timedelta(hours=1)
"""How long "another five" still means the wish behind the last answer."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """What SMOODY answers. Platforms call it and show what it returns; all state lies behind its ports."""

    classifier: EmotionClassifier
    catalogue: Catalogue
    history: History
    voice: Voice
    clock: Clock
    thresholds: Thresholds
    rng: Random

    def greet(self, language: Language) -> Reply:
        """Say hello."""
        return self.voice.greeting(language)

    async def answer(self, utterance: Utterance) -> Reply:
        """Answer what a listener wrote. What the listener can mend, and overload, are replies and never exceptions."""
        language = utterance.speaker.language
        try:
            return await self._answer(utterance.text, utterance.speaker)
        except ListenerFacing as problem:
            return self.voice.text(problem.phrase, language, limit=f"{UTTERANCE_LIMIT:,}")
        except Unavailable as problem:
            return self._one_moment(problem, language)

    async def press(self, press: Press) -> Reply:
        """Answer a pressed button."""
        try:
            return await self._press(press)
        except Unavailable as problem:
            return self._one_moment(problem, press.speaker.language)

    async def _answer(self, text: str, speaker: Speaker) -> Reply:
        met = met_without_reading(text)
        match met:
            case Concern.EXPLICIT:
                reply = self.voice.text("care_explicit", speaker.language, kind=ReplyKind.CARE)
                with contextlib.suppress(Unavailable):  # whatever is pressed next, the music stays calm
                    await self._remember(speaker, Wish(mix=mood_policy.only(Mood.CALM)), Pick(tracks=(), repeats=0))
                return self._care(Concern.EXPLICIT, reply)
            case Concern.SOFT:
                return self._care(Concern.SOFT, await self._with_calm_tracks(speaker))
            case Intent.MORE | Intent.LIVELIER | Intent.CALMER:
                return await self._shift(ActionKind(met.value), speaker)
            case Intent.HELP | Intent.THANKS | Intent.WHO_ARE_YOU:
                return self.voice.text(met.value, speaker.language)
            case Mood():
                return await self._cards(speaker, Wish(mix=mood_policy.only(met)), f"mood_{met}")
            case None:
                check(text)
                return await self._felt(text, speaker)
            case _:
                assert_never(met)

    def _care(self, concern: Concern, reply: Reply) -> Reply:
        """Count that care was shown, and nothing about whom."""
        with structlog.contextvars.bound_contextvars(listener=None):
            log.info("care_shown", tier=concern.value)
        return reply

    async def _with_calm_tracks(self, speaker: Speaker) -> Reply:
        """Calm tracks with the line that points to help; that line comes even when no track can."""
        line = self.voice.phrases.say("care_soft_line", speaker.language)
        calm = Wish(mix=mood_policy.only(Mood.CALM))
        with contextlib.suppress(Unavailable):
            reply = await self._cards(speaker, calm, "care_soft", note=line)
            if reply.cards:
                return replace(reply, kind=ReplyKind.CARE)
        return self.voice.text("care_soft_line", speaker.language, kind=ReplyKind.CARE)

    async def _felt(self, text: str, speaker: Speaker) -> Reply:
        began = time.perf_counter()
        reading = await self.classifier.read(text)
        classify_ms = _milliseconds_since(began)
        decision = mood_policy.decide(reading, self.thresholds)
        match decision:
            case Decision.NEUTRAL:
                return self.voice.which_mood("neutral", speaker.language)
            case Decision.ASK:
                return self.voice.which_feeling(reading, speaker.language)
            case Decision.ANSWER:
                return await self._cards(
                    speaker,
                    Wish(mix=mood_policy.mood_mix(reading)),
                    f"empathy_{reading.emotion.name.lower()}",
                    note=self.voice.heard(reading, speaker.language),
                    reading=reading,
                    classify_ms=classify_ms,
                )
            case _:
                assert_never(decision)

    async def _press(self, press: Press) -> Reply:
        speaker = press.speaker
        match press.kind:
            case ActionKind.MORE | ActionKind.LIVELIER | ActionKind.CALMER:
                return await self._shift(press.kind, speaker)
            case ActionKind.MOOD:
                if press.mood is None:
                    return self.voice.which_mood("neutral", speaker.language)
                said = f"empathy_{press.emotion.name.lower()}" if press.emotion else f"mood_{press.mood}"
                return await self._cards(speaker, Wish(mix=mood_policy.only(press.mood)), said)
            case ActionKind.SIMILAR:
                return await self._similar(press)
            case ActionKind.LIKE | ActionKind.DISLIKE:
                return await self._vote(press)
            case ActionKind.EXAMPLE:
                return self.greet(speaker.language)
            case _:
                assert_never(press.kind)

    async def _shift(self, kind: ActionKind, speaker: Speaker) -> Reply:
        since = self.clock.now() - CONTEXT_LASTS
        wish = await self.history.last_wish(speaker.listener, speaker.conversation, since=since)
        if wish is None:
            return self.voice.which_mood("nothing_yet", speaker.language)
        shifted = {ActionKind.LIVELIER: mood_policy.livelier, ActionKind.CALMER: mood_policy.calmer}.get(kind)
        return await self._cards(speaker, shifted(wish) if shifted else wish, kind.value)

    async def _cards(
        self,
        speaker: Speaker,
        wish: Wish,
        said: str,
        *,
        note: str | None = None,
        reading: EmotionReading | None = None,
        classify_ms: float | None = None,
    ) -> Reply:
        """Five cards for a wish, introduced by the phrase ``said``."""
        began = time.perf_counter()
        taste = await self.history.taste(speaker.listener)
        picked = pick(await self.catalogue.shelves(), wish, taste, self.rng)
        reason = self.voice.reason_by_fit(wish.mix, taste, speaker.language)
        text = self.voice.phrases.say(said, speaker.language, self.rng)
        reply = self.voice.cards_reply(picked, taste, speaker.language, text=text, note=note, reason=reason)
        await self._remember(speaker, wish, picked)
        mood = mood_policy.leading(wish.mix)
        emotion = reading.emotion if reading else None
        confidence = reading.confidence if reading else None
        log.info(
            "reply_built",
            emotion=emotion,
            confidence=confidence and round(confidence, 3),
            mood=mood,
            cards=len(reply.cards),
            classify_ms=classify_ms,
            catalogue_ms=_milliseconds_since(began),
        )
        return replace(reply, mood=mood, emotion=emotion, confidence=confidence)

    async def _similar(self, press: Press) -> Reply:
        speaker = press.speaker
        shelves = await self.catalogue.shelves()
        track = shelves.track(press.track_id or "")
        if track is None:
            return self.voice.which_mood("track_gone", speaker.language)
        wish = Wish(mix=mood_policy.only(track.mood))
        if track.features is None:  # nobody knows how it sounds: all we can keep is its mood
            return await self._cards(speaker, wish, f"mood_{track.mood}")
        taste = await self.history.taste(speaker.listener)
        picked = similar(shelves, track, taste)
        reason = self.voice.reason_by_likeness(track, speaker.language)
        text = self.voice.phrases.say("similar", speaker.language, title=track.title)
        reply = self.voice.cards_reply(picked, taste, speaker.language, text=text, reason=reason)
        await self._remember(speaker, wish, picked)
        log.info("similar_shown", mood=track.mood.value, cards=len(reply.cards))
        return replace(reply, mood=track.mood)

    async def _vote(self, press: Press) -> Reply:
        """Keep a vote; the same vote again takes it back."""
        speaker = press.speaker
        track = (await self.catalogue.shelves()).track(press.track_id or "")
        if track is None:
            return self.voice.text("track_gone", speaker.language)
        pressed = Vote(press.kind.value)
        before = (await self.history.taste(speaker.listener)).votes.get(track.id)
        vote = None if before is pressed else pressed
        await self.history.vote(speaker.listener, track.id, vote, at=self.clock.now())
        log.info("vote_kept", vote=vote.value if vote else None)
        return Reply(
            kind=ReplyKind.VOTE,
            text=self.voice.phrases.say(
                f"voted_{vote}" if vote else "vote_taken_back", speaker.language, title=track.title
            ),
            language=speaker.language,
            track_id=track.id,
            vote=vote,
        )

    async def _remember(self, speaker: Speaker, wish: Wish, picked: Pick) -> None:
        shown = ShownCards(conversation=speaker.conversation, at=self.clock.now(), wish=wish, tracks=picked.tracks)
        await self.history.remember(speaker.listener, shown)

    def _one_moment(self, problem: Unavailable, language: Language) -> Reply:
        log.warning("answer_postponed", problem=type(problem).__name__, retry_after=problem.retry_after)
        return self.voice.text("one_moment", language)


def check(text: str) -> None:
    """Refuse what cannot be read.

    Raises:
        UtteranceTooLong: More than `UTTERANCE_LIMIT` characters.
        NothingToRead: It has no words.
    """
    if len(text) > UTTERANCE_LIMIT:
        raise UtteranceTooLong
    if not has_words(text):
        raise NothingToRead


def has_words(text: str) -> bool:
    """Whether there is anything to read: a letter, a digit, or a symbol such as an emoji."""
    return any(unicodedata.category(char)[0] in "LN" or unicodedata.category(char) == "So" for char in text)


def met_without_reading(text: str) -> Concern | Intent | Mood | None:
    """What decides an answer before any emotion is heard: first care, then a wish or a wanted mood, else nothing."""
    return concern_in(text) or intent_of(text) or requested_mood(text)


def decision_on(text: str, reading: EmotionReading, thresholds: Thresholds) -> str:
    """What the dialogue would do with an utterance without context, such as ``answer`` or ``intent:more``."""
    met = met_without_reading(text)
    match met:
        case Concern():
            return f"safety:{met}"
        case Intent():
            return f"intent:{met}"
        case Mood():
            return "intent:request_mood"
        case None:
            return (mood_policy.decide(reading, thresholds) if has_words(text) else Decision.NEUTRAL).value
        case _:
            assert_never(met)


def _milliseconds_since(began: float) -> float:
    return round((time.perf_counter() - began) * 1_000, 2)
