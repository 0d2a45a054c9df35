"""The tables, for both databases. Migrations create them; a test fails when the two differ."""

from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa

from bot.audio_features import FEATURE_NAMES
from bot.domain import Mood

HEAD: Final = "0003"
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
    sa.Column("is_explicit", sa.Boolean),
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
    sa.Column("last_seen_at", UtcTime, nullable=False),
    sa.Column("keeps_days", sa.Integer, nullable=False),
    sa.Column("preferences", sa.Text),
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
    _mood("towards", nullable=True),
    sa.Column("emotion", sa.String(16)),
    sa.Column("track_ids", sa.JSON),
)

votes = sa.Table(
    "votes",
    metadata,
    _listener(),
    sa.Column("track_id", sa.String(128), primary_key=True),
    sa.Column("vote", sa.String(16), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

corrections = sa.Table(
    "corrections",
    metadata,
    _listener(),
    sa.Column("heard", sa.String(16), primary_key=True),
    sa.Column("meant", sa.String(16), primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
)

diary = sa.Table(
    "diary",
    metadata,
    _listener(),
    sa.Column("at", UtcTime, primary_key=True),
    _mood(),
)

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("address", sa.Text, nullable=False, unique=True),
    _mood(nullable=True),
    sa.Column("snapshot", sa.Text),
    sa.Column("name", sa.Text),
    sa.Column("read_at", UtcTime),
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
    sa.Column("unknown", sa.Integer, nullable=False),
    sa.Column("calls", sa.Integer, nullable=False),
    sa.Column("notes", sa.JSON),
    sa.Column("progress", sa.JSON),
    sa.Column("is_dry", sa.Boolean, nullable=False),
    sa.Column("stops", sa.Boolean, nullable=False),
    sa.Column("alive_at", UtcTime),
)
sa.Index(
    "ix_refresh_runs_one_runs",
    refresh_runs.c.state,
    unique=True,
    sqlite_where=refresh_runs.c.state == "running",
    postgresql_where=refresh_runs.c.state == "running",
)

source_tracks = sa.Table(
    "source_tracks",
    metadata,
    sa.Column("source_id", sa.ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("track_id", sa.String(128), nullable=False),
    sa.Column("isrc", sa.String(16)),
    sa.Column("title", sa.Text),
    sa.Column("artists", sa.JSON, nullable=False),
    sa.Column("year", sa.Integer),
    sa.Column("artwork_url", sa.Text),
    sa.Column("is_explicit", sa.Boolean),
    _mood(nullable=True),
)

staged_tracks = sa.Table(
    "staged_tracks",
    metadata,
    sa.Column("batch", sa.String(64), primary_key=True),
    *(
        sa.Column(column.name, column.type, primary_key=column.primary_key, nullable=column.nullable)
        for column in tracks.columns
        if column.name != "origin"
    ),
)

track_features = sa.Table(
    "track_features",
    metadata,
    sa.Column("track_id", sa.String(128), primary_key=True),
    sa.Column("provider", sa.String(32)),
    sa.Column("asked_at", UtcTime, nullable=False),
    *(sa.Column(name, sa.Float) for name in FEATURE_NAMES),
)

track_details = sa.Table(
    "track_details",
    metadata,
    sa.Column("track_id", sa.String(128), primary_key=True),
    sa.Column("provider", sa.String(32), primary_key=True),
    sa.Column("asked_at", UtcTime, nullable=False),
    sa.Column("is_known", sa.Boolean, nullable=False),
    sa.Column("spotify_id", sa.String(32)),
    sa.Column("title", sa.Text),
    sa.Column("artists", sa.JSON, nullable=False),
    sa.Column("artwork_url", sa.Text),
)

provider_calls = sa.Table(
    "provider_calls",
    metadata,
    sa.Column("provider", sa.String(32), primary_key=True),
    sa.Column("hour", UtcTime, primary_key=True),
    sa.Column("outcome", sa.String(16), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)

provider_rests = sa.Table(
    "provider_rests",
    metadata,
    sa.Column("provider", sa.String(32), primary_key=True),
    sa.Column("retry_at", UtcTime, nullable=False),
)
