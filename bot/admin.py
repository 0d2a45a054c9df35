"""What admins of a platform can do from their chat: refresh, look at it, stop it, and manage playlists.

Platforms decide who is an admin (the ids in ``SMOODY_*__ADMINS``) and call this; everyone else gets `Admin.refused`.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from bot.addresses import PLAYLIST, playlist_address
from bot.domain import (
    Action,
    ActionKind,
    Language,
    Mood,
    NoteKind,
    ProviderHealth,
    RefreshNote,
    RefreshRun,
    RefreshState,
    Reply,
    ReplyKind,
    Source,
)
from bot.errors import Unavailable
from bot.phrases import Phrases
from bot.ports import Authorisations, Catalogue, Clock, Providers, Sources
from bot.refresh import Refreshing

RUNS_SHOWN: Final = 3
NOTES_SHOWN: Final = 8
"""More than that is what ``smoody doctor`` and the log are for."""

PROVIDERS: Final = frozenset({"oembed", "reccobeats", "reccobeats_isrc", "spotify"})
"""Those that have a name for people, by the one that statistics know; it is said in each language."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """The admin commands. All of them answer with a `Reply`, also when the database is away."""

    refreshing: Refreshing
    sources: Sources
    catalogue: Catalogue
    providers: Providers
    authorisations: Authorisations
    phrases: Phrases
    clock: Clock
    disconnected: Callable[[], Mapping[str, str]] = dict
    """Why chat platforms that are on are not connected just now, by name; empty outside a service."""

    async def refresh(self, language: Language) -> AsyncIterator[Reply]:
        """Start a refresh, or join the one that runs; yields at once, then at most once a second, last the diff."""
        try:
            async for reply in self._refresh(language):
                yield reply
        except Unavailable as problem:
            yield self._one_moment(problem, language)

    async def cancel(self, language: Language) -> Reply:
        """Ask the refresh under way to stop, wherever it runs."""
        try:
            stopping = await self.refreshing.cancel()
        except Unavailable as problem:
            return self._one_moment(problem, language)
        return self._text(language, self._say("refresh_stopping" if stopping else "refresh_none_runs", language))

    async def status(self, language: Language) -> Reply:
        """Last runs, shelves, providers, the Spotify account; what is wrong stands in the note."""
        try:
            lines = [
                *self._platform_lines(language),
                *await self._run_lines(language),
                *await self._shelf_lines(language),
                *await self._provider_lines(language),
                await self._account_line(language),
            ]
            return await self._with_warnings(self._text(language, *lines))
        except Unavailable as problem:
            return self._one_moment(problem, language)

    async def playlists(self, words: str, language: Language) -> Reply:
        """`""` or "list" lists; "add ADDRESS [MOOD]" adds; "remove ADDRESS" removes; anything else explains."""
        try:
            match words.split():
                case [] | ["list"]:
                    return await self._with_warnings(await self._listed(language))
                case ["add", address]:
                    return await self._added(address, None, language)
                case ["add", address, mood] if (wanted := _mood(mood)) is not None:
                    return await self._added(address, wanted, language)
                case ["remove", _, *_]:  # a file's name may have spaces
                    return await self._removed(words.split(maxsplit=1)[1].strip(), language)
                case _:
                    return self._text(language, self._say("playlists_help", language))
        except Unavailable as problem:
            return self._one_moment(problem, language)

    def refused(self, language: Language) -> Reply:
        """The friendly no for everyone who is no admin."""
        return self._text(language, self._say("admins_only", language))

    async def warnings(self) -> Sequence[RefreshNote]:
        """What the operator should mend, the most pressing first.

        Raises:
            CatalogueUnavailable: The database does not answer.
        """
        notes = []
        account = await self.authorisations.spotify()
        now = self.clock.now()
        if account is None:
            if any(source.address.startswith(PLAYLIST) for source in await self.sources.all()):
                notes.append(RefreshNote(kind=NoteKind.AUTHORISATION_MISSING))
        elif account.is_dead or now >= account.dies_at:
            notes.append(RefreshNote(kind=NoteKind.AUTHORISATION_DEAD))
        elif now >= account.ages_at:
            notes.append(RefreshNote(kind=NoteKind.AUTHORISATION_AGES, subject=f"{account.dies_at:%Y-%m-%d}"))
        notes += [
            RefreshNote(kind=NoteKind.PROVIDER_REFUSES, subject=health.provider)
            for health in await self.providers.health(at=now)
            if health.refused and not health.answered
        ]
        return notes

    def note_line(self, note: RefreshNote, language: Language) -> str:
        """A note as a sentence."""
        subject = note.subject
        if note.kind is NoteKind.SHRUNK:
            subject = self._say(f"name_{subject}", language)
        elif note.kind in _ABOUT_A_PROVIDER:
            subject = self._provider(subject, language)
        return self._say(f"note_{note.kind.value}", language, subject=subject)

    def run_lines(self, run: RefreshRun, language: Language) -> list[str]:
        """How a run stands or ended, with its notes."""
        lines = [self._run_line(run, language)]
        lines += [self.note_line(note, language) for note in run.notes[:NOTES_SHOWN]]
        left = len(run.notes) - NOTES_SHOWN
        return [*lines, self._say("notes_more", language, count=left)] if left > 0 else lines

    async def _refresh(self, language: Language) -> AsyncIterator[Reply]:
        if not await self.refreshing.refresh.has_work():
            yield self._text(language, self._say("refresh_no_sources", language))
            return
        run = await self.refreshing.start()
        said = "refresh_begun"
        if run is None:
            run = await self.refreshing.runs.running(at=self.clock.now())
            said = "refresh_joined"
        if run is None:  # it ended between two looks
            yield await self.status(language)
            return
        yield self._running(language, self._say(said, language))
        shown = ""
        async for seen in self.refreshing.follow(run):
            if seen.state is not RefreshState.RUNNING:
                yield await self._with_warnings(self._text(language, *self.run_lines(seen, language)))
                return
            line = self._run_line(seen, language)
            if line != shown:
                yield self._running(language, line)
            shown = line

    def _run_line(self, run: RefreshRun, language: Language) -> str:
        progress = run.progress
        if run.state is RefreshState.RUNNING:
            return self._say(
                f"refresh_{progress.stage.value}",
                language,
                source=progress.source,
                sources=progress.sources,
                tracks=f"{progress.tracks:,}",
                features=f"{progress.features:,}",
            )
        change = run.change
        seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0
        key = "would" if run.is_dry and run.state is RefreshState.DONE else run.state.value
        return self._say(
            f"refresh_{key}",
            language,
            added=f"{change.added:,}",
            kept=f"{change.kept:,}",
            dropped=f"{change.dropped:,}",
            moved=f"{change.moved:,}",
            unknown=f"{run.unknown:,}",
            calls=f"{run.calls:,}",
            seconds=f"{seconds:,.0f}",
            problem=run.problem or "",
        )

    async def _run_lines(self, language: Language) -> list[str]:
        running = await self.refreshing.runs.running(at=self.clock.now())
        ended = [run for run in await self.refreshing.latest(RUNS_SHOWN) if run.state is not RefreshState.RUNNING]
        lines = [self._run_line(running, language)] if running else []
        for run in ended:
            at = f"{run.started_at:%Y-%m-%d %H:%M}"
            lines.append(self._say("run_at", language, at=at, told=self._run_line(run, language)))
        if ended:
            lines += [self.note_line(note, language) for note in ended[0].notes[:NOTES_SHOWN]]
        return lines or [self._say("refresh_never", language)]

    async def _shelf_lines(self, language: Language) -> list[str]:
        shelves = await self.catalogue.shelves()
        return [
            self._say("shelves_line", language)
            + ", ".join(
                f"{self._say(f'name_{mood.value}', language)} {len(shelves.tracks_for(mood)):,}" for mood in Mood
            )
        ]

    async def _provider_lines(self, language: Language) -> list[str]:
        return [self._provider_line(each, language) for each in await self.providers.health(at=self.clock.now())]

    def _provider_line(self, health: ProviderHealth, language: Language) -> str:
        share = 100 * health.answered / health.calls if health.calls else 0
        line = self._say(
            "provider_line",
            language,
            provider=self._provider(health.provider, language),
            percent=f"{share:.0f}",
            calls=f"{health.calls:,}" + (f"/{health.budget:,}" if health.budget else ""),
        )
        if health.retry_at and health.retry_at > self.clock.now():
            line += self._say("provider_rests", language, until=f"{health.retry_at:%m-%d %H:%M} UTC")
        return line

    def _provider(self, known_as: str, language: Language) -> str:
        return self._say(f"provider_{known_as}", language) if known_as in PROVIDERS else known_as

    def _platform_lines(self, language: Language) -> list[str]:
        return [
            self._say("platform_disconnected", language, name=name.capitalize(), problem=problem)
            for name, problem in self.disconnected().items()
        ]

    async def _account_line(self, language: Language) -> str:
        account = await self.authorisations.spotify()
        if account is None:
            return self._say("account_none", language)
        if account.is_dead:
            return self._say("note_authorisation_dead", language)
        return self._say(
            "account_line", language, scopes=", ".join(account.scopes), until=f"{account.dies_at:%Y-%m-%d}"
        )

    async def _listed(self, language: Language) -> Reply:
        sources = await self.sources.all()
        if not sources:
            return self._text(language, self._say("playlists_none", language), self._say("playlists_help", language))
        return self._text(language, *(f"• {self._source_line(source, language)}" for source in sources))

    def _source_line(self, source: Source, language: Language) -> str:
        parts = [source.name, source.address, source.mood and self._say(f"name_{source.mood.value}", language)]
        return " · ".join(part for part in parts if part)

    async def _added(self, words: str, mood: Mood | None, language: Language) -> Reply:
        address = playlist_address(words)
        if address is None:
            return self._text(language, self._say("playlist_unknown", language), self._say("playlists_help", language))
        is_new = await self.sources.add(Source(address=address, mood=mood))
        reply = self._text(language, self._say("playlist_added" if is_new else "playlist_changed", language))
        return await self._with_warnings(reply)

    async def _removed(self, words: str, language: Language) -> Reply:
        removed = await self.sources.remove(playlist_address(words) or words)
        return self._text(language, self._say("playlist_removed" if removed else "playlist_not_there", language))

    async def _with_warnings(self, reply: Reply) -> Reply:
        lines = [self.note_line(note, reply.language) for note in await self.warnings()]
        return self._text(reply.language, reply.text, note="\n".join(lines) or None)

    def _running(self, language: Language, text: str) -> Reply:
        label = self._say("action_cancel_refresh", language)
        return self._text(language, text, actions=(Action(kind=ActionKind.CANCEL_REFRESH, label=label),))

    def _one_moment(self, problem: Unavailable, language: Language) -> Reply:
        log.warning("admin_answer_postponed", problem=type(problem).__name__, remark=str(problem))
        return self._text(language, self._say("one_moment", language))

    def _text(
        self, language: Language, *lines: str, note: str | None = None, actions: tuple[Action, ...] = ()
    ) -> Reply:
        return Reply(
            kind=ReplyKind.TEXT,
            text="\n".join(lines),
            language=language,
            note=note,
            actions=actions,
            is_private=True,
        )

    def _say(self, key: str, language: Language, **values: object) -> str:
        return self.phrases.say(key, language, None, **values)


_ABOUT_A_PROVIDER: Final = frozenset({NoteKind.FEATURES_MISSING, NoteKind.PROVIDER_REFUSES})


def _mood(word: str) -> Mood | None:
    return next((mood for mood in Mood if mood.value.lower() == word.lower()), None)
