"""Fakes of the ports. They keep the promises of the real things, refusals included: one suite runs on both."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

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
    RefreshState,
    ShownCards,
    Source,
    Speaker,
    SpotifyAuthorisation,
    Taste,
    Track,
    Vote,
    Wish,
)
from bot.errors import CatalogueUnavailable, ClassifierOverloaded, ProviderPostponed, SmoodyError
from bot.refresh import CUT_OFF, SIGN_OF_LIFE

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LISTENER = ListenerId("a" * 64)
CONVERSATION = ConversationId("c" * 64)


def a_reading(neutral: float = 0.0, **scores: float) -> EmotionReading:
    """A reading from English names: ``a_reading(sadness=0.9)``; what is left is spread evenly."""
    given = {Emotion[name.upper()]: score for name, score in scores.items()}
    rest = (1 - sum(given.values())) / max(1, len(Emotion) - len(given))
    return EmotionReading(scores={emotion: given.get(emotion, rest) for emotion in Emotion}, neutral=neutral)


def features(**given: float) -> AudioFeatures:
    """Middling audio features, except for those given."""
    middling = {
        "danceability": 0.5,
        "acousticness": 0.3,
        "energy": 0.5,
        "instrumentalness": 0.0,
        "liveness": 0.1,
        "valence": 0.5,
        "loudness": -6.0,
        "speechiness": 0.05,
        "tempo": 110.0,
    }
    return AudioFeatures(**{**middling, **given})


def a_track(
    number: int,
    mood: Mood = Mood.SAD,
    *,
    artists: tuple[str, ...] | None = None,
    title: str | None = None,
    sure: float = 0.85,
    sound: AudioFeatures | None = None,
) -> Track:
    """The track with this number; its scores give ``sure`` to its mood and spread the rest."""
    rest = (1 - sure) / 3
    return Track(
        id=f"{number:022d}",
        title=title or f"노래 {number}",
        artists=artists or (f"가수 {number}",),
        mood=mood,
        mood_scores={each: sure if each is mood else rest for each in Mood},
        features=sound or features(),
        year=2017,
        popularity=50,
    )


def a_shelf(mood: Mood, count: int, *, start: int = 0) -> list[Track]:
    """``count`` tracks of one mood, each by another artist, of varied energy."""
    return [
        a_track(start + number, mood, sound=features(energy=0.1 + 0.8 * number / max(1, count)))
        for number in range(count)
    ]


def a_speaker(language: Language = Language.KOREAN, listener: ListenerId = LISTENER) -> Speaker:
    """Somebody in a private chat."""
    return Speaker(listener=listener, conversation=CONVERSATION, language=language)


@dataclass(slots=True)
class FakeClock:
    """A clock that tests move."""

    time: datetime = NOON

    def now(self) -> datetime:
        """The time that the test chose."""
        return self.time

    def advance(self, span: timedelta) -> None:
        """Let time pass."""
        self.time += span


@dataclass
class FakeWishClassifier:
    """`WishClassifier` that hears what it was told to hear, and nothing elsewhere."""

    heard: Mapping[str, Hints] = field(default_factory=dict)

    def hear(self, text: str) -> Hints:
        return self.heard.get(text, Hints())


@dataclass(slots=True)
class FakeClassifier:
    """Hears what the test says it hears, in order of the keys found in the text; ``overloaded`` refuses."""

    heard: Mapping[str, EmotionReading] = field(default_factory=dict)
    otherwise: EmotionReading = field(default_factory=lambda: a_reading(sadness=0.9))
    overloaded: bool = False
    reads: int = 0

    async def read(self, text: str) -> EmotionReading:
        """The reading of the first key that the text contains."""
        if self.overloaded:
            raise ClassifierOverloaded("the line is full", retry_after=1.0)
        self.reads += 1
        return next((reading for key, reading in self.heard.items() if key in text), self.otherwise)


@dataclass
class SlowClassifier(FakeClassifier):
    """Hears after a pause, so that answers overlap, or fails as nobody foresaw."""

    pause: float = 0.0
    problem: Exception | None = None

    async def read(self, text: str) -> EmotionReading:
        """The reading of the first key that the text contains."""
        await asyncio.sleep(self.pause)
        if self.problem:
            raise self.problem
        return await FakeClassifier.read(self, text)


@dataclass(frozen=True, slots=True)
class InMemoryShelves:
    """A view of the catalogue that later changes do not touch."""

    by_id: Mapping[str, Track]

    def tracks_for(self, mood: Mood) -> Sequence[Track]:
        """All tracks of a mood."""
        return [track for track in self.by_id.values() if track.mood is mood]

    def track(self, track_id: str) -> Track | None:
        """A track by id."""
        return self.by_id.get(track_id)


@dataclass(slots=True)
class InMemoryCatalogue:
    """`Catalogue` and `CatalogueWriter` in dictionaries; ``unavailable`` refuses."""

    rows: dict[str, tuple[str, Track]] = field(default_factory=dict)
    digests: dict[str, str | None] = field(default_factory=dict)
    unavailable: bool = False

    async def shelves(self) -> InMemoryShelves:
        """The catalogue as it is now."""
        self._answer()
        return InMemoryShelves({track_id: track for track_id, (_, track) in self.rows.items()})

    async def replace(
        self, origin: str, new: Sequence[Track], *, digest: str | None = None, over: Collection[str] = ()
    ) -> CatalogueChange:
        """Make ``new`` all there is of ``origin``."""
        self._answer()
        wanted = {track.id: track for track in new}
        if digest is not None and digest == self.digests.get(origin):
            return CatalogueChange(kept=len(wanted))
        known = {track_id: track for track_id, (_, track) in self.rows.items()}
        own = {track_id for track_id, (whose, _) in self.rows.items() if whose == origin}
        free = own | {track_id for track_id, (whose, _) in self.rows.items() if whose in over}
        written = {key: track for key, track in wanted.items() if key in free or key not in known}
        for gone in own - wanted.keys():
            del self.rows[gone]
        for track_id, track in written.items():
            artwork = track.artwork_url or (known[track_id].artwork_url if track_id in known else None)
            self.rows[track_id] = (origin, replace(track, artwork_url=artwork))
        self.digests[origin] = digest
        added = len(written.keys() - known.keys())
        return CatalogueChange(
            added=added,
            kept=len(written) - added,
            dropped=len(own - wanted.keys()),
            moved=sum(
                track_id in known and known[track_id].mood is not track.mood for track_id, track in written.items()
            ),
        )

    async def moods_of(self, origin: str) -> dict[str, Mood]:
        """The mood of each track of this origin."""
        self._answer()
        return {track_id: track.mood for track_id, (whose, track) in self.rows.items() if whose == origin}

    async def digest_of(self, origin: str) -> str | None:
        """The digest of the last replacement."""
        return self.digests.get(origin)

    async def tracks_of(self, origin: str) -> list[Track]:
        """All tracks that ``origin`` brought."""
        return [track for whose, track in self.rows.values() if whose == origin]

    def _answer(self) -> None:
        if self.unavailable:
            raise CatalogueUnavailable("the database does not answer", retry_after=2.0)


@dataclass(slots=True)
class _Visits:
    first: datetime
    last: datetime


@dataclass(slots=True)
class InMemoryHistory:
    """`History` in dictionaries."""

    met: dict[ListenerId, _Visits] = field(default_factory=dict)
    set: dict[ListenerId, Preferences] = field(default_factory=dict)
    shown: dict[tuple[ListenerId, str], tuple[Mood, datetime]] = field(default_factory=dict)
    wishes: dict[tuple[ListenerId, ConversationId], ShownCards] = field(default_factory=dict)
    votes: dict[tuple[ListenerId, str], tuple[Vote, datetime]] = field(default_factory=dict)
    corrections: dict[tuple[ListenerId, Emotion, Emotion], tuple[int, datetime]] = field(default_factory=dict)
    noted: dict[tuple[ListenerId, datetime], Mood] = field(default_factory=dict)

    async def taste(self, listener: ListenerId) -> Taste:
        """All that matters for the next pick."""
        return Taste(
            last_shown={track: at for (who, track), (_, at) in self.shown.items() if who == listener},
            votes={track: vote for (who, track), (vote, _) in self.votes.items() if who == listener},
            voted_at={track: at for (who, track), (_, at) in self.votes.items() if who == listener},
            corrections={
                (heard, meant): count for (who, heard, meant), (count, _) in self.corrections.items() if who == listener
            },
            preferences=self.set.get(listener, Preferences()),
            is_new=listener not in self.met,
            last_seen_at=self.met[listener].last if listener in self.met else None,
        )

    async def remember(self, listener: ListenerId, cards: ShownCards, *, was_known: bool = False) -> None:
        """Keep what was shown."""
        kept = self._meet(listener, cards.at, was_known=was_known)
        if kept is None:
            return
        if cards.keeps and kept.remembers:
            for track in cards.tracks:
                self.shown[listener, track.id] = (track.mood, cards.at)
        self.wishes[listener, cards.conversation] = cards

    async def last_wish(self, listener: ListenerId, conversation: ConversationId, *, since: datetime) -> Wish | None:
        """The wish behind the newest answer."""
        cards = self.wishes.get((listener, conversation))
        return cards.wish if cards is not None and cards.at >= since else None

    async def last_shown(self, listener: ListenerId, conversation: ConversationId, *, since: datetime) -> Sequence[str]:
        """Ids of the newest cards."""
        cards = self.wishes.get((listener, conversation))
        return tuple(track.id for track in cards.tracks) if cards is not None and cards.at >= since else ()

    async def end_conversation(self, listener: ListenerId, conversation: ConversationId) -> None:
        """Drop the last wish."""
        self.wishes.pop((listener, conversation), None)

    async def shown_before(self, listener: ListenerId, *, skip: int, count: int) -> tuple[Sequence[HistoryEntry], int]:
        """One page of what was shown, newest first."""
        mine = sorted(
            (
                HistoryEntry(track_id=track, mood=mood, at=at)
                for (who, track), (mood, at) in self.shown.items()
                if who == listener
            ),
            key=lambda entry: (-entry.at.timestamp(), entry.track_id),
        )
        return mine[skip : skip + count], len(mine)

    async def seen(self, listener: ListenerId, *, at: datetime) -> None:
        """Keep that a listener was here."""
        if listener in self.met:
            self._meet(listener, at)

    async def vote(
        self, listener: ListenerId, track_id: str, vote: Vote | None, *, at: datetime, was_known: bool = False
    ) -> None:
        """Keep a vote, or take it back."""
        if vote is None:
            self.votes.pop((listener, track_id), None)
            return
        kept = self._meet(listener, at, was_known=was_known)
        if kept is not None and kept.remembers:
            self.votes[listener, track_id] = (vote, at)

    async def correct(
        self, listener: ListenerId, heard: Emotion, meant: Emotion, *, at: datetime, was_known: bool = False
    ) -> None:
        """Count a correction."""
        kept = self._meet(listener, at, was_known=was_known)
        if kept is None or not kept.remembers:
            return
        count, _ = self.corrections.get((listener, heard, meant), (0, at))
        self.corrections[listener, heard, meant] = (count + 1, at)

    async def prefer(
        self, listener: ListenerId, preferences: Preferences, *, at: datetime, was_known: bool = False
    ) -> None:
        """Keep what the listener has set."""
        if self._meet(listener, at, was_known=was_known) is None:
            return
        self.set[listener] = preferences
        if not preferences.remembers:
            for table in (self.shown, self.votes, self.corrections):
                _remove(table, listener)
        if not preferences.keeps_diary:
            _remove(self.noted, listener)

    async def note_mood(self, listener: ListenerId, entry: DiaryEntry) -> None:
        """Write into the diary of a listener who keeps one."""
        kept = self._meet(listener, entry.at, was_known=True)
        if kept is not None and kept.keeps_diary:
            self.noted[listener, entry.at] = entry.mood

    async def diary(self, listener: ListenerId, *, since: datetime, until: datetime) -> Sequence[DiaryEntry]:
        """The diary, oldest first."""
        return [
            DiaryEntry(mood=mood, at=at)
            for (who, at), mood in sorted(self.noted.items(), key=lambda item: item[0][1])
            if who == listener and since <= at < until
        ]

    async def forget_the_absent(self, *, now: datetime) -> int:
        """Remove every listener who stayed away too long."""
        absent = [
            listener
            for listener, visits in self.met.items()
            if visits.last < now - timedelta(days=self.set.get(listener, Preferences()).keeps_days)
        ]
        for listener in absent:
            await self.forget(listener)
        self.wishes = {key: cards for key, cards in self.wishes.items() if cards.at >= now - timedelta(days=1)}
        return len(absent)

    async def forget(self, listener: ListenerId) -> int:
        """Remove everything of this listener."""
        removed = int(self.met.pop(listener, None) is not None)
        self.set.pop(listener, None)
        for table in (self.shown, self.wishes, self.votes, self.corrections, self.noted):
            removed += _remove(table, listener)
        return removed

    async def export(self, listener: ListenerId) -> Mapping[str, object]:
        """All that is kept of this listener."""
        visits, preferences = self.met.get(listener), self.set.get(listener, Preferences())
        return {
            "listener": listener,
            "first_seen_at": visits.first.isoformat() if visits else None,
            "last_seen_at": visits.last.isoformat() if visits else None,
            "preferences": _plain_preferences(preferences) if visits else None,
            "shown": [
                {"track_id": track, "mood": mood.value, "at": at.isoformat()}
                for (who, track), (mood, at) in self.shown.items()
                if who == listener
            ],
            "wishes": [
                {
                    "conversation": conversation,
                    "at": cards.at.isoformat(),
                    **_lower(cards.wish.mix),
                    "lean": cards.wish.lean,
                    "towards": cards.wish.towards and cards.wish.towards.value,
                    "emotion": cards.wish.emotion and cards.wish.emotion.value,
                    "track_ids": [track.id for track in cards.tracks],
                }
                for (who, conversation), cards in self.wishes.items()
                if who == listener
            ],
            "votes": [
                {"track_id": track, "vote": vote.value, "at": at.isoformat()}
                for (who, track), (vote, at) in self.votes.items()
                if who == listener
            ],
            "corrections": [
                {"heard": heard.value, "meant": meant.value, "at": at.isoformat(), "count": count}
                for (who, heard, meant), (count, at) in self.corrections.items()
                if who == listener
            ],
            "diary": [
                {"at": at.isoformat(), "mood": mood.value} for (who, at), mood in self.noted.items() if who == listener
            ],
        }

    def _meet(self, listener: ListenerId, at: datetime, *, was_known: bool = False) -> Preferences | None:
        """Keep a visit, and give what the listener allows; None when they were forgotten since it began."""
        visits = self.met.get(listener)
        if was_known and visits is None:
            return None
        self.met[listener] = _Visits(first=visits.first if visits else at, last=at)
        return self.set.get(listener, Preferences())


def _remove(table: dict[Any, Any], listener: ListenerId) -> int:
    mine = [key for key in table if key[0] == listener]
    for key in mine:
        del table[key]
    return len(mine)


def _plain_preferences(preferences: Preferences) -> Mapping[str, object]:
    plain = asdict(preferences)
    return {**plain, "shops": sorted(plain["shops"])}


def _lower(mix: MoodMix) -> dict[str, float]:
    return {mood.lower(): mix[mood] for mood in Mood}


@dataclass(slots=True)
class FakePainter:
    """Writes down what it was asked to draw; its picture is no picture."""

    painted: list[tuple[int, int, Mapping[int, Mood]]] = field(default_factory=list)

    async def paint(self, days: Mapping[int, Mood], *, year: int, month: int, language: Language) -> bytes:
        """Write the order down."""
        self.painted.append((year, month, dict(days)))
        return f"{language} {year}-{month}".encode()


@dataclass(frozen=True, slots=True)
class FakePlaylistExport:
    """`PlaylistExport` for one listener; its pages are addresses that name the tracks."""

    listener: ListenerId = LISTENER

    def is_open_to(self, listener: ListenerId) -> bool:
        """Whether it is that listener."""
        return listener == self.listener

    def address(self, listener: ListenerId, tracks: Sequence[Track], language: Language) -> str:
        """All ids of the tracks."""
        return f"https://example.org/{language}/{'.'.join(track.id for track in tracks)}"


@dataclass(slots=True)
class InMemorySources:
    """`Sources` in a dictionary."""

    rows: dict[str, Source] = field(default_factory=dict)

    async def all(self) -> Sequence[Source]:
        """Every source, oldest first."""
        return list(self.rows.values())

    async def add(self, source: Source) -> bool:
        """Add a source or change the mood of a known one."""
        is_new = source.address not in self.rows
        self.rows[source.address] = source
        return is_new

    async def remove(self, address: str) -> bool:
        """Remove a source."""
        return self.rows.pop(address, None) is not None


@dataclass(slots=True)
class InMemoryRefreshRuns:
    """`RefreshRuns` in a list."""

    rows: list[RefreshRun] = field(default_factory=list)
    alive_at: dict[int, datetime] = field(default_factory=dict)
    asked_to_stop: set[int] = field(default_factory=set)

    async def begin(self, *, at: datetime, is_dry: bool = False) -> RefreshRun | None:
        """Take the turn, also from a run whose process died."""
        if await self.running(at=at) is not None:
            return None
        for number, run in enumerate(self.rows):
            if run.state is RefreshState.RUNNING:
                self.rows[number] = replace(run, state=RefreshState.FAILED, problem=CUT_OFF, finished_at=at)
        run = RefreshRun(id=len(self.rows) + 1, started_at=at, state=RefreshState.RUNNING, is_dry=is_dry)
        self.rows.append(run)
        self.alive_at[run.id] = at
        return run

    async def keep_alive(self, run: RefreshRun, progress: RefreshProgress, *, at: datetime) -> bool:
        """Give a sign of life."""
        kept = self.rows[run.id - 1]
        if kept.state is not RefreshState.RUNNING:
            return False
        self.alive_at[run.id] = at
        self.rows[run.id - 1] = replace(kept, progress=progress)
        return run.id not in self.asked_to_stop

    async def ask_to_stop(self, *, at: datetime) -> bool:
        """Ask the run under way to stop."""
        run = await self.running(at=at)
        if run is not None:
            self.asked_to_stop.add(run.id)
        return run is not None

    async def finish(self, run: RefreshRun) -> None:
        """Record how it ended."""
        self.rows[run.id - 1] = run

    async def running(self, *, at: datetime) -> RefreshRun | None:
        """The run under way."""
        return next(
            (
                run
                for run in self.rows
                if run.state is RefreshState.RUNNING and self.alive_at[run.id] > at - SIGN_OF_LIFE
            ),
            None,
        )

    async def run(self, run_id: int) -> RefreshRun | None:
        """A run by its number."""
        return next((run for run in self.rows if run.id == run_id), None)

    async def latest(self, count: int) -> Sequence[RefreshRun]:
        """The newest runs, newest first."""
        return self.rows[::-1][:count]


@dataclass(slots=True)
class InMemoryReadings:
    """`Readings` beside in-memory sources."""

    sources: InMemorySources
    held: dict[str, tuple[FoundTrack, ...]] = field(default_factory=dict)

    async def keep(self, address: str, reading: Reading, *, at: datetime) -> None:
        """Keep a reading in place of the one before."""
        source = self.sources.rows.get(address)
        if source is None:
            return
        self.sources.rows[address] = replace(source, snapshot=reading.snapshot, name=reading.name, read_at=at)
        if reading.tracks is not None:
            self.held[address] = reading.tracks

    async def of(self, address: str) -> Sequence[FoundTrack]:
        """The tracks of the last reading; a source that was removed took them along."""
        return self.held.get(address, ()) if address in self.sources.rows else ()


@dataclass(slots=True)
class FakePlaylistReader:
    """`PlaylistReader` of readings that the test wrote; an error among them is raised."""

    readings: dict[str, Reading | SmoodyError] = field(default_factory=dict)
    asked: list[Source] = field(default_factory=list)
    began: asyncio.Event = field(default_factory=asyncio.Event)
    waits_for: asyncio.Event | None = None

    async def read(self, source: Source, seen: Callable[[int], None]) -> Reading:
        """The reading of this source, or that it did not change."""
        self.asked.append(source)
        self.began.set()
        if self.waits_for is not None:
            await self.waits_for.wait()
        reading = self.readings[source.address]
        if isinstance(reading, SmoodyError):
            raise reading
        if source.snapshot is not None and source.snapshot == reading.snapshot:
            return replace(reading, tracks=None)
        seen(len(reading.tracks or ()))
        return reading


@dataclass(slots=True)
class FakeFeatures:
    """`AudioFeatureSource` and `TrackDetails` that know what the test says."""

    known: dict[str, AudioFeatures] = field(default_factory=dict)
    notes: tuple[RefreshNote, ...] = ()

    async def features_of(
        self, tracks: Sequence[FoundTrack], found: Callable[[int], None]
    ) -> tuple[Mapping[str, AudioFeatures], Sequence[RefreshNote]]:
        """Features of the tracks that are known."""
        told = {track.id: self.known[track.id] for track in tracks if track.id in self.known}
        found(len(told))
        return told, self.notes

    async def complete(self, tracks: Sequence[FoundTrack]) -> Sequence[FoundTrack]:
        """The same tracks: nothing is known beyond what the source says."""
        return tracks


class FakeTagger:
    """`MoodTagger` that hears energy and valence only: loud and bright, loud and dark, and so on."""

    def tag(self, features: Sequence[AudioFeatures]) -> Sequence[MoodMix]:
        """Nearly certain of one mood each."""
        return [self._mix(each) for each in features]

    def _mix(self, sound: AudioFeatures) -> MoodMix:
        if sound.energy >= 0.5:
            heard = Mood.HAPPY if sound.valence >= 0.5 else Mood.ENERGETIC
        else:
            heard = Mood.CALM if sound.valence >= 0.5 else Mood.SAD
        return {mood: 0.85 if mood is heard else 0.05 for mood in Mood}


@dataclass(slots=True)
class InMemoryProviders:
    """`Providers` and `ProviderLedger` in lists."""

    healths: list[ProviderHealth] = field(default_factory=list)
    counted: list[tuple[str, CallOutcome]] = field(default_factory=list)
    rests: dict[str, float] = field(default_factory=dict)

    @property
    def calls_made(self) -> int:
        """All calls so far."""
        return len(self.counted)

    async def health(self, *, at: datetime) -> Sequence[ProviderHealth]:
        """What the test says."""
        return self.healths

    async def allow(self, provider: str) -> None:
        """Refuse a provider that rests."""
        if provider in self.rests:
            raise ProviderPostponed(f"{provider} rests", retry_after=self.rests[provider])

    async def count(self, provider: str, outcome: CallOutcome) -> None:
        """Write down one call."""
        self.counted.append((provider, outcome))

    async def rest(self, provider: str, seconds: float) -> None:
        """Leave a provider alone."""
        self.rests[provider] = seconds


@dataclass(slots=True)
class FakeAuthorisations:
    """`Authorisations` as the test says."""

    account: SpotifyAuthorisation | None = None

    async def spotify(self) -> SpotifyAuthorisation | None:
        """The authorisation."""
        return self.account


def a_found_track(number: int, **given: Any) -> FoundTrack:
    """The track with this number as a playlist names it."""
    told: dict[str, Any] = {"title": f"노래 {number}", "artists": (f"가수 {number}",), **given}
    return FoundTrack(id=f"{number:022d}", **told)
