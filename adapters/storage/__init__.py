"""The database: catalogue, listeners' history, sources and refresh runs over SQLAlchemy Core."""
