"""One file a version; a version is never edited once it has landed."""
