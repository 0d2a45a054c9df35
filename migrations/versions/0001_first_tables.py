"""The first tables: catalogue, listeners' history, sources, refresh runs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOODS = ("happy", "sad", "energetic", "calm")
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


def _shares() -> list[sa.Column[float]]:
    return [sa.Column(mood, sa.Float, nullable=False) for mood in MOODS]


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _listener(table: str) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    return (
        sa.Column("listener", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["listener"], ["listeners.id"], name=f"fk_{table}_listener", ondelete="CASCADE"),
    )


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "tracks",
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("artists", sa.JSON, nullable=False),
        sa.Column("year", sa.Integer),
        sa.Column("popularity", sa.Integer),
        sa.Column("mood", sa.String(16), nullable=False),
        *_shares(),
        *(sa.Column(name, sa.Float) for name in FEATURES),
        sa.Column("artwork_url", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_tracks"),
    )
    op.create_index("ix_tracks_origin", "tracks", ["origin"])
    op.create_table(
        "origins",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64)),
        _time("replaced_at"),
        sa.PrimaryKeyConstraint("name", name="pk_origins"),
    )
    state = op.create_table(
        "catalogue_state",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_state"),
    )
    op.bulk_insert(state, [{"id": 1, "version": 0}])
    op.create_table(
        "listeners",
        sa.Column("id", sa.String(64), nullable=False),
        _time("first_seen_at"),
        sa.PrimaryKeyConstraint("id", name="pk_listeners"),
    )
    op.create_table(
        "shown",
        *_listener("shown"),
        sa.Column("track_id", sa.String(128), nullable=False),
        sa.Column("mood", sa.String(16), nullable=False),
        _time("at"),
        sa.PrimaryKeyConstraint("listener", "track_id", name="pk_shown"),
    )
    op.create_table(
        "wishes",
        *_listener("wishes"),
        sa.Column("conversation", sa.String(64), nullable=False),
        _time("at"),
        *_shares(),
        sa.Column("lean", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("listener", "conversation", name="pk_wishes"),
    )
    op.create_table(
        "votes",
        *_listener("votes"),
        sa.Column("track_id", sa.String(128), nullable=False),
        sa.Column("vote", sa.String(16), nullable=False),
        _time("at"),
        sa.PrimaryKeyConstraint("listener", "track_id", name="pk_votes"),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("mood", sa.String(16)),
        sa.Column("snapshot", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("address", name="uq_sources_address"),
    )
    op.create_table(
        "refresh_runs",
        sa.Column("id", sa.Integer, nullable=False),
        _time("started_at"),
        _time("finished_at", nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("added", "kept", "dropped", "moved")),
        sa.Column("problem", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_refresh_runs"),
    )


def downgrade() -> None:
    """Take back."""
    for table in (
        "refresh_runs",
        "sources",
        "votes",
        "wishes",
        "shown",
        "listeners",
        "catalogue_state",
        "origins",
        "tracks",
    ):
        op.drop_table(table)
