"""What is kept of listeners, over SQL: shown tracks, last wishes, votes, corrections, settings, the diary. No words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage.database import Database
from adapters.storage.tables import corrections, diary, listeners, shown, votes, wishes
from bot.domain import (
    ConversationId,
    DiaryEntry,
    Emotion,
    Era,
    HistoryEntry,
    Language,
    ListenerId,
    Mood,
    MusicLanguage,
    Preferences,
    Shop,
    ShownCards,
    Taste,
    Vote,
    Wish,
)

_OF_A_LISTENER: Final = (shown, wishes, votes, corrections, diary)

WISHES_LAST: Final = timedelta(days=1)
"""After this a wish is deleted; the dialogue looks at those of the last hour only."""


@dataclass(frozen=True, slots=True)
class SqlHistory:
    """`History` over SQL. One row a listener and track, so it cannot outgrow the catalogue."""

    database: Database

    async def taste(self, listener: ListenerId) -> Taste:
        """All that matters for the next pick, in one statement: each costs a listener's time."""
        nothing, no_number = sa.cast(sa.null(), sa.String), sa.cast(sa.null(), sa.Integer)
        parts = (
            sa.select(sa.literal("shown").label("part"), shown.c.track_id.label("name"), shown.c.at,
                      nothing.label("value"), no_number.label("number")).where(shown.c.listener == listener),
            sa.select(sa.literal("vote"), votes.c.track_id, votes.c.at, votes.c.vote, no_number)
            .where(votes.c.listener == listener),
            sa.select(sa.literal("correction"), corrections.c.heard, corrections.c.at, corrections.c.meant,
                      corrections.c.count).where(corrections.c.listener == listener),
            sa.select(sa.literal("listener"), listeners.c.id, listeners.c.last_seen_at, listeners.c.preferences,
                      listeners.c.keeps_days).where(listeners.c.id == listener),
        )  # fmt: skip
        async with self.database.reading() as connection:
            rows = (await connection.execute(sa.union_all(*parts))).all()
        of: dict[str, list[sa.Row[Any]]] = {"shown": [], "vote": [], "correction": [], "listener": []}
        for row in rows:
            of[row.part].append(row)
        return Taste(
            last_shown={row.name: row.at for row in of["shown"]},
            votes={row.name: Vote(row.value) for row in of["vote"]},
            voted_at={row.name: row.at for row in of["vote"]},
            corrections={(Emotion(row.name), Emotion(row.value)): row.number for row in of["correction"]},
            preferences=next((_preferences_of(row.value, row.number) for row in of["listener"]), Preferences()),
            is_new=not of["listener"],
            last_seen_at=next((row.at for row in of["listener"]), None),
        )

    async def remember(self, listener: ListenerId, cards: ShownCards, *, was_known: bool = False) -> None:
        """Keep what was shown, as far as the listener allows now."""
        wish = {
            "at": cards.at,
            "lean": cards.wish.lean,
            "towards": cards.wish.towards and cards.wish.towards.value,
            "emotion": cards.wish.emotion and cards.wish.emotion.value,
            "track_ids": [track.id for track in cards.tracks],
            **{mood.lower(): cards.wish.mix[mood] for mood in Mood},
        }
        async with self.database.writing() as connection:
            kept = await self._meet(connection, listener, cards.at, was_known=was_known)
            if kept is None:
                return
            if cards.tracks and cards.keeps and kept.remembers:
                await self._show(connection, listener, cards)
            await connection.execute(
                self.database.insert(wishes)
                .values(listener=listener, conversation=cards.conversation, **wish)
                .on_conflict_do_update(index_elements=["listener", "conversation"], set_=wish)
            )

    async def last_wish(self, listener: ListenerId, conversation: ConversationId, *, since: datetime) -> Wish | None:
        """The wish behind the newest answer in this conversation."""
        row = await self._last(listener, conversation, since)
        if row is None:
            return None
        return Wish(
            mix={mood: row[mood.lower()] for mood in Mood},
            lean=row["lean"],
            towards=Mood(row["towards"]) if row["towards"] else None,
            emotion=Emotion(row["emotion"]) if row["emotion"] else None,
        )

    async def last_shown(self, listener: ListenerId, conversation: ConversationId, *, since: datetime) -> Sequence[str]:
        """Ids of the newest cards in this conversation."""
        row = await self._last(listener, conversation, since)
        return tuple(row["track_ids"] or ()) if row is not None else ()

    async def end_conversation(self, listener: ListenerId, conversation: ConversationId) -> None:
        """Drop the last wish in this conversation."""
        async with self.database.writing() as connection:
            await connection.execute(
                sa.delete(wishes).where(wishes.c.listener == listener, wishes.c.conversation == conversation)
            )

    async def shown_before(self, listener: ListenerId, *, skip: int, count: int) -> tuple[list[HistoryEntry], int]:
        """One page of what was shown, newest first, and how many entries there are in all."""
        mine = shown.c.listener == listener
        page = sa.select(shown).where(mine).order_by(shown.c.at.desc(), shown.c.track_id).offset(skip).limit(count)
        async with self.database.reading() as connection:
            rows = (await connection.execute(page)).mappings().all()
            total = await connection.scalar(sa.select(sa.func.count()).select_from(shown).where(mine))
        entries = [HistoryEntry(track_id=row["track_id"], mood=Mood(row["mood"]), at=row["at"]) for row in rows]
        return entries, int(total or 0)

    async def seen(self, listener: ListenerId, *, at: datetime) -> None:
        """Keep that a listener was here."""
        async with self.database.writing() as connection:
            await connection.execute(sa.update(listeners).where(listeners.c.id == listener).values(last_seen_at=at))

    async def vote(
        self, listener: ListenerId, track_id: str, vote: Vote | None, *, at: datetime, was_known: bool = False
    ) -> None:
        """Keep a vote, or take it back with None."""
        async with self.database.writing() as connection:
            if vote is None:
                await connection.execute(
                    sa.delete(votes).where(votes.c.listener == listener, votes.c.track_id == track_id)
                )
                return
            kept = await self._meet(connection, listener, at, was_known=was_known)
            if kept is None or not kept.remembers:
                return
            values = {"vote": vote.value, "at": at}
            await connection.execute(
                self.database.insert(votes)
                .values(listener=listener, track_id=track_id, **values)
                .on_conflict_do_update(index_elements=["listener", "track_id"], set_=values)
            )

    async def correct(
        self, listener: ListenerId, heard: Emotion, meant: Emotion, *, at: datetime, was_known: bool = False
    ) -> None:
        """Count a correction."""
        async with self.database.writing() as connection:
            kept = await self._meet(connection, listener, at, was_known=was_known)
            if kept is None or not kept.remembers:
                return
            await connection.execute(
                self.database.insert(corrections)
                .values(listener=listener, heard=heard.value, meant=meant.value, at=at, count=1)
                .on_conflict_do_update(
                    index_elements=["listener", "heard", "meant"], set_={"at": at, "count": corrections.c.count + 1}
                )
            )

    async def prefer(
        self, listener: ListenerId, preferences: Preferences, *, at: datetime, was_known: bool = False
    ) -> None:
        """Keep what the listener has set, and delete what it says must not be kept."""
        removed = 0
        async with self.database.writing() as connection:
            if await self._meet(connection, listener, at, was_known=was_known) is None:
                return
            await connection.execute(
                sa.update(listeners)
                .where(listeners.c.id == listener)
                .values(preferences=_text_of(preferences), keeps_days=preferences.keeps_days)
            )
            unwanted = (
                *((shown, votes, corrections) if not preferences.remembers else ()),
                *((diary,) if not preferences.keeps_diary else ()),
            )
            for table in unwanted:
                removed += (await connection.execute(sa.delete(table).where(table.c.listener == listener))).rowcount
        if removed:
            await self.database.overwrite_what_was_deleted()

    async def note_mood(self, listener: ListenerId, entry: DiaryEntry) -> None:
        """Write into the diary of a listener who keeps one now."""
        async with self.database.writing() as connection:
            kept = await self._meet(connection, listener, entry.at, was_known=True)
            if kept is None or not kept.keeps_diary:
                return
            await connection.execute(
                self.database.insert(diary)
                .values(listener=listener, at=entry.at, mood=entry.mood.value)
                .on_conflict_do_update(index_elements=["listener", "at"], set_={"mood": entry.mood.value})
            )

    async def diary(self, listener: ListenerId, *, since: datetime, until: datetime) -> list[DiaryEntry]:
        """The diary from ``since`` to ``until``, oldest first."""
        span = sa.select(diary).where(diary.c.listener == listener, diary.c.at >= since, diary.c.at < until)
        async with self.database.reading() as connection:
            rows = (await connection.execute(span.order_by(diary.c.at))).mappings().all()
        return [DiaryEntry(mood=Mood(row["mood"]), at=row["at"]) for row in rows]

    async def forget_the_absent(self, *, now: datetime) -> int:
        """Remove every listener who stayed away longer than they allow, and wishes that nobody can come back to.

        Pages that an earlier removal could not overwrite are overwritten now, in every case.
        """
        async with self.database.writing() as connection:
            terms = (await connection.scalars(sa.select(listeners.c.keeps_days).distinct())).all()
            gone = sa.or_(
                sa.false(),
                *(
                    sa.and_(listeners.c.keeps_days == days, listeners.c.last_seen_at < now - timedelta(days=days))
                    for days in terms
                ),
            )
            absent = sa.select(listeners.c.id).where(gone)
            await connection.execute(absent.with_for_update())  # whoever comes back this moment waits, or is not absent
            for table in _OF_A_LISTENER:
                await connection.execute(sa.delete(table).where(table.c.listener.in_(absent)))
            removed = (await connection.execute(sa.delete(listeners).where(gone))).rowcount
            await connection.execute(sa.delete(wishes).where(wishes.c.at < now - WISHES_LAST))
        await self.database.overwrite_what_was_deleted()
        return removed

    async def forget(self, listener: ListenerId) -> int:
        """Remove every row of this listener."""
        me = sa.select(listeners.c.id).where(listeners.c.id == listener)
        removed = 0
        async with self.database.writing() as connection:
            await connection.execute(me.with_for_update())  # first the row that every writer takes first
            for table, column in (
                *((table, table.c.listener) for table in _OF_A_LISTENER),
                (listeners, listeners.c.id),
            ):
                removed += (await connection.execute(sa.delete(table).where(column == listener))).rowcount
        if removed:
            await self.database.overwrite_what_was_deleted()
        return removed

    async def export(self, listener: ListenerId) -> Mapping[str, object]:
        """All that is kept of this listener, as plain values ready for JSON."""
        async with self.database.reading() as connection:
            me = (await connection.execute(sa.select(listeners).where(listeners.c.id == listener))).mappings().first()
            rows = {
                table.name: (
                    await connection.execute(sa.select(table).where(table.c.listener == listener).order_by(table.c.at))
                )
                .mappings()
                .all()
                for table in _OF_A_LISTENER
            }
        return {
            "listener": listener,
            "first_seen_at": me["first_seen_at"].isoformat() if me else None,
            "last_seen_at": me["last_seen_at"].isoformat() if me else None,
            "preferences": json.loads(_text_of(_preferences_of(me["preferences"], me["keeps_days"]))) if me else None,
            **{name: [_plain(row) for row in found] for name, found in rows.items()},
        }

    async def _last(self, listener: ListenerId, conversation: ConversationId, since: datetime) -> sa.RowMapping | None:
        newest = sa.select(wishes).where(
            wishes.c.listener == listener, wishes.c.conversation == conversation, wishes.c.at >= since
        )
        async with self.database.reading() as connection:
            return (await connection.execute(newest)).mappings().first()

    async def _show(self, connection: AsyncConnection, listener: ListenerId, cards: ShownCards) -> None:
        insert = self.database.insert(shown)
        await connection.execute(
            insert.on_conflict_do_update(
                index_elements=["listener", "track_id"],
                set_={"at": insert.excluded.at, "mood": insert.excluded.mood},
            ),
            [
                {"listener": listener, "track_id": track.id, "mood": track.mood.value, "at": cards.at}
                for track in cards.tracks
            ],
        )

    async def _meet(
        self, connection: AsyncConnection, listener: ListenerId, at: datetime, *, was_known: bool
    ) -> Preferences | None:
        """Keep a visit, and give what the listener allows now.

        None for somebody who was known when the answer began and has been forgotten since. Until the transaction ends
        nobody else can change or remove the row.
        """
        allows = (listeners.c.preferences, listeners.c.keeps_days)
        known = sa.update(listeners).where(listeners.c.id == listener)
        anybody = self.database.insert(listeners).values(
            id=listener, first_seen_at=at, last_seen_at=at, keeps_days=Preferences().keeps_days
        )
        visit = (
            known.values(last_seen_at=at).returning(*allows)
            if was_known
            else anybody.on_conflict_do_update(index_elements=["id"], set_={"last_seen_at": at}).returning(*allows)
        )
        row = (await connection.execute(visit)).first()
        return None if row is None else _preferences_of(row.preferences, row.keeps_days)


def _text_of(preferences: Preferences) -> str:
    return json.dumps(
        {
            "language": preferences.language and preferences.language.value,
            "music": preferences.music.value,
            "era": preferences.era.value,
            "clean_only": preferences.clean_only,
            "shops": sorted(shop.value for shop in preferences.shops),
            "answers_privately": preferences.answers_privately,
            "keeps_diary": preferences.keeps_diary,
            "remembers": preferences.remembers,
            "keeps_days": preferences.keeps_days,
        }
    )


def _preferences_of(text: str | None, keeps_days: int) -> Preferences:
    if text is None:
        return Preferences(keeps_days=keeps_days)
    kept = json.loads(text)
    return Preferences(
        language=Language(kept["language"]) if kept["language"] else None,
        music=MusicLanguage(kept["music"]),
        era=Era(kept["era"]),
        clean_only=kept["clean_only"],
        shops=frozenset(Shop(shop) for shop in kept["shops"]),
        answers_privately=kept["answers_privately"],
        keeps_diary=kept["keeps_diary"],
        remembers=kept["remembers"],
        keeps_days=keeps_days,
    )


def _plain(row: sa.RowMapping) -> dict[str, object]:
    return {
        str(name): value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
        if name != "listener"
    }
