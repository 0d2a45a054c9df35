"""What the core needs from the outside, in its own words. Adapters provide these; tests have fakes of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from bot.domain import (
    AudioFeatures,
    CallOutcome,
    CatalogueChange,
    ConversationId,
    DiaryEntry,
    Emotion,
    EmotionReading,
    FoundTrack,
    Hints,
    HistoryEntry,
    Language,
    ListenerId,
    Mood,
    MoodMix,
    Preferences,
    ProviderHealth,
    Reading,
    RefreshNote,
    RefreshProgress,
    RefreshRun,
    ShownCards,
    Source,
    SpotifyAuthorisation,
    Taste,
    Track,
    TrackFacts,
    Vote,
    Wish,
)

T = TypeVar("T")


class EmotionClassifier(Protocol):
    """Hears the emotion in words."""

    async def read(self, text: str) -> EmotionReading:
        """Read one utterance of any content.

        Raises:
            ClassifierOverloaded: The line is full; nothing was queued.
            ModelOutputUnexpected: The model answered with something that is no reading.
        """
        ...


class WishClassifier(Protocol):
    """Hears wishes and concern in words, where rules do not reach."""

    def hear(self, text: str) -> Hints:
        """What one utterance of any content is taken for. Runs on the caller's thread: a fraction of a millisecond."""
        ...


class MoodTagger(Protocol):
    """Hears the mood in audio features."""

    def tag(self, features: Sequence[AudioFeatures]) -> Sequence[MoodMix]:
        """Mood scores of each track, in the same order. Runs on the caller's thread: microseconds a track."""
        ...


class Shelves(Protocol):
    """One consistent view of the catalogue: a refresh that ends meanwhile does not change it."""

    def tracks_for(self, mood: Mood) -> Sequence[Track]:
        """All tracks on one shelf."""
        ...

    def track(self, track_id: str) -> Track | None:
        """A track by id, or None when it has left the catalogue."""
        ...


class Catalogue(Protocol):
    """The mood DB, to read."""

    async def shelves(self) -> Shelves:
        """The catalogue as it is now.

        Raises:
            CatalogueUnavailable: The database does not answer.
        """
        ...


class CatalogueWriter(Protocol):
    """The mood DB, to bring up to date."""

    async def moods_of(self, origin: str) -> Mapping[str, Mood]:
        """The mood of each track that ``origin`` brought, by track id."""
        ...

    async def replace(
        self, origin: str, tracks: Sequence[Track], *, digest: str | None = None, over: Collection[str] = ()
    ) -> CatalogueChange:
        """Make ``tracks`` all there is of ``origin``, in one transaction: readers see all of the old or all of the new.

        A track that another origin already brought keeps that origin and its values, unless that origin is named in
        ``over``: then it is taken over. Listeners' history and votes are never touched. With a ``digest`` equal to that
        of the last replacement of this origin nothing is written.

        Raises:
            CatalogueUnavailable: The database does not answer; nothing was changed.
        """
        ...

    async def digest_of(self, origin: str) -> str | None:
        """The digest that came with the last replacement of this origin, or None."""
        ...

    async def tracks_of(self, origin: str) -> Sequence[Track]:
        """All tracks that ``origin`` brought."""
        ...


class History(Protocol):
    """What is kept of listeners: shown tracks with mood and time, votes. Never a word that they wrote.

    An answer takes a while, in which its listener may be forgotten or switch something off. So whoever was known when
    it began (``was_known``: the taste was not new) is not met anew: when they have been forgotten since, nothing is
    kept. What they allow is looked up at the time of writing.
    """

    async def taste(self, listener: ListenerId) -> Taste:
        """All that matters for the next pick: shown, voted, corrected and set; empty and ``is_new`` for a stranger."""
        ...

    async def remember(self, listener: ListenerId, shown: ShownCards, *, was_known: bool = False) -> None:
        """Keep what was shown; of a listener who has memory switched off only the wish."""
        ...

    async def last_wish(self, listener: ListenerId, conversation: ConversationId, *, since: datetime) -> Wish | None:
        """The wish behind the newest answer in this conversation, unless it is older than ``since``."""
        ...

    async def seen(self, listener: ListenerId, *, at: datetime) -> None:
        """Keep that a listener was here, of whom something is kept; of a stranger nothing is."""
        ...

    async def vote(
        self, listener: ListenerId, track_id: str, vote: Vote | None, *, at: datetime, was_known: bool = False
    ) -> None:
        """Keep a vote, or take it back with None; with memory switched off no vote is kept."""
        ...

    async def last_shown(self, listener: ListenerId, conversation: ConversationId, *, since: datetime) -> Sequence[str]:
        """Ids of the newest cards in this conversation, in their order; empty when they are older than ``since``."""
        ...

    async def end_conversation(self, listener: ListenerId, conversation: ConversationId) -> None:
        """Drop the last wish in this conversation: nothing that is pressed later follows from it."""
        ...

    async def shown_before(self, listener: ListenerId, *, skip: int, count: int) -> tuple[Sequence[HistoryEntry], int]:
        """One page of what was shown, newest first, and how many entries there are in all."""
        ...

    async def correct(
        self, listener: ListenerId, heard: Emotion, meant: Emotion, *, at: datetime, was_known: bool = False
    ) -> None:
        """Count a correction; with memory switched off none is."""
        ...

    async def prefer(
        self, listener: ListenerId, preferences: Preferences, *, at: datetime, was_known: bool = False
    ) -> None:
        """Keep what the listener has set.

        Without ``remembers`` all that was shown and voted is deleted, and without ``keeps_diary`` the diary is.
        """
        ...

    async def note_mood(self, listener: ListenerId, entry: DiaryEntry) -> None:
        """Write into the diary of a listener who keeps one; of anybody else nothing is kept."""
        ...

    async def diary(self, listener: ListenerId, *, since: datetime, until: datetime) -> Sequence[DiaryEntry]:
        """The diary from ``since`` (included) to ``until`` (left out), oldest first."""
        ...

    async def forget_the_absent(self, *, now: datetime) -> int:
        """Remove every listener who stayed away longer than they allow, and return how many there were."""
        ...

    async def forget(self, listener: ListenerId) -> int:
        """Remove every row of this listener and return how many there were."""
        ...

    async def export(self, listener: ListenerId) -> Mapping[str, object]:
        """All that is kept of this listener, as plain values ready for JSON."""
        ...


class DiaryPainter(Protocol):
    """Draws a month of moods."""

    async def paint(self, days: Mapping[int, Mood], *, year: int, month: int, language: Language) -> bytes:
        """A calendar as a PNG; ``days`` maps days of the month to the mood that led on them."""
        ...


class PlaylistExport(Protocol):
    """Makes playlists in the Spotify accounts of listeners whom the operator lets have them."""

    def is_open_to(self, listener: ListenerId) -> bool:
        """Whether a listener is one of them."""
        ...

    def address(self, listener: ListenerId, tracks: Sequence[Track], language: Language) -> str:
        """The page from which this listener gets a playlist of those of ``tracks`` that Spotify has."""
        ...


class Sources(Protocol):
    """The operator's playlists and files."""

    async def all(self) -> Sequence[Source]:
        """Every source, oldest first."""
        ...

    async def add(self, source: Source) -> bool:
        """Add a source or change the mood of a known one; True when it is new."""
        ...

    async def remove(self, address: str) -> bool:
        """Remove a source; False when there was none."""
        ...


class PlaylistReader(Protocol):
    """Reads what sources hold now."""

    async def read(self, source: Source, seen: Callable[[int], None]) -> Reading:
        """All of one source; ``seen`` is told how many tracks were read so far.

        Raises:
            SourceRefused: The operator must change something.
            Unavailable: It cannot be read now.
            UnexpectedAnswer: It answered with something that is no playlist.
        """
        ...


class Readings(Protocol):
    """What each source held when it was last read well: a source that fails keeps its tracks."""

    async def keep(self, address: str, reading: Reading, *, at: datetime) -> None:
        """Keep a reading in place of the one before; nothing when the source has been removed meanwhile."""
        ...

    async def of(self, address: str) -> Sequence[FoundTrack]:
        """The tracks of the last reading, in the source's order."""
        ...


class AudioFeatureSource(Protocol):
    """Knows how tracks sound."""

    async def features_of(
        self, tracks: Sequence[FoundTrack], found: Callable[[int], None]
    ) -> tuple[Mapping[str, AudioFeatures], Sequence[RefreshNote]]:
        """Features by track id, without those that nobody knows; ``found`` is told how many there are so far.

        A provider that fails is noted and passed over, so nothing of a vendor is raised.
        """
        ...


class TrackDetails(Protocol):
    """Completes tracks that a source only points at."""

    async def complete(self, tracks: Sequence[FoundTrack]) -> Sequence[FoundTrack]:
        """The same tracks with titles, artists and Spotify ids as far as they are known, in the same order."""
        ...


class RefreshRuns(Protocol):
    """The record of refreshes, and the turn to run one: at most one runs in the whole deployment."""

    async def begin(self, *, at: datetime, is_dry: bool = False) -> RefreshRun | None:
        """Take the turn and record that a refresh has begun; None while another one runs.

        A run whose process died is one that gave no sign for `bot.refresh.SIGN_OF_LIFE`; it is recorded as failed.
        """
        ...

    async def keep_alive(self, run: RefreshRun, progress: RefreshProgress, *, at: datetime) -> bool:
        """Give a sign of life with the progress; False when the run was asked to stop, or its turn was taken."""
        ...

    async def ask_to_stop(self, *, at: datetime) -> bool:
        """Ask the run under way, wherever it runs, to stop; False when none does."""
        ...

    async def finish(self, run: RefreshRun) -> None:
        """Record how ``run`` ended and give the turn back."""
        ...

    async def running(self, *, at: datetime) -> RefreshRun | None:
        """The run under way, or None."""
        ...

    async def run(self, run_id: int) -> RefreshRun | None:
        """A run by its number."""
        ...

    async def latest(self, count: int) -> Sequence[RefreshRun]:
        """The newest runs, newest first."""
        ...


class Providers(Protocol):
    """The ledger of calls to providers of music data."""

    @property
    def calls_made(self) -> int:
        """All calls that this process has made since it started."""
        ...

    async def health(self, *, at: datetime) -> Sequence[ProviderHealth]:
        """How every provider that was called in the last day answered."""
        ...


class ProviderLedger(Protocol):
    """Where adapters ask before a call to a provider, and write down how it ended."""

    async def allow(self, provider: str) -> None:
        """Say whether a provider may be called now.

        Raises:
            ProviderPostponed: It asked to be left alone until later, or our own budget of a day is spent.
        """
        ...

    async def count(self, provider: str, outcome: CallOutcome) -> None:
        """Write down one call."""
        ...

    async def rest(self, provider: str, seconds: float) -> None:
        """Leave a provider alone for so long, in every process and after every restart."""
        ...


class FeatureCache(Protocol):
    """Audio features that were found before, with who told them; and tracks that nobody knew, for seven days."""

    async def known(self, ids: Sequence[str]) -> tuple[Mapping[str, AudioFeatures], Collection[str]]:
        """Features by track id, and the ids of those that need not be asked for again yet."""
        ...

    async def keep(self, provider: str, found: Mapping[str, AudioFeatures]) -> None:
        """Keep what a provider told."""
        ...

    async def keep_missed(self, ids: Collection[str]) -> None:
        """Keep that no provider knew these."""
        ...

    async def told_by(self) -> Mapping[str, int]:
        """How many tracks' features each provider told."""
        ...


class FactCache(Protocol):
    """Titles, artists and artwork that were looked up, for as long as they may be cached."""

    async def known(self, provider: str, ids: Sequence[str]) -> Mapping[str, TrackFacts]:
        """What a provider said, by track id; empty ones stand for a track that nobody knew lately."""
        ...

    async def keep(self, provider: str, found: Mapping[str, TrackFacts | None]) -> None:
        """Keep what a provider said, or with None that it did not know."""
        ...


class Authorisations(Protocol):
    """What the operator's Spotify account allows."""

    async def spotify(self) -> SpotifyAuthorisation | None:
        """The authorisation, or None when no account was ever connected."""
        ...


class Worker(Protocol):
    """Does what blocks, one thing after another, without the end of the process waiting for it."""

    async def do(self, work: Callable[[], T]) -> T:
        """What ``work`` returns or raises."""
        ...


class AccountLogin(Protocol):
    """How the operator connects an account. Calls block: they belong on a worker thread."""

    def begin_login(self) -> tuple[str, Callable[[str], None]]:
        """The address at which the operator says yes, and what takes the address that they are sent back to.

        Raises:
            AuthorisationMissing: The application's id is not set.
        """
        ...


class Clock(Protocol):
    """Time, so that tests can own it."""

    def now(self) -> datetime:
        """The present, in UTC."""
        ...
