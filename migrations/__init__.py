"""Versions of the database. A version is never edited once it has landed."""
