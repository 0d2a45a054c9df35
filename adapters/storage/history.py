"""What is kept of listeners, over SQL: shown tracks, the last wish of a conversation, votes. Never words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage.database import Database
from adapters.storage.tables import listeners, shown, votes, wishes
from bot.domain import ConversationId, ListenerId, Mood, ShownCards, Taste, Vote, Wish

_OF_A_LISTENER = (shown, wishes, votes)


@dataclass(frozen=True, slots=True)
class SqlHistory:
    """`History` over SQL. One row a listener and track, so it cannot outgrow the catalogue."""

    database: Database

    async def taste(self, listener: ListenerId) -> Taste:
        """What this listener was shown and how they voted."""
        seen = sa.select(shown.c.track_id, shown.c.at, sa.null().label("vote")).where(shown.c.listener == listener)
        voted = sa.select(votes.c.track_id, votes.c.at, votes.c.vote).where(votes.c.listener == listener)
        async with self.database.reading() as connection:  # one statement: each costs a listener's time
            rows = (await connection.execute(seen.union_all(voted))).all()
        return Taste(
            last_shown={row.track_id: row.at for row in rows if row.vote is None},
            votes={row.track_id: Vote(row.vote) for row in rows if row.vote is not None},
        )

    async def remember(self, listener: ListenerId, cards: ShownCards) -> None:
        """Keep what was shown."""
        wish = {"at": cards.at, "lean": cards.wish.lean, **{mood.lower(): cards.wish.mix[mood] for mood in Mood}}
        async with self.database.writing() as connection:
            await self._meet(connection, listener, cards.at)
            if cards.tracks:
                await self._show(connection, listener, cards)
            await connection.execute(
                self.database.insert(wishes)
                .values(listener=listener, conversation=cards.conversation, **wish)
                .on_conflict_do_update(index_elements=["listener", "conversation"], set_=wish)
            )

    async def last_wish(self, listener: ListenerId, conversation: ConversationId, *, since: datetime) -> Wish | None:
        """The wish behind the newest answer in this conversation."""
        async with self.database.reading() as connection:
            found = await connection.execute(
                sa.select(wishes).where(
                    wishes.c.listener == listener, wishes.c.conversation == conversation, wishes.c.at >= since
                )
            )
            row = found.mappings().first()
        if row is None:
            return None
        return Wish(mix={mood: row[mood.lower()] for mood in Mood}, lean=row["lean"])

    async def vote(self, listener: ListenerId, track_id: str, vote: Vote | None, *, at: datetime) -> None:
        """Keep a vote, or take it back with None."""
        async with self.database.writing() as connection:
            if vote is None:
                await connection.execute(
                    sa.delete(votes).where(votes.c.listener == listener, votes.c.track_id == track_id)
                )
                return
            await self._meet(connection, listener, at)
            kept = {"vote": vote.value, "at": at}
            await connection.execute(
                self.database.insert(votes)
                .values(listener=listener, track_id=track_id, **kept)
                .on_conflict_do_update(index_elements=["listener", "track_id"], set_=kept)
            )

    async def forget(self, listener: ListenerId) -> int:
        """Remove every row of this listener."""
        async with self.database.writing() as connection:
            removed = 0
            for table, column in (
                *((table, table.c.listener) for table in _OF_A_LISTENER),
                (listeners, listeners.c.id),
            ):
                removed += (await connection.execute(sa.delete(table).where(column == listener))).rowcount
        return removed

    async def export(self, listener: ListenerId) -> Mapping[str, object]:
        """All that is kept of this listener, as plain values ready for JSON."""
        async with self.database.reading() as connection:
            met = await connection.scalar(sa.select(listeners.c.first_seen_at).where(listeners.c.id == listener))
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
            "first_seen_at": met.isoformat() if met else None,
            **{name: [_plain(row) for row in found] for name, found in rows.items()},
        }

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

    async def _meet(self, connection: AsyncConnection, listener: ListenerId, at: datetime) -> None:
        await connection.execute(
            self.database.insert(listeners).values(id=listener, first_seen_at=at).on_conflict_do_nothing()
        )


def _plain(row: sa.RowMapping) -> dict[str, object]:
    return {
        str(name): value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
        if name != "listener"
    }
