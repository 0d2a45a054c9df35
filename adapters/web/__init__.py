"""The web chat: one page, one socket, no reloads."""
