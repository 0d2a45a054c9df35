"""What listeners choose and correct: preferences, retention, corrections, the diary, and more of the last wish."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEEPS_DAYS = "365"


def _of_a_listener(table: str) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    return (
        sa.Column("listener", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["listener"], ["listeners.id"], name=f"fk_{table}_listener", ondelete="CASCADE"),
    )


def upgrade() -> None:
    """Make the tables and columns; whoever was there before counts as seen when they first were."""
    op.add_column("tracks", sa.Column("is_explicit", sa.Boolean))
    with op.batch_alter_table("listeners") as listeners:
        listeners.add_column(sa.Column("last_seen_at", sa.DateTime(timezone=True)))
        listeners.add_column(sa.Column("keeps_days", sa.Integer, nullable=False, server_default=KEEPS_DAYS))
        listeners.add_column(sa.Column("preferences", sa.Text))
    op.execute("UPDATE listeners SET last_seen_at = first_seen_at")
    with op.batch_alter_table("listeners") as listeners:
        listeners.alter_column("last_seen_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        listeners.alter_column("keeps_days", existing_type=sa.Integer, server_default=None)
    op.add_column("wishes", sa.Column("towards", sa.String(16)))
    op.add_column("wishes", sa.Column("emotion", sa.String(16)))
    op.add_column("wishes", sa.Column("track_ids", sa.JSON))
    op.create_table(
        "corrections",
        *_of_a_listener("corrections"),
        sa.Column("heard", sa.String(16), nullable=False),
        sa.Column("meant", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("listener", "heard", "meant", name="pk_corrections"),
    )
    op.create_table(
        "diary",
        *_of_a_listener("diary"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mood", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("listener", "at", name="pk_diary"),
    )


def downgrade() -> None:
    """Go back; what listeners chose and corrected is lost."""
    op.drop_table("diary")
    op.drop_table("corrections")
    with op.batch_alter_table("wishes") as wishes:
        for name in ("track_ids", "emotion", "towards"):
            wishes.drop_column(name)
    with op.batch_alter_table("listeners") as listeners:
        for name in ("preferences", "keeps_days", "last_seen_at"):
            listeners.drop_column(name)
    with op.batch_alter_table("tracks") as tracks:
        tracks.drop_column("is_explicit")
