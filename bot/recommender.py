"""The use cases that end in tracks: five cards for a wish, similar ones, votes, what was shown before, taking along."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

import structlog

from bot import mood_policy, takeaway
from bot.domain import (
    CARDS_PER_REPLY,
    Attachment,
    DiaryEntry,
    EmotionReading,
    HistoryEntry,
    Link,
    Mood,
    Press,
    Reply,
    ReplyKind,
    ShownCards,
    Track,
    Visit,
    Vote,
    Wish,
)
from bot.naming import artist_named, bare_names, known_elsewhere, names_in, track_named
from bot.ports import Catalogue, History, PlaylistExport, Shelves
from bot.reference import referred
from bot.search import find
from bot.selection import Pick, beginning_with, by_artist, pick, similar
from bot.voice import Voice
from bot.whys import Named

CONTEXT_LASTS: Final = timedelta(hours=1)
"""How long "another five" still means the wish behind the last answer."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommender:
    """Finds tracks for a visit, keeps what the listener allows, and puts it into replies."""

    catalogue: Catalogue
    history: History
    voice: Voice
    rng: Random
    playlists: PlaylistExport | None = None
    """None where the operator lets nobody have any."""

    async def cards(
        self,
        visit: Visit,
        wish: Wish,
        said: str,
        *,
        note: str | None = None,
        reading: EmotionReading | None = None,
        classify_ms: float | None = None,
    ) -> Reply:
        """Five cards for a wish, introduced by the phrase ``said``."""
        began = time.perf_counter()
        picked = pick(await self.catalogue.shelves(), wish, visit.taste, self.rng, now=visit.at)
        reply = self.voice.cards_reply(
            picked,
            wish,
            visit.taste,
            visit.language,
            text=self.voice.phrases.say(said, visit.language, self.rng),
            reason=self.voice.reasons(picked, visit.language),
            note=self._with_terms(visit, note),
        )
        await self.remember(visit, wish, picked.tracks)
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
            catalogue_ms=milliseconds_since(began),
        )
        return replace(reply, mood=mood, emotion=emotion, confidence=confidence)

    async def felt(self, visit: Visit, wish: Wish) -> None:
        """Write the mood of a feeling into the diary of a listener who keeps one."""
        if visit.taste.preferences.keeps_diary and not visit.is_preview:
            await self.history.note_mood(visit.listener, DiaryEntry(mood=mood_policy.leading(wish.mix), at=visit.at))

    async def last_wish(self, visit: Visit) -> Wish | None:
        """The wish behind the newest answer here, while it still counts."""
        return await self.history.last_wish(visit.listener, visit.conversation, since=visit.at - CONTEXT_LASTS)

    async def shift(self, visit: Visit, change: Callable[[Wish], Wish], said: str) -> Reply:
        """Another five for the last wish, changed."""
        wish = await self.last_wish(visit)
        if wish is None:
            return self.voice.which_mood("nothing_yet", visit.language)
        if not visit.taste.preferences.remembers:  # the five that stand there now are known all the same
            visit = replace(visit, taste=replace(visit.taste, last_shown=await self._just_shown(visit)))
        return await self.cards(visit, change(wish), said)

    async def similar_to(self, visit: Visit, track_id: str | None) -> Reply:
        """Five tracks that sound like one."""
        shelves = await self.catalogue.shelves()
        track = shelves.track(track_id or "")
        if track is None:
            return self.voice.which_mood("track_gone", visit.language)
        wish = Wish(mix=mood_policy.only(track.mood))
        if track.features is None:  # nobody knows how it sounds: all we can keep is its mood
            return await self.cards(visit, wish, f"mood_{track.mood}")
        picked = similar(shelves, track, visit.taste, now=visit.at)
        text = self.voice.phrases.say("similar", visit.language, title=track.title)
        return await self._picked(visit, picked, track.mood, text)

    async def again(self, visit: Visit) -> Reply | None:
        """The newest answer to a feeling once more, as far as it still counts, for a page that was closed meanwhile.

        Not for listeners who have nothing remembered, and never what followed words of despair: the line that points to
        help would be missing. Why each track was picked is not kept, so the cards say what is true without that.
        """
        if not visit.taste.preferences.remembers:
            return None
        wish = await self.last_wish(visit)
        if wish is None or wish.emotion is None:
            return None
        shown = await self._last_shown(visit, await self.catalogue.shelves())
        if not shown:
            return None
        reply = self.voice.cards_reply(
            Pick(tracks=shown, repeats=0),
            wish,
            visit.taste,
            visit.language,
            text=self.voice.phrases.say("welcome_back", visit.language),
            reason=lambda track: self.voice.shelf_line(track, visit.language),
        )
        return replace(reply, mood=mood_policy.leading(wish.mix))

    async def asked_for_by_name(self, visit: Visit, text: str) -> Reply | None:
        """Five tracks for an artist or a title that a text asks for, filled up with similar ones; None for neither.

        Artists who are in no catalogue yet are told to be so.
        """
        names = [*names_in(text), *bare_names(text)]
        if not names:
            return None
        shelves = await self.catalogue.shelves()
        artist = artist_named(names, shelves)
        track = track_named(text, shelves) if artist is None else None
        if track is not None:
            picked = beginning_with(shelves, track, visit.taste, now=visit.at)
            said = "by_title" if track in picked.tracks else "by_title_refused"
            text = self.voice.phrases.say(said, visit.language, title=track.title)
            return await self._picked(visit, picked, track.mood, text)
        if artist is None:
            elsewhere = known_elsewhere(names)
            if elsewhere is None:
                return None
            return self.voice.which_mood("artist_missing", visit.language, artist=elsewhere)
        picked = by_artist(shelves, artist, visit.taste, now=visit.at)
        theirs = sum(isinstance(why, Named) for why in picked.whys.values())
        whose = "by_artist" if theirs == len(picked.tracks) else "by_artist_and_alike"
        said = whose if theirs else "by_artist_none_left"
        text = self.voice.phrases.say(said, visit.language, artist=artist.name)
        return await self._picked(visit, picked, artist.tracks[0].mood, text)

    async def _picked(self, visit: Visit, picked: Pick, mood: Mood, text: str) -> Reply:
        """Tracks that were asked for by name or likeness; what follows goes on from their mood."""
        wish = Wish(mix=mood_policy.only(mood))
        reply = self.voice.cards_reply(
            picked,
            wish,
            visit.taste,
            visit.language,
            text=text,
            reason=self.voice.reasons(picked, visit.language),
            note=self._with_terms(visit, None),
        )
        await self.remember(visit, wish, picked.tracks)
        log.info("asked_for_shown", mood=mood.value, cards=len(reply.cards))
        return replace(reply, mood=mood)

    async def similar_to_what_is_meant(self, visit: Visit, text: str) -> Reply:
        """Five tracks like the one that a text points at; a question when it is not clear which."""
        shelves = await self.catalogue.shelves()
        shown = await self._last_shown(visit, shelves)
        track = referred(text, shown, (track for mood in Mood for track in shelves.tracks_for(mood)))
        if track is not None:
            return await self.similar_to(visit, track.id)
        if not shown:
            return self.voice.which_mood("nothing_yet", visit.language)
        return self.voice.which_track(shown, visit.language)

    async def vote(self, visit: Visit, press: Press) -> Reply:
        """Keep a vote; the same vote again takes it back."""
        track = (await self.catalogue.shelves()).track(press.track_id or "")
        if track is None:
            return self.voice.text("track_gone", visit.language)
        pressed = Vote(press.kind.value)
        return await self._keep_vote(visit, track, None if visit.taste.votes.get(track.id) is pressed else pressed)

    async def vote_by_place(self, visit: Visit, text: str, vote: Vote) -> Reply | None:
        """Keep a vote on the one of the last five that a text points at; None when it points at none of them."""
        shown = await self._last_shown(visit, await self.catalogue.shelves())
        track = referred(text, shown, ())
        return None if track is None else await self._keep_vote(visit, track, vote)

    async def _keep_vote(self, visit: Visit, track: Track, vote: Vote | None) -> Reply:
        if not visit.taste.preferences.remembers:
            return self.voice.text("memory_is_off", visit.language)
        if visit.taste.is_new:  # nothing is kept of somebody who was not told yet what is
            return self.voice.text("vote_of_a_stranger", visit.language)
        await self.history.vote(visit.listener, track.id, vote, at=visit.at, was_known=True)
        log.info("vote_kept", vote=vote.value if vote else None)
        said = f"voted_{vote}" if vote else "vote_taken_back"
        return Reply(
            kind=ReplyKind.VOTE,
            text=self.voice.phrases.say(said, visit.language, title=track.title),
            language=visit.language,
            track_id=track.id,
            vote=vote,
        )

    async def shown_before(self, visit: Visit, page: int) -> Reply:
        """One page of what was shown, newest first, without what is gone; each entry leads to similar tracks."""
        entries, total = await self._page_of_history(visit, page)
        if total and not entries:  # an old button: there are fewer pages now
            page = -(-total // CARDS_PER_REPLY)
            entries, total = await self._page_of_history(visit, page)
        shelves = await self.catalogue.shelves()
        known = [(track, entry) for entry in entries if (track := shelves.track(entry.track_id)) is not None]
        if not entries:
            key = "memory_is_off" if not visit.taste.preferences.remembers else "history_empty"
            return replace(self.voice.text(key, visit.language), kind=ReplyKind.HISTORY, is_private=True)
        return self.voice.history_page(known, visit.taste, visit.language, now=visit.at, page=page, total=total)

    async def _page_of_history(self, visit: Visit, page: int) -> tuple[Sequence[HistoryEntry], int]:
        skip = (page - 1) * CARDS_PER_REPLY
        return await self.history.shown_before(visit.listener, skip=skip, count=CARDS_PER_REPLY)

    async def take_along(self, visit: Visit, form: str | None) -> Reply:
        """The last five as a list, a CSV file, links or a playlist; a question about the form when none was chosen."""
        shelves = await self.catalogue.shelves()
        shown = await self._last_shown(visit, shelves)
        if not shown:
            return self.voice.which_mood("nothing_yet", visit.language)
        cards = self.voice.bare_cards(shown, visit.taste, visit.language)
        match form:
            case "text":
                return self._words(visit, "take_text", takeaway.as_text(cards, visit.language))
            case "youtube":
                return self._words(visit, "take_youtube", takeaway.youtube_links(cards))
            case "csv":
                file = Attachment(name="smoody.csv", media_type="text/csv", content=takeaway.as_csv(cards))
                return replace(self.voice.text("take_csv", visit.language), attachment=file)
            case "spotify":
                return self._as_playlist(visit, shown)
            case _:
                return self.voice.which_form(visit.language, with_playlist=self._playlists_for(visit) is not None)

    def _playlists_for(self, visit: Visit) -> PlaylistExport | None:
        return self.playlists if self.playlists is not None and self.playlists.is_open_to(visit.listener) else None

    def _as_playlist(self, visit: Visit, shown: tuple[Track, ...]) -> Reply:
        """A link to a playlist of one's own, which is shown to nobody else in a group."""
        playlists = self._playlists_for(visit)
        if playlists is None:  # a button from before the operator changed their mind
            return self.voice.which_form(visit.language)
        count = sum(track.is_on_spotify for track in shown)
        if not count:
            return self.voice.text("take_spotify_none", visit.language)
        link = Link(
            name=self.voice.phrases.say("take_spotify_link", visit.language),
            url=playlists.address(visit.listener, shown, visit.language),
        )
        return replace(self.voice.text("take_spotify", visit.language, count=count), link=link, is_private=True)

    async def find(self, words: str, count: int) -> tuple[Track, ...]:
        """Tracks whose title or artist is being typed."""
        return find(await self.catalogue.shelves(), words, count)

    async def remember(self, visit: Visit, wish: Wish, tracks: tuple[Track, ...]) -> None:
        """Keep what was shown, as far as the listener allows; the wish alone is kept for "another five"."""
        if visit.is_preview:
            return
        shown = ShownCards(
            conversation=visit.conversation,
            at=visit.at,
            wish=wish,
            tracks=tracks,
            keeps=visit.taste.preferences.remembers,
        )
        await self.history.remember(visit.listener, shown, was_known=not visit.taste.is_new)

    async def _last_shown(self, visit: Visit, shelves: Shelves) -> tuple[Track, ...]:
        return tuple(track for name in await self._just_shown(visit) if (track := shelves.track(name)) is not None)

    async def _just_shown(self, visit: Visit) -> Mapping[str, datetime]:
        """Ids of the cards of the newest answer here, in their order, as shown now; none of an answer that is over."""
        ids = await self.history.last_shown(visit.listener, visit.conversation, since=visit.at - CONTEXT_LASTS)
        return dict.fromkeys(ids, visit.at)

    def _words(self, visit: Visit, said: str, words: str) -> Reply:
        reply = self.voice.text(said, visit.language)
        return replace(reply, text=f"{reply.text}\n\n{words}")

    def _with_terms(self, visit: Visit, note: str | None) -> str | None:
        """Tell a newcomer once what is kept, from what age, and how to have it forgotten."""
        if not visit.taste.is_new or visit.is_preview:
            return note
        terms = self.voice.phrases.say("terms", visit.language)
        return f"{note}\n{terms}" if note else terms


def milliseconds_since(began: float) -> float:
    """Milliseconds since a `time.perf_counter`, to hundredths."""
    return round((time.perf_counter() - began) * 1_000, 2)
