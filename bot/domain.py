"""The values that everything else speaks in: what was heard, what music sounds like, what a listener is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType, TypeAlias

ListenerId = NewType("ListenerId", str)
"""A keyed hash of platform and platform id (64 hexadecimal digits): it cannot be turned back into a person."""

ConversationId = NewType("ConversationId", str)
"""A keyed hash of the chat in which a listener writes, so that a group and a private chat do not share a context."""

CARDS_PER_REPLY: Final = 5


class Language(StrEnum):
    """A language in which SMOODY speaks."""

    KOREAN = "ko"
    ENGLISH = "en"


class Emotion(StrEnum):
    """What is heard in an utterance, in the order of the model's outputs."""

    JOY = "기쁨"
    SADNESS = "슬픔"
    EMBARRASSMENT = "당황"
    ANGER = "분노"
    ANXIETY = "불안"


class Mood(StrEnum):
    """How music sounds, in the order of the mood model's outputs; a shelf of the catalogue has one."""

    HAPPY = "Happy"
    SAD = "Sad"
    ENERGETIC = "Energetic"
    CALM = "Calm"


MoodMix: TypeAlias = Mapping[Mood, float]
"""Shares of all four moods, each in 0..1, together 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionReading:
    """All that the classifier heard in one utterance.

    ``scores`` are calibrated probabilities of the five emotions, together 1, given that there is an emotion at all;
    ``neutral`` is the probability that there is none (0 for models that do not know neutral utterances).
    """

    scores: Mapping[Emotion, float]
    neutral: float = 0.0

    @property
    def emotion(self) -> Emotion:
        """The likeliest emotion."""
        return max(self.scores, key=self.scores.__getitem__)

    @property
    def confidence(self) -> float:
        """Probability of the likeliest emotion, 0..1."""
        return self.scores[self.emotion]


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFeatures:
    """Spotify's nine audio features of a track: ``loudness`` in dB, ``tempo`` in beats a minute, all others 0..1."""

    danceability: float
    acousticness: float
    energy: float
    instrumentalness: float
    liveness: float
    valence: float
    loudness: float
    speechiness: float
    tempo: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A piece in the catalogue. ``id`` is Spotify's 22 characters, or ``namespace:id`` from another source."""

    id: str
    title: str
    artists: tuple[str, ...]
    mood: Mood
    mood_scores: MoodMix
    features: AudioFeatures | None = None
    year: int | None = None
    popularity: int | None = None
    """Spotify's 0..100 at the time the track was read; None where unknown."""
    artwork_url: str | None = None

    @property
    def artist(self) -> str:
        """All artists as shown to a listener."""
        return ", ".join(self.artists)

    @property
    def is_on_spotify(self) -> bool:
        """Whether ``id`` is Spotify's own, so that a link to the track can be made."""
        return ":" not in self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the next five cards should be: a mix of moods and a lean in liveliness (-1 calmer … 0 … +1 livelier)."""

    mix: MoodMix
    lean: float = 0.0


class Vote(StrEnum):
    """What a listener thinks of a track."""

    LIKE = "like"
    DISLIKE = "dislike"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """What a listener was shown and how they voted, as far as it is kept."""

    last_shown: Mapping[str, datetime] = field(default_factory=dict)
    """Track id to the time it was last shown."""
    votes: Mapping[str, Vote] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCards:
    """What is remembered of one answer: never the words that led to it."""

    conversation: ConversationId
    at: datetime
    wish: Wish
    tracks: tuple[Track, ...]


class ActionKind(StrEnum):
    """Everything that a listener can press."""

    MORE = "more"
    LIVELIER = "livelier"
    CALMER = "calmer"
    SIMILAR = "similar"
    LIKE = "like"
    DISLIKE = "dislike"
    MOOD = "mood"
    EXAMPLE = "example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button: what it does, what it is about and how it is labelled."""

    kind: ActionKind
    label: str
    track_id: str | None = None
    mood: Mood | None = None
    emotion: Emotion | None = None
    """The feeling that the label names, where it names one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackCard:
    """A track as shown: where it stands among the five, and why it is there."""

    position: int
    track: Track
    reason: str
    spotify_url: str
    youtube_url: str
    vote: Vote | None = None
    actions: tuple[Action, ...] = ()


class ReplyKind(StrEnum):
    """What a reply is, for platforms that show kinds differently."""

    GREETING = "greeting"
    CARDS = "cards"
    QUESTION = "question"
    TEXT = "text"
    CARE = "care"
    VOTE = "vote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """All that a platform shows: lines of text, at most five cards, and the actions offered."""

    kind: ReplyKind
    text: str
    language: Language
    cards: tuple[TrackCard, ...] = ()
    actions: tuple[Action, ...] = ()
    emotion: Emotion | None = None
    confidence: float | None = None
    mood: Mood | None = None
    note: str | None = None
    """A second, quieter line: what was heard and how sure we are, or that a shelf is running out."""
    track_id: str | None = None
    """The track that was voted on, for `ReplyKind.VOTE`; ``vote`` is how the vote stands now."""
    vote: Vote | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who is speaking, where and in which language."""

    listener: ListenerId
    conversation: ConversationId
    language: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What a listener wrote, with its origin. It lives as long as its answer takes and is never stored or logged."""

    text: str
    speaker: Speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A pressed button, with its origin."""

    kind: ActionKind
    speaker: Speaker
    track_id: str | None = None
    mood: Mood | None = None
    emotion: Emotion | None = None


class RefreshState(StrEnum):
    """How a refresh run ended, or that it has not."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueChange:
    """What bringing tracks into the catalogue changed, in numbers of tracks; ``moved`` changed their shelf."""

    added: int = 0
    kept: int = 0
    dropped: int = 0
    moved: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshRun:
    """One run of a refresh, as recorded."""

    id: int
    started_at: datetime
    state: RefreshState
    finished_at: datetime | None = None
    change: CatalogueChange = CatalogueChange()
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where tracks come from: a playlist or a file, with the mood that the operator gave it, if any."""

    address: str
    mood: Mood | None = None
    snapshot: str | None = None
    """What the source last called its own version; equal means nothing to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Where the policy stops answering: chosen on the risk-coverage curve of the model in use, kept in its bundle."""

    ask_below: float = 0.0
    """Ask the listener when the likeliest emotion is less probable than this."""
    neutral_above: float = 1.0
    """Treat an utterance as having no emotion when that is more probable than this."""
