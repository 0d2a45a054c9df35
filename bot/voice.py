"""How a decision is put into words: replies, cards, reasons and buttons. It decides nothing about music."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from random import Random
from typing import Final, assert_never
from urllib.parse import quote_plus

from bot.domain import (
    CARDS_PER_REPLY,
    Action,
    ActionKind,
    AudioFeatures,
    Emotion,
    EmotionReading,
    HistoryEntry,
    Language,
    Mood,
    Preferences,
    Reply,
    ReplyKind,
    Taste,
    Track,
    TrackCard,
    Wish,
)
from bot.mood_policy import MOOD_OF
from bot.phrases import Phrases
from bot.preferences import OFF, ON, SETTINGS, Setting
from bot.selection import Pick
from bot.takeaway import shop_links
from bot.whys import Again, Alike, ByLikedArtist, Fits, Liked, Named, NearLiked, Step, Why

CERTAIN: Final = 0.75
LIKELY: Final = 0.5
"""Confidence in words: from CERTAIN on "I heard", from LIKELY on "probably", below "I may be wrong"."""

AT_MOST: Final = 99
"""Per cent that are told at most: no guess is a certainty, whatever it rounds to."""

TELLING: Final = 50
"""Per cent from which a mood score is told; quiet songs are Calm by rank, with scores that would only puzzle."""

_ARGUES: Final[Mapping[Mood, tuple[str, ...]]] = {
    Mood.HAPPY: ("bright", "danceable", "energetic", "fast"),
    Mood.SAD: ("dark", "acoustic", "gentle", "slow", "instrumental"),
    Mood.ENERGETIC: ("energetic", "fast", "danceable", "bright"),
    Mood.CALM: ("gentle", "acoustic", "slow", "instrumental"),
}
"""Which sounds speak for a mood. A fast tempo is no reason to call a track calm, true or not."""

WORTH_ASKING: Final = 0.1
"""Probability from which a third feeling is offered: 기뻐요 under a tired sentence reads like a joke."""
FEELINGS_ASKED: Final = 3
"""How many of the likeliest feelings are offered when we are unsure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """SMOODY's voice in every language."""

    phrases: Phrases
    rng: Random
    zone: tzinfo = UTC
    """Where days begin and end, as in the diary: what was shown before midnight was shown yesterday."""

    def greeting(self, language: Language) -> Reply:
        """Hello, what happens to the listener's words, and example sentences to press."""
        return Reply(
            kind=ReplyKind.GREETING,
            text=self.phrases.say("greeting", language),
            note=self.phrases.say("privacy_line", language),
            language=language,
            actions=tuple(
                Action(kind=ActionKind.EXAMPLE, label=example)
                for example in self.phrases.variants("examples", language)
            ),
        )

    def text(self, key: str, language: Language, *, kind: ReplyKind = ReplyKind.TEXT, **values: object) -> Reply:
        """A reply of words alone."""
        return Reply(kind=kind, text=self.phrases.say(key, language, self.rng, **values), language=language)

    def which_mood(self, key: str, language: Language, **values: object) -> Reply:
        """A reply that offers the four moods."""
        moods = tuple(
            Action(kind=ActionKind.MOOD, label=self.phrases.say(f"action_mood_{mood}", language), mood=mood)
            for mood in Mood
        )
        return self._question(key, language, moods, **values)

    def which_feeling(self, reading: EmotionReading, language: Language) -> Reply:
        """A question with the likeliest feelings as buttons, and one for "just play something"."""
        ranked = sorted(reading.scores, key=reading.scores.__getitem__, reverse=True)[:FEELINGS_ASKED]
        likeliest = ranked[:2] + [emotion for emotion in ranked[2:] if reading.scores[emotion] >= WORTH_ASKING]
        return self._which_of("ask", likeliest, MOOD_OF[reading.emotion], language)

    def calm_music(self, language: Language) -> Action:
        """The button that stands under the helplines."""
        return Action(kind=ActionKind.MOOD, label=self.phrases.say("action_calm_music", language), mood=Mood.CALM)

    def which_other_feeling(self, denied: Emotion, language: Language) -> Reply:
        """A question with every feeling but the one that it is not; whoever just wants music gets calm tracks."""
        others = [emotion for emotion in Emotion if emotion is not denied]
        return self._which_of("ask_other", others, Mood.CALM, language)

    def _which_of(self, key: str, feelings: Sequence[Emotion], anyway: Mood, language: Language) -> Reply:
        buttons = tuple(
            Action(
                kind=ActionKind.MOOD,
                label=self.phrases.say(f"action_feel_{emotion.name.lower()}", language),
                mood=MOOD_OF[emotion],
                emotion=emotion,
            )
            for emotion in feelings
        )
        just_play = Action(kind=ActionKind.MOOD, label=self.phrases.say("action_just_play", language), mood=anyway)
        return self._question(key, language, (*buttons, just_play))

    def heard(self, reading: EmotionReading, language: Language) -> str:
        """What was heard and how sure we are, in words and per cent."""
        sure = next(
            word
            for word, least in (("certain", CERTAIN), ("likely", LIKELY), ("unsure", 0.0))
            if reading.confidence >= least
        )
        return self.phrases.say(
            f"heard_{sure}",
            language,
            emotion=self.phrases.say(f"emotion_{reading.emotion.name.lower()}", language),
            percent=_percent(reading.confidence),
        )

    def cards_reply(
        self,
        picked: Pick,
        wish: Wish,
        taste: Taste,
        language: Language,
        *,
        text: str,
        reason: Callable[[Track], str],
        note: str | None = None,
    ) -> Reply:
        """What was picked as cards, with what a listener should know about a small shelf; other moods for no cards."""
        if not picked.tracks:
            return self.which_mood("shelf_empty", language)
        lines = (note, self._widened(picked, language), self._shortage(picked, language))
        other = ActionKind.TURN if wish.towards is None else ActionKind.MATCH
        kinds = (ActionKind.MORE, ActionKind.LIVELIER, ActionKind.CALMER, other, ActionKind.TAKE)
        return Reply(
            kind=ReplyKind.CARDS,
            text=text,
            note="\n".join(line for line in lines if line) or None,
            language=language,
            cards=self.cards(picked.tracks, taste, language, reason),
            actions=tuple(self._button(kind, language) for kind in kinds),
        )

    def history_page(
        self,
        entries: Sequence[tuple[Track, HistoryEntry]],
        taste: Taste,
        language: Language,
        *,
        now: datetime,
        page: int,
        total: int,
    ) -> Reply:
        """What was shown, as cards that say when; the buttons turn pages."""
        entry_of = {track.id: entry for track, entry in entries}

        def when(track: Track) -> str:
            entry = entry_of[track.id]
            mood = self.phrases.say(f"name_{entry.mood}", language)
            return f"{self._ago(self._day(now) - self._day(entry.at), language)} · {mood}"

        pages = -(-total // CARDS_PER_REPLY)
        turns = ((page - 1, "action_newer"), (page + 1, "action_older"))
        return Reply(
            kind=ReplyKind.HISTORY,
            text=self.phrases.say("history", language, total=total),
            note=self.phrases.say("history_page", language, page=page, pages=pages) if pages > 1 else None,
            language=language,
            cards=self.cards([track for track, _ in entries], taste, language, when),
            actions=tuple(
                Action(kind=ActionKind.HISTORY, label=self.phrases.say(label, language), value=str(to))
                for to, label in turns
                if 1 <= to <= pages
            ),
            is_private=True,
        )

    def bare_cards(self, tracks: Sequence[Track], taste: Taste, language: Language) -> tuple[TrackCard, ...]:
        """Tracks as cards for a list that shows neither reasons nor buttons."""
        return self.cards(tracks, taste, language, lambda _track: "")

    def which_track(self, shown: Sequence[Track], language: Language) -> Reply:
        """A question which of the tracks that were shown is meant."""
        tracks = tuple(
            Action(kind=ActionKind.SIMILAR, label=f"{place}. {track.title}", track_id=track.id)
            for place, track in enumerate(shown, start=1)
        )
        return self._question("which_track", language, tracks)

    def which_form(self, language: Language, *, with_playlist: bool = False) -> Reply:
        """A question in which form the tracks are taken along."""
        forms = tuple(
            Action(kind=ActionKind.TAKE, label=self.phrases.say(f"action_take_{form}", language), value=form)
            for form in (*(("spotify",) if with_playlist else ()), "text", "youtube", "csv")
        )
        return self._question("take", language, forms)

    def settings(self, preferences: Preferences, language: Language, *, without: Collection[str] = ()) -> Reply:
        """How things are set, with a button for each choice of each setting but those named in ``without``."""
        actions = tuple(
            Action(
                kind=ActionKind.SET,
                label=self._choice(name, choice, language),
                value=f"{name}={choice}",
                is_chosen=setting.stands(preferences) == (ON if choice in {ON, OFF} else choice),
            )
            for name, setting in SETTINGS.items()
            if name not in without
            for choice in _offered(setting, preferences)
        )
        return Reply(
            kind=ReplyKind.SETTINGS,
            text=self.phrases.say("settings", language),
            note=self.phrases.say("settings_note", language, days=preferences.keeps_days),
            language=language,
            actions=actions,
            is_private=True,
        )

    def cards(
        self, tracks: Sequence[Track], taste: Taste, language: Language, reason: Callable[[Track], str]
    ) -> tuple[TrackCard, ...]:
        """Tracks as cards, in order, each with its links, its reason and its buttons."""
        return tuple(
            TrackCard(
                position=position,
                track=track,
                reason=reason(track),
                spotify_url=spotify_url(track),
                youtube_url=youtube_url(track),
                vote=taste.votes.get(track.id),
                links=shop_links(track, taste.preferences.shops, language),
                actions=tuple(
                    Action(kind=kind, label=self.phrases.say(f"action_{kind}", language), track_id=track.id)
                    for kind in (ActionKind.LIKE, ActionKind.DISLIKE, ActionKind.SIMILAR)
                ),
            )
            for position, track in enumerate(tracks, start=1)
        )

    def reasons(self, picked: Pick, language: Language) -> Callable[[Track], str]:
        """Why each track was picked, in one line that claims only what was used, and how it sounds where it is said."""
        return lambda track: self.why_line(track, picked.whys[track.id], language)

    def why_line(self, track: Track, why: Why, language: Language) -> str:
        """One reason in words."""
        match why:
            case Named():
                line = self.phrases.say("reason_named", language, artist=why.artist)
                return self._with_sound(line, track, language)
            case Fits():
                return self._with_sound(self._fits(track, why.mood, why.score, language), track, language)
            case Liked():
                return self._with_sound(self.phrases.say("reason_liked", language), track, language)
            case ByLikedArtist():
                return self.phrases.say("reason_liked_artist", language, title=why.liked.title, artist=why.artist)
            case NearLiked():
                return self._alike("reason_near_liked", why.liked, why.close_in, language)
            case Alike():
                return self._alike("reason_similar", why.to, why.close_in, language)
            case Step():
                return self._with_sound(self._step(track, why, language), track, language)
            case Again():
                return self._with_sound(self._again(why.ago.days, language), track, language)
            case _:
                assert_never(why)

    def shelf_line(self, track: Track, language: Language) -> str:
        """What is always true of a track: its shelf, and how it sounds."""
        line = self.phrases.say("reason_on_shelf", language, name=self._name(track.mood, language))
        return self._with_sound(line, track, language)

    def _fits(self, track: Track, mood: Mood, score: float, language: Language) -> str:
        """A mood score where one was measured and tells something; else the shelf, which is always true.

        A score of 1 is nobody's measure: its playlist or file said which mood it is.
        """
        percent = _percent(score)
        if percent >= TELLING and score < 1:
            return self.phrases.say("reason", language, name=self._name(mood, language), percent=percent)
        return self.phrases.say("reason_on_shelf", language, name=self._name(track.mood, language))

    def _alike(self, key: str, other: Track, close_in: Sequence[str], language: Language) -> str:
        line = self.phrases.say(key, language, title=other.title)
        if not close_in:
            return line
        names = ", ".join(self.phrases.say(f"close_{name}", language) for name in close_in)
        return f"{line} · {self.phrases.say('reason_close_in', language, names=names)}"

    def _step(self, track: Track, step: Step, language: Language) -> str:
        if step.number == 1:
            return self.phrases.say("reason_step_first", language, name=self._name(track.mood, language))
        key = "reason_step_last" if step.number == step.of else "reason_step"
        name = self._name(step.towards, language)
        return self.phrases.say(key, language, name=name, number=step.number, of=step.of)

    def _name(self, mood: Mood, language: Language) -> str:
        return self.phrases.say(f"name_{mood}", language)

    def _choice(self, name: str, choice: str, language: Language) -> str:
        """How a choice is called: a switch by the setting's own name, the others by name and choice."""
        if choice in {ON, OFF}:
            return self.phrases.say(f"setting_{name.replace('.', '_')}", language)
        return self.phrases.say(f"setting_{name}_{choice}", language)

    def _day(self, at: datetime) -> int:
        return at.astimezone(self.zone).toordinal()

    def _ago(self, days: int, language: Language) -> str:
        return self.phrases.say("today" if days <= 0 else "yesterday" if days == 1 else "days_ago", language, days=days)

    def _again(self, days: int, language: Language) -> str:
        """That a track comes again, after so many times 24 hours."""
        key = "reason_again_soon" if days <= 0 else "reason_again_day" if days == 1 else "reason_again"
        return self.phrases.say(key, language, days=days)

    def _button(self, kind: ActionKind, language: Language) -> Action:
        return Action(kind=kind, label=self.phrases.say(f"action_{kind}", language))

    def _widened(self, picked: Pick, language: Language) -> str | None:
        return self.phrases.say("filter_widened", language) if picked.widened else None

    def _shortage(self, picked: Pick, language: Language) -> str | None:
        if picked.repeats:
            return self.phrases.say("shelf_repeats", language, count=picked.repeats)
        if len(picked.tracks) < CARDS_PER_REPLY:
            return self.phrases.say("shelf_short", language, count=len(picked.tracks))
        return None

    def _question(self, key: str, language: Language, actions: tuple[Action, ...], **values: object) -> Reply:
        return Reply(
            kind=ReplyKind.QUESTION,
            text=self.phrases.say(key, language, self.rng, **values),
            language=language,
            actions=actions,
        )

    def _with_sound(self, why: str, track: Track, language: Language) -> str:
        """A reason, and how the track sounds where that is known."""
        if track.features is None:
            return why
        tempo = round(track.features.tempo)
        words = (
            self.phrases.say(f"sound_{word}", language, tempo=tempo) for word in sounds_of(track.features, track.mood)
        )
        return f"{why} · {', '.join(words)}"


def _percent(share: float) -> int:
    return min(round(share * 100), AT_MOST)


def _offered(setting: Setting, preferences: Preferences) -> tuple[str, ...]:
    """The choices that get a button: a switch has one, which turns it over."""
    if setting.choices == (ON, OFF):
        return (OFF if setting.stands(preferences) == ON else ON,)
    return setting.choices


def sounds_of(features: AudioFeatures, mood: Mood) -> tuple[str, ...]:
    """The two most telling words for why a track suits a mood, each true of its features; ``even`` when none is."""
    strength = {  # above 0: the word is true; 1: as true as it can be
        "instrumental": (features.instrumentalness - 0.5) / 0.5,
        "acoustic": (features.acousticness - 0.6) / 0.4,
        "energetic": (features.energy - 0.75) / 0.25,
        "gentle": (0.45 - features.energy) / 0.45,
        "bright": (features.valence - 0.6) / 0.4,
        "dark": (0.3 - features.valence) / 0.3,
        "danceable": (features.danceability - 0.7) / 0.3,
        "fast": (features.tempo - 125) / 60,
        "slow": (85 - features.tempo) / 30,
    }
    true = [word for word in _ARGUES[mood] if strength[word] > 0]
    return tuple(sorted(true, key=strength.__getitem__, reverse=True)[:2]) or ("even",)


def spotify_url(track: Track) -> str:
    """The track's own page; for tracks from elsewhere a search for it."""
    if track.is_on_spotify:
        return f"https://open.spotify.com/track/{track.id}"
    return f"https://open.spotify.com/search/{quote_plus(f'{track.title} {track.artist}')}"


def youtube_url(track: Track) -> str:
    """A search: a fixed video may disappear, and finding one costs a network call."""
    return f"https://www.youtube.com/results?search_query={quote_plus(f'{track.artist} {track.title}')}"
