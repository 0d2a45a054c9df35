"""How people write where music lies on Spotify: a link, a URI or the bare id, all of which mean the same."""

import re
from typing import Final
from urllib.parse import urlsplit

_ID: Final = r"(?P<id>[0-9A-Za-z]{22})"
_FORMS: Final = (
    r"{id}",
    r"spotify:{kind}:{id}",
    r"(?:https?://)?open\.spotify\.com/(?:intl-[a-z]{{2}}(?:-[a-z]{{2}})?/)?{kind}/{id}/?(?:[?#]\S*)?",
)
_ISRC: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}", re.ASCII)

PLAYLIST: Final = "spotify:playlist:"
FILE: Final = "file:"
ISRC: Final = "isrc:"


def playlist_address(text: str) -> str | None:
    """``spotify:playlist:ID`` for a playlist's link, URI or id; None for anything else."""
    found = _id_in(text, "playlist")
    return PLAYLIST + found if found else None


def track_id(text: str) -> str | None:
    """Spotify's id for a track's link, URI or id; None for anything else."""
    return _id_in(text, "track")


def isrc(text: str) -> str | None:
    """A recording code in capitals without hyphens: ``KR-A30-17-00118`` is ``KRA301700118``; None for anything else."""
    code = text.strip().upper().replace("-", "")
    return code if _ISRC.fullmatch(code) else None


def _id_in(text: str, kind: str) -> str | None:
    for form in _FORMS:
        found = re.fullmatch(form.format(kind=kind, id=_ID), text.strip(), re.ASCII)
        if found:
            return found["id"]
    return None


def is_artwork(url: str) -> bool:
    """Whether an image lies with Spotify's own hosts: nothing else is shown, and our page loads nothing else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme == "https" and host.endswith((".scdn.co", ".spotifycdn.com")) and port in {None, 443}
