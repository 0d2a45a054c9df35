"""The values that everything else speaks in: what was heard, what music sounds like, what a listener is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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


class Intent(StrEnum):
    """What an utterance asks for instead of telling a feeling."""

    MORE = "more"
    LIVELIER = "livelier"
    CALMER = "calmer"
    SIMILAR = "similar"
    """Something like one of the tracks that were shown."""
    HELP = "help"
    THANKS = "thanks"
    WHO_ARE_YOU = "who_are_you"
    FORGET = "forget"
    """Remove all that is kept of the listener."""


class Concern(StrEnum):
    """How an utterance must be met before any music."""

    EXPLICIT = "explicit"
    """Someone speaks of ending their life or hurting themselves: helplines first, no cards."""
    SOFT = "soft"
    """Heavy despair: calm tracks with a soft line that points to help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a model of words takes an utterance for, where it is sure enough; rules have their say as well."""

    wish: Intent | Mood | None = None
    """A wish, or the mood of the music that is asked for."""
    concern: Concern | None = None


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
    is_explicit: bool | None = None
    """Whether its words are marked as not for children; None where unknown."""

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
    towards: Mood | None = None
    """Where the five cards should lead, step by step; None when they are to match the mood as it is."""
    emotion: Emotion | None = None
    """What was heard when the wish was made, so that it can be corrected; None where nothing was."""


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
    voted_at: Mapping[str, datetime] = field(default_factory=dict)
    """Track id to the time of its vote: votes fade."""
    corrections: Mapping[tuple[Emotion, Emotion], int] = field(default_factory=dict)
    """How often this listener said that what was heard (first) was meant as something else (second)."""
    preferences: "Preferences" = field(default_factory=lambda: Preferences())
    is_new: bool = False
    """Whether nothing at all is kept of this listener yet."""
    last_seen_at: datetime | None = None
    """When something was last kept of them, which is also what says that they have not stayed away."""


class MusicLanguage(StrEnum):
    """In which language a listener wants to hear singing."""

    ANY = "any"
    KOREAN = "korean"
    FOREIGN = "foreign"


class Era(StrEnum):
    """From which time a listener wants to hear music."""

    ANY = "any"
    TWENTIES = "2020s"
    TENS = "2010s"
    NOUGHTIES = "2000s"
    OLDER = "older"


class Shop(StrEnum):
    """Where else a listener may want to look a track up."""

    MELON = "melon"
    GENIE = "genie"
    FLO = "flo"
    BUGS = "bugs"
    VIBE = "vibe"
    APPLE = "apple"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a listener has set."""

    language: Language | None = None
    """The language of answers; None for that of the platform."""
    music: MusicLanguage = MusicLanguage.ANY
    era: Era = Era.ANY
    clean_only: bool = False
    """Leave out tracks that are marked as explicit."""
    shops: frozenset[Shop] = frozenset()
    answers_privately: bool = False
    """Show answers in groups to the listener alone, where the platform can."""
    keeps_diary: bool = False
    """Keep the mood of each answer for the calendar; only if the listener asked for it."""
    remembers: bool = True
    """Keep what was shown and voted; without it only the last wish is kept, for an hour."""
    keeps_days: int = 365
    """After how many days without a visit everything of this listener is deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCards:
    """What is remembered of one answer: never the words that led to it."""

    conversation: ConversationId
    at: datetime
    wish: Wish
    tracks: tuple[Track, ...]
    keeps: bool = True
    """Whether the tracks go into the history; the wish, which "another five" needs, is always kept for an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """A track as it was last shown to a listener."""

    track_id: str
    mood: Mood
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryEntry:
    """The mood of one answer, kept for the calendar."""

    mood: Mood
    at: datetime


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
    MATCH = "match"
    """Back to music that suits the mood as it is."""
    TURN = "turn"
    """Lead step by step to another mood: `Action.mood`, or the usual one."""
    HISTORY = "history"
    """A page of what was shown; ``value`` is its number, 1 when there is none."""
    SETTINGS = "settings"
    SET = "set"
    """Change a setting; ``value`` is ``name=choice``."""
    DIARY = "diary"
    """The calendar of a month; ``value`` is ``YYYY-MM``, the present one when there is none."""
    TAKE = "take"
    """The last five to take along; ``value`` is a format: ``text``, ``csv``, ``youtube`` or ``spotify``."""
    HELP = "help"
    PRIVACY = "privacy"
    EXPORT = "export"
    """All that is kept of the listener, as a file."""
    FORGET = "forget"
    """Ask for the typed confirmation, or forget when ``value`` is that confirmation."""
    REFRESH = "refresh"
    """For admins, as the next one; platforms hand both to `bot.admin` after a look at who pressed."""
    CANCEL_REFRESH = "cancel_refresh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button: what it does, what it is about and how it is labelled."""

    kind: ActionKind
    label: str
    track_id: str | None = None
    mood: Mood | None = None
    emotion: Emotion | None = None
    """The feeling that the label names, where it names one."""
    value: str | None = None
    """A short ASCII word for kinds that need one: a page, a setting, a month, a format."""
    is_chosen: bool = False
    """Whether this is how things stand now (a setting's present choice, a vote that was given)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address with its name."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a reply; ``alt`` says what a picture shows to those who cannot see it."""

    name: str
    media_type: str
    content: bytes
    alt: str | None = None

    @property
    def is_picture(self) -> bool:
        """Whether it should be shown rather than offered as a file."""
        return self.media_type.startswith("image/")


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
    links: tuple[Link, ...] = ()
    """Searches at the shops that the listener has set, beside Spotify and YouTube."""


class ReplyKind(StrEnum):
    """What a reply is, for platforms that show kinds differently."""

    GREETING = "greeting"
    CARDS = "cards"
    QUESTION = "question"
    TEXT = "text"
    CARE = "care"
    VOTE = "vote"
    HISTORY = "history"
    """What was shown before, as cards; the actions turn pages."""
    SETTINGS = "settings"
    """How things are set; the actions change them."""


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
    attachment: Attachment | None = None
    link: Link | None = None
    """A page to go on to."""
    is_private: bool = False
    """Whether only the person who asked may see it: in a group it is sent to them alone, or not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who is speaking, where and in which language."""

    listener: ListenerId
    conversation: ConversationId
    language: Language
    is_in_group: bool = False
    """Whether others read along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A speaker as they come: where and when, in which language they are answered, and what is known of them."""

    speaker: Speaker
    language: Language
    taste: Taste
    at: datetime
    is_preview: bool = False
    """Whether nothing of this may be kept."""

    @property
    def listener(self) -> ListenerId:
        """Who it is."""
        return self.speaker.listener

    @property
    def conversation(self) -> ConversationId:
        """Where it is."""
        return self.speaker.conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What a listener wrote, with its origin. It lives as long as its answer takes and is never stored or logged."""

    text: str
    speaker: Speaker
    is_own: bool = True
    """Whether the speaker wrote it; what others wrote neither tells their feeling nor decides what is kept of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A pressed button, with its origin."""

    kind: ActionKind
    speaker: Speaker
    track_id: str | None = None
    mood: Mood | None = None
    emotion: Emotion | None = None
    value: str | None = None


class RefreshState(StrEnum):
    """How a refresh run ended, or that it has not."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RefreshStage(StrEnum):
    """What a refresh is busy with."""

    READING = "reading"
    FEATURES = "features"
    SWAPPING = "swapping"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshProgress:
    """How far a refresh has come: which source of how many, and how many tracks and their features it found."""

    stage: RefreshStage = RefreshStage.READING
    source: int = 0
    sources: int = 0
    tracks: int = 0
    features: int = 0


class NoteKind(StrEnum):
    """What an operator should know of a refresh or an authorisation."""

    FOREIGN = "foreign"
    """Spotify shows a playlist to its owner and collaborators only."""
    GONE = "gone"
    UNAVAILABLE = "unavailable"
    UNEXPECTED = "unexpected"
    POSTPONED = "postponed"
    """The provider asked for hours of rest, or our own budget of calls is spent."""
    AUTHORISATION_MISSING = "authorisation_missing"
    AUTHORISATION_DEAD = "authorisation_dead"
    AUTHORISATION_AGES = "authorisation_ages"
    SHRUNK = "shrunk"
    """A shelf would have lost more than allowed, so the old catalogue was kept."""
    FILE_REFUSED = "file_refused"
    FEATURES_MISSING = "features_missing"
    """A provider of audio features did not answer."""
    PROVIDER_REFUSES = "provider_refuses"
    """A provider has refused everything for a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshNote:
    """One thing to know, and what it is about: a source's address, a mood or a provider."""

    kind: NoteKind
    subject: str = ""


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
    """Why it failed, for operators; None when it did not."""
    progress: RefreshProgress = RefreshProgress()
    unknown: int = 0
    """Tracks that wait: nobody knows their features, title or mood."""
    calls: int = 0
    """Calls made to all providers."""
    notes: tuple[RefreshNote, ...] = ()
    is_dry: bool = False
    """Whether it only told what it would change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where tracks come from: a playlist or a file, with the mood that the operator gave it, if any."""

    address: str
    mood: Mood | None = None
    snapshot: str | None = None
    """What the source last called its own version; equal means nothing to read."""
    name: str | None = None
    """What the source calls itself; None before it was first read."""
    read_at: datetime | None = None
    """When its tracks were last read; None before it was first read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTrack:
    """A track as a source names it: ``id`` as in `Track`, or ``isrc:…`` where only its recording code is known."""

    id: str
    title: str | None = None
    artists: tuple[str, ...] = ()
    isrc: str | None = None
    year: int | None = None
    artwork_url: str | None = None
    is_explicit: bool | None = None
    mood: Mood | None = None
    """The operator's label, from the track's own row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackFacts:
    """What a provider says of a track that a source only points at; empty where it does not know."""

    spotify_id: str | None = None
    title: str | None = None
    artists: tuple[str, ...] = ()
    artwork_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a source holds now. ``tracks`` is None when its snapshot says that nothing changed."""

    snapshot: str | None
    name: str | None
    tracks: tuple[FoundTrack, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotifyAuthorisation:
    """What the operator's Spotify account allows SMOODY, and for how long."""

    scopes: tuple[str, ...]
    authorised_at: datetime
    is_dead: bool = False
    """Whether Spotify has said that it is over."""

    @property
    def dies_at(self) -> datetime:
        """Refreshing does not help: six months after the login (180 days, to be on the safe side) it is over."""
        return self.authorised_at + timedelta(days=180)

    @property
    def ages_at(self) -> datetime:
        """From when on the operator is reminded: a month before."""
        return self.authorised_at + timedelta(days=150)


class CallOutcome(StrEnum):
    """How a call to a provider ended."""

    ANSWERED = "answered"
    REFUSED = "refused"
    """401 or 403."""
    FAILED = "failed"
    """No answer, 429, a 5xx, or something that is no answer to what was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderHealth:
    """How a provider of music data answered over the last day, in numbers of calls."""

    provider: str
    answered: int = 0
    refused: int = 0
    """It said no (401, 403)."""
    failed: int = 0
    """It did not answer, or with something else."""
    retry_at: datetime | None = None
    """Until when it asked to be left alone."""
    budget: int | None = None
    """How many calls a day we allow ourselves; None for no limit."""

    @property
    def calls(self) -> int:
        """All calls of the last day."""
        return self.answered + self.refused + self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Where the policy stops answering: chosen on the risk-coverage curve of the model in use, kept in its bundle."""

    ask_below: float = 0.0
    """Ask the listener when the likeliest emotion is less probable than this."""
    neutral_above: float = 1.0
    """Treat an utterance as having no emotion when that is more probable than this."""
