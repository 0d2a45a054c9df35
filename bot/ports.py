"""What the core needs from the outside, in its own words. Adapters provide these; tests have fakes of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain import (
    AudioFeatures,
    CatalogueChange,
    ConversationId,
    EmotionReading,
    ListenerId,
    Mood,
    MoodMix,
    RefreshRun,
    ShownCards,
    Source,
    Taste,
    Track,
    Vote,
    Wish,
)


class EmotionClassifier(Protocol):
    """Hears the emotion in words."""

    async def read(self, text: str) -> EmotionReading:
        """Read one utterance of any content.

        Raises:
            ClassifierOverloaded: The line is full; nothing was queued.
            ModelOutputUnexpected: The model answered with something that is no reading.
        """
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
    """What is kept of listeners: shown tracks with mood and time, votes. Never a word that they wrote."""

    async def taste(self, listener: ListenerId) -> Taste:
        """What this listener was shown and how they voted; empty for a stranger."""
        ...

    async def remember(self, listener: ListenerId, shown: ShownCards) -> None:
        """Keep what was shown."""
        ...

    async def last_wish(self, listener: ListenerId, conversation: ConversationId, *, since: datetime) -> Wish | None:
        """The wish behind the newest answer in this conversation, unless it is older than ``since``."""
        ...

    async def vote(self, listener: ListenerId, track_id: str, vote: Vote | None, *, at: datetime) -> None:
        """Keep a vote, or take it back with None."""
        ...

    async def forget(self, listener: ListenerId) -> int:
        """Remove every row of this listener and return how many there were."""
        ...

    async def export(self, listener: ListenerId) -> Mapping[str, object]:
        """All that is kept of this listener, as plain values ready for JSON."""
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


class RefreshRuns(Protocol):
    """The record of refreshes."""

    async def begin(self, *, at: datetime) -> RefreshRun:
        """Record that a refresh has begun."""
        ...

    async def finish(self, run: RefreshRun) -> None:
        """Record how ``run`` ended."""
        ...

    async def latest(self, count: int) -> Sequence[RefreshRun]:
        """The newest runs, newest first."""
        ...


class Clock(Protocol):
    """Time, so that tests can own it."""

    def now(self) -> datetime:
        """The present, in UTC."""
        ...
