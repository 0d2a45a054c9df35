"""The use case of a refresh: read every source, learn how its tracks sound, and swap the catalogue once.

All sources together are one origin of the catalogue. A track may stand in several playlists, and a shelf shrinks or
grows by what all of them say together; so there is one swap, in one transaction, and one diff to show. What each
source held at the last swap is kept beside it: a source that fails keeps its tracks, one that did not change is not
read again, what no source held any more is known to be meant to go, and a process that dies has lost nothing but time.
"""

import asyncio
import gc
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.domain import (
    AudioFeatures,
    CatalogueChange,
    FoundTrack,
    Mood,
    MoodMix,
    NoteKind,
    Reading,
    RefreshNote,
    RefreshProgress,
    RefreshRun,
    RefreshStage,
    RefreshState,
    Source,
    Track,
)
from bot.errors import (
    AuthorisationExpired,
    AuthorisationMissing,
    CatalogueUnavailable,
    PlaylistFileRefused,
    PlaylistForeign,
    PlaylistGone,
    ProviderPostponed,
    SmoodyError,
    SourceRefused,
    Unavailable,
    UnexpectedAnswer,
)
from bot.mood_policy import leading, only
from bot.ports import (
    AudioFeatureSource,
    CatalogueWriter,
    Clock,
    MoodTagger,
    PlaylistReader,
    Providers,
    Readings,
    RefreshRuns,
    Sources,
    TrackDetails,
)

ORIGIN: Final = "playlists"
"""The origin in the catalogue of everything that sources bring."""

SIGN_OF_LIFE: Final = timedelta(seconds=30)
"""A run that was silent for longer is taken for dead: thirty times the pace at which a living one reports."""

READ_AGAIN_AFTER: Final = timedelta(days=29)
"""An unchanged playlist is read again all the same: Spotify lets titles and covers be cached, not kept."""

SMALLEST_SHELF: Final = 10
"""Below so many tracks a shelf may shrink as it likes: one track out of two is half of it."""

SLICE: Final = 100
BREATH_S: Final = 0.005
"""Tracks are worked on so many at a time, some milliseconds, and then listeners have as long for theirs."""

CUT_OFF: Final = "its process ended before it did"
"""The problem of a run whose process stopped or died; it is made up for at the next start."""

Report = Callable[[RefreshProgress], None]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshReport:
    """What a refresh did; with a ``problem`` the catalogue is the old one."""

    change: CatalogueChange = field(default_factory=CatalogueChange)
    unknown: int = 0
    notes: tuple[RefreshNote, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """Brings the catalogue up to date from all sources."""

    sources: Sources
    reader: PlaylistReader
    readings: Readings
    details: TrackDetails
    features: AudioFeatureSource
    tagger: MoodTagger
    catalogue: CatalogueWriter
    clock: Clock
    largest_shrink: float
    """The share of a shelf, 0..1, that one refresh may take away."""
    outranked: frozenset[str]
    """Origins whose tracks a source may take over."""

    async def has_work(self) -> bool:
        """Whether there is a source, or tracks are still there of sources that were removed.

        Raises:
            CatalogueUnavailable: The database does not answer.
        """
        return bool(await self.sources.all() or await self.catalogue.moods_of(ORIGIN))

    async def run(self, report: Report, *, is_dry: bool = False, may_shrink: bool = False) -> RefreshReport:
        """Refresh once; a dry run changes nothing but caches, and tells what would change.

        Raises:
            CatalogueUnavailable: The database does not answer; the catalogue is the old one.
        """
        began = self.clock.now()
        progress, found, fresh, notes = await self._read_all(report)
        if notes and not found:
            return RefreshReport(notes=notes, problem="no source could be read")
        report(replace(progress, stage=RefreshStage.FEATURES))
        completed = await self.details.complete(list(found.values()))
        features, feature_notes = await self.features.features_of(
            completed,
            lambda count: report(replace(progress, stage=RefreshStage.FEATURES, features=count)),
        )
        tracks, digest = await _shelved(completed, features, self.tagger)
        report(replace(progress, stage=RefreshStage.SWAPPING, features=len(features)))
        before = await self.catalogue.moods_of(ORIGIN)
        shrunk = () if may_shrink else await self._shrunk(before, tracks)
        told = RefreshReport(unknown=len(completed) - len(tracks), notes=(*notes, *feature_notes))
        if shrunk:
            return replace(
                told,
                notes=(*told.notes, *(RefreshNote(kind=NoteKind.SHRUNK, subject=mood.value) for mood in shrunk)),
                problem=f"these shelves would shrink too much: {', '.join(shrunk)}",
            )
        if is_dry:
            return replace(told, change=_difference(before, tracks))
        for address, reading in fresh.items():
            await self.readings.keep(address, reading, at=began)
        change = await self.catalogue.replace(ORIGIN, tracks, digest=digest, over=self.outranked)
        return replace(told, change=change)

    async def _read_all(
        self, report: Report
    ) -> tuple[RefreshProgress, dict[str, FoundTrack], dict[str, Reading], tuple[RefreshNote, ...]]:
        """The tracks of all sources by id, and by address the readings that are new.

        A source that fails is noted and contributes what it held before.
        """
        sources = await self.sources.all()
        progress = RefreshProgress(sources=len(sources))
        found: dict[str, FoundTrack] = {}
        fresh: dict[str, Reading] = {}
        notes: list[RefreshNote] = []
        for number, source in enumerate(sources, 1):
            progress = replace(progress, source=number, tracks=len(found))
            report(progress)
            tracks: Sequence[FoundTrack] | None = None
            try:
                reading = await self._read(source, report, progress)
            except (SourceRefused, Unavailable, UnexpectedAnswer) as problem:
                log.warning("source_not_read", source=number, problem=type(problem).__name__, remark=str(problem))
                notes.append(_note_of(problem, source))
            else:
                tracks = reading.tracks
            if tracks is None:
                tracks = await self.readings.of(source.address)
            else:
                fresh[source.address] = reading
            await _merge(found, tracks, source.mood)
        return replace(progress, tracks=len(found)), found, fresh, tuple(dict.fromkeys(notes))

    async def _read(self, source: Source, report: Report, progress: RefreshProgress) -> Reading:
        is_old = source.read_at is None or self.clock.now() - source.read_at > READ_AGAIN_AFTER
        asked = replace(source, snapshot=None) if is_old else source
        return await self.reader.read(asked, lambda count: report(replace(progress, tracks=progress.tracks + count)))

    async def _shrunk(self, before: Mapping[str, Mood], tracks: Sequence[Track]) -> tuple[Mood, ...]:
        """The shelves that would lose too much of what the sources that are left had brought."""
        if not _shrunk(before, tracks, self.largest_shrink):
            return ()
        held = [track for source in await self.sources.all() for track in await self.readings.of(source.address)]
        left = {track.id for track in await self.details.complete(held)}
        return _shrunk({id_: mood for id_, mood in before.items() if id_ in left}, tracks, self.largest_shrink)


@dataclass(slots=True, kw_only=True)
class Refreshing:
    """Runs refreshes in the background of one process, one at a time in the whole deployment.

    Who asks for a refresh may go away: the run belongs to ``tasks``, and its progress to the record of runs, where
    every process can see it.
    """

    refresh: Refresh
    runs: RefreshRuns
    providers: Providers
    clock: Clock
    tasks: asyncio.TaskGroup
    beat: float = 1.0
    """Seconds between two signs of life."""
    ended: Counter[RefreshState] = field(default_factory=Counter)
    """How the refreshes of this process ended."""

    async def start(self, *, is_dry: bool = False, may_shrink: bool = False) -> RefreshRun | None:
        """Begin a refresh; None while one runs, here or elsewhere.

        Raises:
            CatalogueUnavailable: The database does not answer; nothing was begun.
        """
        run = await self.runs.begin(at=self.clock.now(), is_dry=is_dry)
        if run is not None:
            self.tasks.create_task(self._carry_out(run, may_shrink=may_shrink))
        return run

    async def start_if_due(self, is_due: Callable[[datetime | None, datetime], bool]) -> RefreshRun | None:
        """Begin a refresh when there is work and its time has come, or the last one was cut off.

        Raises:
            CatalogueUnavailable: The database does not answer; nothing was begun.
        """
        if not await self.refresh.has_work():
            return None
        runs = [run for run in await self.latest(10) if not run.is_dry]
        last = runs[0] if runs else None
        was_cut_off = last is not None and last.problem == CUT_OFF
        if was_cut_off or is_due(last.started_at if last else None, self.clock.now()):
            return await self.start()
        return None

    async def latest(self, count: int) -> Sequence[RefreshRun]:
        """The newest runs, newest first; one whose process was killed counts as cut off, though none recorded it.

        Raises:
            CatalogueUnavailable: The database does not answer.
        """
        now = self.clock.now()
        alive = await self.runs.running(at=now)
        return [_as_it_stands(run, alive, now) for run in await self.runs.latest(count)]

    async def follow(self, run: RefreshRun) -> AsyncIterator[RefreshRun]:
        """The run as it stands, once a beat, last as it ended; it may be one of another process.

        Raises:
            CatalogueUnavailable: The database does not answer.
        """
        while True:
            alive = await self.runs.running(at=self.clock.now())
            seen = await self.runs.run(run.id) or run
            if seen.state is not RefreshState.RUNNING:
                yield seen
                return
            if alive is None or alive.id != run.id:
                yield replace(seen, state=RefreshState.FAILED, problem=CUT_OFF)
                return
            yield seen
            await asyncio.sleep(self.beat)

    async def cancel(self) -> bool:
        """Ask the run under way to stop; False when there is none."""
        return await self.runs.ask_to_stop(at=self.clock.now())

    async def _carry_out(self, run: RefreshRun, *, may_shrink: bool) -> None:
        # What is alive now stays until the end: without it the collector's full rounds, which thousands of new tracks
        # set off, last milliseconds instead of 50 to 80, in which nobody is answered.
        gc.freeze()
        calls_before = self.providers.calls_made
        latest = run.progress

        def report(progress: RefreshProgress) -> None:
            nonlocal latest
            latest = progress

        work = self.tasks.create_task(self._work(report, is_dry=run.is_dry, may_shrink=may_shrink))
        state, outcome = RefreshState.FAILED, RefreshReport(problem=CUT_OFF)
        try:
            while not (await asyncio.wait({work}, timeout=self.beat))[0]:
                if not await self._keep_alive(run, latest):
                    work.cancel()
            if work.cancelled():
                state, outcome = RefreshState.CANCELLED, RefreshReport()
            else:
                outcome = work.result()
                state = RefreshState.FAILED if outcome.problem else RefreshState.DONE
        finally:
            work.cancel()
            gc.unfreeze()
            await self._finish(
                replace(
                    run,
                    state=state,
                    finished_at=self.clock.now(),
                    progress=latest,
                    change=outcome.change,
                    unknown=outcome.unknown,
                    notes=outcome.notes,
                    problem=outcome.problem,
                    calls=self.providers.calls_made - calls_before,
                )
            )

    async def _work(self, report: Report, *, is_dry: bool, may_shrink: bool) -> RefreshReport:
        try:
            return await self.refresh.run(report, is_dry=is_dry, may_shrink=may_shrink)
        except SmoodyError as problem:
            log.warning("refresh_failed", problem=type(problem).__name__, remark=str(problem))
            return RefreshReport(problem=str(problem))
        except Exception as bug:
            log.exception("refresh_failed")
            return RefreshReport(problem=f"something unforeseen happened ({type(bug).__name__}), see the log")

    async def _keep_alive(self, run: RefreshRun, progress: RefreshProgress) -> bool:
        try:
            return await self.runs.keep_alive(run, progress, at=self.clock.now())
        except CatalogueUnavailable:  # a database that is away for a moment is no reason to stop
            return True

    async def _finish(self, run: RefreshRun) -> None:
        self.ended[run.state] += 1
        try:
            await self.runs.finish(run)
        except CatalogueUnavailable as problem:  # the run will be taken for dead, which is nearly the truth
            log.warning("refresh_not_recorded", remark=str(problem))
        log.info(
            "catalogue_refreshed" if run.state is RefreshState.DONE else "catalogue_kept",
            state=run.state.value,
            is_dry=run.is_dry,
            added=run.change.added,
            kept=run.change.kept,
            dropped=run.change.dropped,
            moved=run.change.moved,
            unknown=run.unknown,
            calls=run.calls,
            notes=[note.kind.value for note in run.notes],
            problem=run.problem,
        )


def _as_it_stands(run: RefreshRun, alive: RefreshRun | None, now: datetime) -> RefreshRun:
    """A run that should be under way and is not has ended; one that began just now has had no time to."""
    is_silent = alive is None or alive.id != run.id
    if run.state is RefreshState.RUNNING and is_silent and run.started_at <= now - SIGN_OF_LIFE:
        return replace(run, state=RefreshState.FAILED, problem=CUT_OFF)
    return run


async def _merge(found: dict[str, FoundTrack], tracks: Sequence[FoundTrack], label: Mood | None) -> None:
    """The first source that names a track wins; what it leaves open is taken from later ones, labels included."""
    for some in _slices(tracks):
        for track in some:
            told = track if track.mood or not label else replace(track, mood=label)
            known = found.get(track.id)
            found[track.id] = told if known is None else _filled(known, told)
        await asyncio.sleep(BREATH_S)


def _filled(known: FoundTrack, other: FoundTrack) -> FoundTrack:
    gaps = {each.name for each in fields(known) if getattr(known, each.name) in (None, ())}
    return replace(known, **{name: getattr(other, name) for name in gaps}) if gaps else known


async def _shelved(
    found: Sequence[FoundTrack], features: Mapping[str, AudioFeatures], tagger: MoodTagger
) -> tuple[list[Track], str]:
    """Tracks with their moods, and a digest of them all.

    The operator's label decides the shelf, the model's scores are kept beside it. A track without a title, or with
    neither features nor a label, waits.
    """
    tracks: dict[str, Track] = {}
    digest = hashlib.sha256()
    for some in _slices(found):
        heard = [track.id for track in some if track.id in features]
        scores = dict(zip(heard, tagger.tag([features[track_id] for track_id in heard]), strict=True))
        for track in some:
            mix = scores.get(track.id) or (only(track.mood) if track.mood else None)
            if mix is not None and track.title is not None:
                made = _track(track, mix, features.get(track.id))
                tracks[made.id] = made
                digest.update(_line(made))
        await asyncio.sleep(BREATH_S)
    return list(tracks.values()), digest.hexdigest()


def _track(found: FoundTrack, mix: MoodMix, features: AudioFeatures | None) -> Track:
    return Track(
        id=found.id,
        title=found.title or "",
        artists=found.artists,
        mood=found.mood or leading(mix),
        mood_scores=mix,
        features=features,
        year=found.year,
        artwork_url=found.artwork_url,
        is_explicit=found.is_explicit,
    )


def _line(track: Track) -> bytes:
    """All that makes a track another one; its features show in its scores."""
    shown = (track.id, track.title, track.artists, track.mood.value, track.year, track.artwork_url, track.is_explicit)
    return repr((*shown, track.features is None, *track.mood_scores.values())).encode()


def _slices(tracks: Sequence[FoundTrack]) -> Iterator[Sequence[FoundTrack]]:
    for start in range(0, len(tracks), SLICE):
        yield tracks[start : start + SLICE]


def _shrunk(before: Mapping[str, Mood], tracks: Sequence[Track], largest: float) -> tuple[Mood, ...]:
    old, new = Counter(before.values()), Counter(track.mood for track in tracks)
    return tuple(mood for mood in Mood if old[mood] >= SMALLEST_SHELF and new[mood] < old[mood] * (1 - largest))


def _difference(before: Mapping[str, Mood], tracks: Sequence[Track]) -> CatalogueChange:
    after = {track.id: track.mood for track in tracks}
    kept = before.keys() & after.keys()
    return CatalogueChange(
        added=len(after.keys() - before.keys()),
        kept=len(kept),
        dropped=len(before.keys() - after.keys()),
        moved=sum(before[track_id] is not after[track_id] for track_id in kept),
    )


def _note_of(problem: SmoodyError, source: Source) -> RefreshNote:
    match problem:
        case AuthorisationMissing():
            return RefreshNote(kind=NoteKind.AUTHORISATION_MISSING)
        case AuthorisationExpired():
            return RefreshNote(kind=NoteKind.AUTHORISATION_DEAD)
        case PlaylistForeign():
            kind = NoteKind.FOREIGN
        case PlaylistGone():
            kind = NoteKind.GONE
        case PlaylistFileRefused():
            kind = NoteKind.FILE_REFUSED
        case ProviderPostponed():
            kind = NoteKind.POSTPONED
        case Unavailable():
            kind = NoteKind.UNAVAILABLE
        case _:
            kind = NoteKind.UNEXPECTED
    return RefreshNote(kind=kind, subject=source.name or source.address)
