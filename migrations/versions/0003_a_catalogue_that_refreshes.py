"""What refreshes keep: readings of sources, features and details of tracks, calls to providers, turns and progress."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FEATURES = (
    "danceability",
    "acousticness",
    "energy",
    "instrumentalness",
    "liveness",
    "valence",
    "loudness",
    "speechiness",
    "tempo",
)
MOODS = ("happy", "sad", "energetic", "calm")
RUNNING = sa.text("state = 'running'")


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _features() -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Float) for name in FEATURES]


def upgrade() -> None:
    """Make the tables and columns; a run that was under way has ended with its process."""
    op.execute("UPDATE refresh_runs SET state = 'failed', problem = 'its process ended' WHERE state = 'running'")
    with op.batch_alter_table("sources") as sources:
        sources.add_column(sa.Column("name", sa.Text))
        sources.add_column(_time("read_at", nullable=True))
    with op.batch_alter_table("refresh_runs") as runs:
        runs.add_column(sa.Column("unknown", sa.Integer, nullable=False, server_default="0"))
        runs.add_column(sa.Column("calls", sa.Integer, nullable=False, server_default="0"))
        runs.add_column(sa.Column("notes", sa.JSON))
        runs.add_column(sa.Column("progress", sa.JSON))
        runs.add_column(sa.Column("is_dry", sa.Boolean, nullable=False, server_default=sa.false()))
        runs.add_column(sa.Column("stops", sa.Boolean, nullable=False, server_default=sa.false()))
        runs.add_column(_time("alive_at", nullable=True))
    op.create_index(
        "ix_refresh_runs_one_runs",
        "refresh_runs",
        ["state"],
        unique=True,
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    )
    op.create_table(
        "source_tracks",
        sa.Column("source_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("track_id", sa.String(128), nullable=False),
        sa.Column("isrc", sa.String(16)),
        sa.Column("title", sa.Text),
        sa.Column("artists", sa.JSON, nullable=False),
        sa.Column("year", sa.Integer),
        sa.Column("artwork_url", sa.Text),
        sa.Column("is_explicit", sa.Boolean),
        sa.Column("mood", sa.String(16)),
        sa.PrimaryKeyConstraint("source_id", "position", name="pk_source_tracks"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_source_tracks_source_id", ondelete="CASCADE"),
    )
    op.create_table(
        "staged_tracks",
        sa.Column("batch", sa.String(64), nullable=False),
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("artists", sa.JSON, nullable=False),
        sa.Column("year", sa.Integer),
        sa.Column("popularity", sa.Integer),
        sa.Column("mood", sa.String(16), nullable=False),
        *(sa.Column(mood, sa.Float, nullable=False) for mood in MOODS),
        *_features(),
        sa.Column("artwork_url", sa.Text),
        sa.Column("is_explicit", sa.Boolean),
        sa.PrimaryKeyConstraint("batch", "id", name="pk_staged_tracks"),
    )
    op.create_table(
        "track_features",
        sa.Column("track_id", sa.String(128), nullable=False),
        sa.Column("provider", sa.String(32)),
        _time("asked_at"),
        *_features(),
        sa.PrimaryKeyConstraint("track_id", name="pk_track_features"),
    )
    op.create_table(
        "track_details",
        sa.Column("track_id", sa.String(128), nullable=False),
        sa.Column("provider", sa.String(32), nullable=False),
        _time("asked_at"),
        sa.Column("is_known", sa.Boolean, nullable=False),
        sa.Column("spotify_id", sa.String(32)),
        sa.Column("title", sa.Text),
        sa.Column("artists", sa.JSON, nullable=False),
        sa.Column("artwork_url", sa.Text),
        sa.PrimaryKeyConstraint("track_id", "provider", name="pk_track_details"),
    )
    op.create_table(
        "provider_calls",
        sa.Column("provider", sa.String(32), nullable=False),
        _time("hour"),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("provider", "hour", "outcome", name="pk_provider_calls"),
    )
    op.create_table(
        "provider_rests",
        sa.Column("provider", sa.String(32), nullable=False),
        _time("retry_at"),
        sa.PrimaryKeyConstraint("provider", name="pk_provider_rests"),
    )


def downgrade() -> None:
    """Go back; sources stay, and are read anew after the next upgrade."""
    for table in (
        "provider_rests",
        "provider_calls",
        "track_details",
        "track_features",
        "staged_tracks",
        "source_tracks",
    ):
        op.drop_table(table)
    op.drop_index("ix_refresh_runs_one_runs", "refresh_runs")
    op.execute("UPDATE refresh_runs SET state = 'failed' WHERE state = 'cancelled'")
    with op.batch_alter_table("refresh_runs") as runs:
        for name in ("alive_at", "stops", "is_dry", "progress", "notes", "calls", "unknown"):
            runs.drop_column(name)
    with op.batch_alter_table("sources") as sources:
        for name in ("read_at", "name"):
            sources.drop_column(name)
