"""One folder or file for each outside thing; they do not know each other."""
