"""What comes from outside, in a form that every database and platform can keep: what adapters share of reading it.

One bad value must not end the work on thousands of good ones. Text may hold half a character, which no UTF-8 has, or
NUL, which PostgreSQL refuses; years may be larger than any column.
"""

import re
from collections.abc import Iterable
from typing import Final
from unicodedata import normalize

from bot.addresses import is_artwork

_ARTIST_SEPARATOR: Final = "; "
_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")
_YEAR: Final = re.compile(r"0*(\d{1,4})(?:\.0*)?", re.ASCII)
"""Spreadsheets and pandas write whole numbers as ``1999.0``."""


def text(value: object) -> str | None:
    """A text in the one form that we keep, composed and without a margin; None for what is none, or empty."""
    return normalize("NFC", _NO_TEXT.sub("", value)).strip() or None if isinstance(value, str) else None


def texts(values: Iterable[object]) -> tuple[str, ...]:
    """All that are texts and not empty."""
    return tuple(told for each in values if (told := text(each)))


def artists(joined: str) -> tuple[str, ...]:
    """The artists of one cell of a file."""
    return texts(joined.split(_ARTIST_SEPARATOR))


def joined(artists: Iterable[str]) -> str:
    """One cell with all these artists."""
    return _ARTIST_SEPARATOR.join(artists)


def year(told: str) -> int:
    """A year, 1 to 9999.

    Raises:
        ValueError: It is none.
    """
    found = _YEAR.fullmatch(told.strip())
    if found is None or not int(found[1]):
        raise ValueError(f"year: {told[:20]!r} is no year")
    return int(found[1])


def artwork(value: object) -> str | None:
    """The address of a picture on Spotify's own hosts; None for anything else."""
    address = text(value)
    return address if address == value and address is not None and is_artwork(address) else None
