"""The tables, for both databases. Migrations create them; a test fails when the two differ."""

from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa

from bot.audio_features import FEATURE_NAMES
from bot.domain import Mood

HEAD: Final = "0001"
"""The newest migration. Known here so that an up-to-date database starts without loading Alembic; a test compares."""

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class UtcTime(sa.TypeDecorator[datetime]):
    """An aware UTC time in both databases: SQLite itself forgets the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Store as UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Read as UTC."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _mood(name: str = "mood", *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(16), nullable=nullable)


def _shares() -> list[sa.Column[float]]:
    return [sa.Column(mood.lower(), sa.Float, nullable=False) for mood in Mood]


tracks = sa.Table(
    "tracks",
    metadata,
    sa.Column("id", sa.String(128), primary_key=True),
    sa.Column("origin", sa.String(64), nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("artists", sa.JSON, nullable=False),
    sa.Column("year", sa.Integer),
    sa.Column("popularity", sa.Integer),
    _mood(),
    *_shares(),
    *(sa.Column(name, sa.Float) for name in FEATURE_NAMES),
    sa.Column("artwork_url", sa.Text),
)

origins = sa.Table(
    "origins",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("digest", sa.String(64)),
    sa.Column("replaced_at", UtcTime, nullable=False),
)

catalogue_state = sa.Table(
    "catalogue_state",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, nullable=False),
)

listeners = sa.Table(
    "listeners",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("first_seen_at", UtcTime, nullable=False),
)


def _listener() -> sa.Column[str]:
    return sa.Column("listener", sa.ForeignKey("listeners.id", ondelete="CASCADE"), primary_key=True)


shown = sa.Table(
    "shown",
    metadata,
    _listener(),
    sa.Column("track_id", sa.String(128), primary_key=True),
    _mood(),
    sa.Column("at", UtcTime, nullable=False),
)

wishes = sa.Table(
    "wishes",
    metadata,
    _listener(),
    sa.Column("conversation", sa.String(64), primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    *_shares(),
    sa.Column("lean", sa.Float, nullable=False),
)

votes = sa.Table(
    "votes",
    metadata,
    _listener(),
    sa.Column("track_id", sa.String(128), primary_key=True),
    sa.Column("vote", sa.String(16), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("address", sa.Text, nullable=False, unique=True),
    _mood(nullable=True),
    sa.Column("snapshot", sa.Text),
)

refresh_runs = sa.Table(
    "refresh_runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("finished_at", UtcTime),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("added", sa.Integer, nullable=False),
    sa.Column("kept", sa.Integer, nullable=False),
    sa.Column("dropped", sa.Integer, nullable=False),
    sa.Column("moved", sa.Integer, nullable=False),
    sa.Column("problem", sa.Text),
)
