"""Alembic's environment: on a connection that SMOODY hands over, or, for authors of migrations, a fresh SQLite."""

from alembic import context
from sqlalchemy import Connection, create_engine

from adapters.storage.tables import metadata


def migrate(connection: Connection) -> None:
    """Run the wanted migrations in one transaction."""
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with create_engine("sqlite://").connect() as scratch:
        migrate(scratch)
