"""The use case of an utterance or a pressed button: it decides, returns a `Reply` and never sends anything."""

import asyncio
import contextlib
import re
import time
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from random import Random
from typing import Final, assert_never

import structlog

from bot import mood_policy, understanding
from bot.account import Account, is_confirmation
from bot.asides import (
    asks_for_anything,
    asks_to_delete,
    asks_why,
    button_said,
    is_cancellation,
    is_farewell,
    is_greeting,
    is_stop,
    takes_back,
)
from bot.caring import Caring
from bot.correction import Correction, correction_in, feeling_denied
from bot.domain import (
    ActionKind,
    Concern,
    Emotion,
    EmotionReading,
    Hints,
    Intent,
    Language,
    Mood,
    Press,
    Reply,
    Speaker,
    Thresholds,
    Track,
    Utterance,
    Visit,
    Wish,
)
from bot.errors import ListenerFacing, NothingToRead, Unavailable, UtteranceTooLong
from bot.mood_policy import Decision
from bot.naming import is_style, known_elsewhere, names_in
from bot.ports import Catalogue, Clock, DiaryPainter, EmotionClassifier, History, PlaylistExport, WishClassifier
from bot.recommender import Recommender, milliseconds_since
from bot.reference import opinion_of_place
from bot.states import state_in
from bot.tally import Tally
from bot.violence import speaks_of_violence
from bot.visits import visit_of
from bot.voice import Voice

UTTERANCE_LIMIT: Final = 1_000
"""Characters that are read of one utterance: several times what anyone writes about a feeling in a chat."""

LANGUAGE_WAITS_S: Final = 0.5
"""How long words without music may wait for the database, which knows the listener's own language."""

SEEN_AGAIN_AFTER: Final = timedelta(days=1)
"""How exactly it is kept when a listener was here last: whoever only looks at things is no absent one either."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """What SMOODY answers. Platforms call it and show what it returns; all state lies behind its ports."""

    classifier: EmotionClassifier
    wishes: WishClassifier
    thresholds: Thresholds
    history: History
    recommender: Recommender
    account: Account
    voice: Voice
    clock: Clock
    caring: Caring
    tally: Tally

    def greet(self, language: Language) -> Reply:
        """Say hello."""
        return self.voice.greeting(language)

    async def welcome(self, speaker: Speaker) -> Reply:
        """Say hello; to somebody who was here just now show the last five again instead."""
        with contextlib.suppress(Unavailable):
            again = await self.recommender.again(await self._visit(speaker))
            if again is not None:
                return again
        return self.greet(speaker.language)

    async def answer(self, utterance: Utterance) -> Reply:
        """Answer what a listener wrote. What the listener can mend, and overload, are replies and never exceptions."""
        speaker = utterance.speaker
        reply = await self._calmly(speaker, lambda: self._answer(utterance.text, speaker, is_own=utterance.is_own))
        return self._counted(self.caring.gently(reply, speaker))

    async def preview(self, utterance: Utterance) -> Reply:
        """Answer what is still being written: the same, but nothing of it is kept."""
        speaker = utterance.speaker
        return await self._calmly(speaker, lambda: self._answer(utterance.text, speaker, is_preview=True))

    async def press(self, press: Press) -> Reply:
        """Answer a pressed button."""
        reply = await self._calmly(press.speaker, lambda: self._press(press))
        return self._counted(self.caring.gently(reply, press.speaker))

    async def find(self, words: str, count: int = 25) -> tuple[Track, ...]:
        """Tracks whose title or artist is being typed; none while the catalogue does not answer."""
        try:
            return await self.recommender.find(words, count)
        except Unavailable:
            return ()

    async def answers_privately(self, speaker: Speaker) -> bool:
        """Whether this listener wants answers in groups to be shown to them alone."""
        try:
            return (await self.history.taste(speaker.listener)).preferences.answers_privately
        except Unavailable:
            return False

    async def language_of(self, speaker: Speaker) -> Language:
        """The language that a listener has set, else that of their platform; the latter while nothing answers."""
        with contextlib.suppress(Unavailable, TimeoutError):
            async with asyncio.timeout(LANGUAGE_WAITS_S):
                return (await self._visit(speaker)).language
        return speaker.language

    def _counted(self, reply: Reply) -> Reply:
        self.tally.replies[reply.kind] += 1
        return reply

    async def _visit(self, speaker: Speaker, *, is_preview: bool = False) -> Visit:
        return await visit_of(speaker, self.history, self.clock, is_preview=is_preview)

    def calls_for_care(self, text: str) -> bool:
        """Whether a text will be met with care, so that a platform can show the answer to its writer alone."""
        met = understanding.met(text, self.wishes.hear(text))
        return isinstance(met, Concern) or speaks_of_violence(text)

    async def _calmly(self, speaker: Speaker, answer: Callable[[], Awaitable[Reply]]) -> Reply:
        try:
            return await answer()
        except ListenerFacing as problem:
            return self.voice.text(problem.phrase, await self.language_of(speaker), limit=f"{UTTERANCE_LIMIT:,}")
        except Unavailable as problem:
            log.warning("answer_postponed", problem=type(problem).__name__, retry_after=problem.retry_after)
            return self.voice.text("one_moment", await self.language_of(speaker))

    async def _answer(self, text: str, speaker: Speaker, *, is_own: bool = True, is_preview: bool = False) -> Reply:
        plain = await self._plainly_said(text, speaker) if is_own and not is_preview else None
        if plain is not None:
            return plain
        met = understanding.met(text, self.wishes.hear(text))
        if isinstance(met, Concern):
            return await self.caring.answer(met, text, speaker, is_preview=is_preview)
        if speaks_of_violence(text):
            return await self.caring.with_helplines(speaker, "care_violence", text, is_preview=is_preview)
        visit = await self._visit(speaker, is_preview=is_preview)
        asked = None if understanding.wished_plainly(text) else await self.recommender.asked_for_by_name(visit, text)
        if asked is not None:
            return asked
        if is_style(text):
            return self.voice.which_mood("cannot_find", visit.language)
        match met:
            case Intent.MORE | Intent.LIVELIER | Intent.CALMER:
                return await self._shift(ActionKind(met.value), visit)
            case Intent.HELP | Intent.THANKS | Intent.WHO_ARE_YOU:
                return self.voice.text(met.value, visit.language)
            case Intent.SIMILAR:
                opinion = await self._opinion(text, visit) if is_own else None
                return opinion or await self.recommender.similar_to_what_is_meant(visit, text)
            case Intent.FORGET:
                return await self.account.forget(visit, None) if asks_to_delete(text) else self.account.privacy(visit)
            case Mood():
                return await self.recommender.cards(visit, Wish(mix=mood_policy.only(met)), f"mood_{met}")
            case None:
                return await self._told(text, visit, is_own=is_own)
            case _:
                assert_never(met)

    async def _plainly_said(self, text: str, speaker: Speaker) -> Reply | None:
        """The answer to whole utterances that mean one thing only, whatever a model hears in them."""
        if is_confirmation(text):
            return await self._forget(await self._visit(speaker), text)
        button = button_said(text)
        if button is not None:
            kind, value = button
            return await self._press(Press(kind=kind, speaker=speaker, value=value))
        if is_greeting(text):
            return self.greet((await self._visit(speaker)).language)
        if self.caring.goes_on(speaker) and takes_back(text):
            return self.caring.taken_back(speaker, (await self._visit(speaker)).language)
        if is_stop(text):
            return self.voice.text("stopped", (await self._visit(speaker)).language)
        if is_cancellation(text):
            return self.voice.text("nothing_done", (await self._visit(speaker)).language)
        if is_farewell(text):
            return self.voice.text("farewell", (await self._visit(speaker)).language)
        if asks_for_anything(text):
            visit = await self._visit(speaker)
            if self.caring.goes_on(speaker):
                return await self.caring.with_calm_tracks(speaker, is_preview=False)
            if await self.recommender.last_wish(visit):  # 노래 틀어줘, after a sad answer
                return await self._shift(ActionKind.MORE, visit)
            return await self.recommender.cards(visit, Wish(mix=mood_policy.normalised({})), "anything")
        if asks_why(text):
            visit = await self._visit(speaker)
            return self.voice.text("why_these", visit.language) if await self.recommender.last_wish(visit) else None
        return None

    async def _opinion(self, text: str, visit: Visit) -> Reply | None:
        """Keep what is said of one of the last five (첫 번째 곡 별로야) as a vote; None when nothing is."""
        vote = opinion_of_place(text)
        return None if vote is None or visit.is_preview else await self.recommender.vote_by_place(visit, text, vote)

    async def _told(self, text: str, visit: Visit, *, is_own: bool) -> Reply:
        """Answer what is neither a wish nor a cry for help: an opinion, a correction, or a feeling."""
        check(text)
        opinion = await self._opinion(text, visit) if is_own else None
        if opinion is not None:
            return opinion
        if self.caring.goes_on(visit.speaker) and not await self._is_surely_joyful(text):  # no question, nothing dark
            return await self.caring.with_calm_tracks(visit.speaker, is_preview=visit.is_preview)
        correction = correction_in(text) if is_own else None
        if correction is not None:
            wish = await self.recommender.last_wish(visit)
            if wish is not None and wish.emotion is not None:
                return await self._corrected(correction, wish.emotion, visit)
            if correction.denied is not None:
                return await self._denied(correction, correction.denied, visit)
        return await self._felt(text, visit, is_own=is_own)

    async def _is_surely_joyful(self, text: str) -> bool:
        reading = await self.classifier.read(text)
        is_sure = mood_policy.decide(reading, self.thresholds) is Decision.ANSWER
        return is_sure and reading.emotion is Emotion.JOY

    async def _denied(self, correction: Correction, denied: Emotion, visit: Visit) -> Reply:
        """Answer who denies a feeling before anything was heard: 화난 건 아니고 불안해, said at once."""
        if correction.meant is not None and correction.meant is not denied:
            return await self._felt_as_named(correction.rest, correction.meant, visit)
        if has_words(correction.rest):
            return await self._felt(correction.rest, visit)
        return self.voice.which_other_feeling(denied, visit.language)

    async def _felt(self, text: str, visit: Visit, *, is_own: bool = True) -> Reply:
        began = time.perf_counter()
        reading = await self.classifier.read(text)
        if is_own:  # how this listener means words tells nothing of how another does
            reading = mood_policy.shifted(reading, visit.taste.corrections)
        classify_ms = milliseconds_since(began)
        decision = mood_policy.decide(reading, self.thresholds)
        if decision is not Decision.NEUTRAL and feeling_denied(text) is reading.emotion:
            return self.voice.which_feeling(mood_policy.without(reading, reading.emotion), visit.language)
        match decision:
            case Decision.NEUTRAL:
                state = state_in(text)
                if state is not None:
                    name, mood = state
                    return await self.recommender.cards(visit, Wish(mix=mood_policy.only(mood)), f"state_{name}")
                is_request = bool(names_in(text))  # for a genre, a time, an artist whom nobody here knows
                return self.voice.which_mood("cannot_find" if is_request else "neutral", visit.language)
            case Decision.ASK:
                return self.voice.which_feeling(reading, visit.language)
            case Decision.ANSWER:
                wish = Wish(mix=mood_policy.mood_mix(reading), emotion=reading.emotion if is_own else None)
                if is_own:
                    await self.recommender.felt(visit, wish)
                return await self.recommender.cards(
                    visit,
                    wish,
                    f"empathy_{reading.emotion.name.lower()}",
                    note=self.voice.heard(reading, visit.language),
                    reading=reading,
                    classify_ms=classify_ms,
                )
            case _:
                assert_never(decision)

    async def _corrected(self, correction: Correction, heard: Emotion, visit: Visit) -> Reply:
        """Answer again as the listener means it; what they name themselves, and no guess of ours, is kept count of."""
        meant = correction.meant
        if meant is None:
            denied = correction.denied or heard
            if not has_words(correction.rest):
                return self.voice.which_other_feeling(denied, visit.language)
            reading = await self.classifier.read(correction.rest)
            if correction.denied is not None:
                reading = mood_policy.without(reading, denied)
            if mood_policy.decide(reading, self.thresholds) is not Decision.ANSWER:
                return self.voice.which_other_feeling(denied, visit.language)
            meant = reading.emotion
        if meant is heard:  # 아니, 진짜 슬퍼: said with more force, not otherwise
            return await self._felt_as_named(correction.rest, heard, visit)
        if correction.meant is not None and visit.taste.preferences.remembers and not visit.is_preview:
            await self.history.correct(visit.listener, heard, meant, at=visit.at, was_known=not visit.taste.is_new)
        log.info("reading_corrected", heard=heard, meant=meant)
        return await self._feeling_named(meant, visit, "corrected")

    async def _felt_as_named(self, text: str, named: Emotion, visit: Visit) -> Reply:
        """Answer a feeling that was named, with all that is heard beside it where that is not something else."""
        if has_words(text) and (await self.classifier.read(text)).emotion is named:
            return await self._felt(text, visit)
        return await self._feeling_named(named, visit, "empathy")

    async def _feeling_named(self, emotion: Emotion, visit: Visit, said: str) -> Reply:
        wish = Wish(mix=mood_policy.only(mood_policy.MOOD_OF[emotion]), emotion=emotion)
        await self.recommender.felt(visit, wish)
        return await self.recommender.cards(visit, wish, f"{said}_{emotion.name.lower()}")

    async def _press(self, press: Press) -> Reply:
        visit = await self._visit(press.speaker)
        await self._seen(visit)
        match press.kind:
            case ActionKind.MORE | ActionKind.LIVELIER | ActionKind.CALMER | ActionKind.MATCH:
                return await self._shift(press.kind, visit)
            case ActionKind.TURN:
                return await self.recommender.shift(visit, lambda wish: mood_policy.turned(wish, press.mood), "turn")
            case ActionKind.MOOD:
                return await self._mood_pressed(press, visit)
            case ActionKind.SIMILAR:
                return await self.recommender.similar_to(visit, press.track_id)
            case ActionKind.LIKE | ActionKind.DISLIKE:
                return await self.recommender.vote(visit, press)
            case ActionKind.HISTORY:
                return await self.recommender.shown_before(visit, _page(press.value))
            case ActionKind.TAKE:
                return await self.recommender.take_along(visit, press.value)
            case ActionKind.EXAMPLE | ActionKind.REFRESH | ActionKind.CANCEL_REFRESH:
                return self.greet(visit.language)  # an example is an utterance, and a refresh is not for listeners
            case _:
                return await self._account_pressed(press, visit)

    async def _seen(self, visit: Visit) -> None:
        """Keep that somebody was here who may only look at things: they have not stayed away."""
        last = visit.taste.last_seen_at
        if last is not None and visit.at - last > SEEN_AGAIN_AFTER:
            with contextlib.suppress(Unavailable):
                await self.history.seen(visit.listener, at=visit.at)

    async def _account_pressed(self, press: Press, visit: Visit) -> Reply:
        match press.kind:
            case ActionKind.SETTINGS:
                return await self.account.settings(visit)
            case ActionKind.SET:
                return await self.account.change(visit, press.value)
            case ActionKind.DIARY:
                return await self.account.diary(visit, press.value)
            case ActionKind.PRIVACY:
                return self.account.privacy(visit)
            case ActionKind.EXPORT:
                return await self.account.export(visit)
            case ActionKind.FORGET:
                return await self._forget(visit, press.value)
            case _:
                return self.voice.text("help", visit.language)

    async def _forget(self, visit: Visit, confirmation: str | None) -> Reply:
        if is_confirmation(confirmation or ""):
            self.caring.aftercare.end(visit.speaker)
        return await self.account.forget(visit, confirmation)

    async def _mood_pressed(self, press: Press, visit: Visit) -> Reply:
        if press.mood is None:
            return self.voice.which_mood("neutral", visit.language)
        if press.emotion is not None:
            return await self._feeling_named(press.emotion, visit, "empathy")
        return await self.recommender.cards(visit, Wish(mix=mood_policy.only(press.mood)), f"mood_{press.mood}")

    async def _shift(self, kind: ActionKind, visit: Visit) -> Reply:
        if self.caring.goes_on(visit.speaker) and await self.recommender.last_wish(visit) is None:
            return await self.caring.with_calm_tracks(visit.speaker, is_preview=visit.is_preview)
        return await self.recommender.shift(visit, _CHANGES[kind], kind.value)


def _page(value: str | None) -> int:
    """A page by its number; the first for anything that is none."""
    return int(value) if value and re.fullmatch("[1-9][0-9]{0,5}", value) else 1


_CHANGES: Final[Mapping[ActionKind, Callable[[Wish], Wish]]] = {
    ActionKind.MORE: lambda wish: wish,
    ActionKind.LIVELIER: mood_policy.livelier,
    ActionKind.CALMER: mood_policy.calmer,
    ActionKind.MATCH: mood_policy.matching,
}


def assemble(
    *,
    classifier: EmotionClassifier,
    wishes: WishClassifier,
    catalogue: Catalogue,
    history: History,
    voice: Voice,
    clock: Clock,
    thresholds: Thresholds,
    rng: Random,
    painter: DiaryPainter,
    zone: tzinfo = UTC,
    playlists: PlaylistExport | None = None,
) -> Dialogue:
    """The dialogue over its ports; ``zone`` is where days begin and end in the diary."""
    recommender = Recommender(catalogue=catalogue, history=history, voice=voice, rng=rng, playlists=playlists)
    tally = Tally()
    return Dialogue(
        classifier=classifier,
        wishes=wishes,
        thresholds=thresholds,
        history=history,
        recommender=recommender,
        account=Account(catalogue=catalogue, history=history, voice=voice, painter=painter, zone=zone),
        caring=Caring(history=history, recommender=recommender, voice=voice, clock=clock, tally=tally),
        voice=voice,
        clock=clock,
        tally=tally,
    )


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


def decision_on(text: str, reading: EmotionReading, thresholds: Thresholds, hints: Hints) -> str:
    """What the dialogue would do with an utterance without context, such as ``answer`` or ``intent:more``.

    Artists are known here by name only, whatever the catalogue has. The name of a button (``설정``) has no name of its
    own here and counts as a call for help.
    """
    if is_greeting(text) or is_cancellation(text) or is_farewell(text) or is_stop(text):
        return Decision.NEUTRAL.value
    if asks_for_anything(text):
        return Decision.ANSWER.value
    button = button_said(text)
    if button is not None:
        return f"intent:{Intent.MORE if button[0] is ActionKind.MORE else Intent.HELP}"
    met = understanding.met(text, hints)
    if speaks_of_violence(text) and not isinstance(met, Concern):
        return "safety:violence"
    asks_for_an_artist = not understanding.wished_plainly(text) and known_elsewhere(names_in(text)) is not None
    if asks_for_an_artist and not isinstance(met, Concern):
        return "intent:artist"
    if is_style(text) and not isinstance(met, Concern):
        return Decision.NEUTRAL.value
    match met:
        case Concern():
            return f"safety:{met}"
        case Intent():
            return f"intent:{met}"
        case Mood():
            return "intent:request_mood"
        case None:
            decision = mood_policy.decide(reading, thresholds) if has_words(text) else Decision.NEUTRAL
            if decision is Decision.NEUTRAL and state_in(text) is not None:
                return Decision.ANSWER.value
            is_denied = decision is Decision.ANSWER and feeling_denied(text) is reading.emotion
            return (Decision.ASK if is_denied else decision).value
        case _:
            assert_never(met)
