"""How long a provider asks to be left alone: what adapters share of reading ``Retry-After``."""

from collections.abc import Mapping
from typing import Final

LONGEST_REST_S: Final = 30 * 24 * 3_600.0
"""Who asks for so long, or for what is no number, has made a mistake: half a day is the longest that was seen."""


def retry_after(headers: Mapping[str, str], *, default_s: float) -> float:
    """The seconds that an answer asks for, 0 or more; ``default_s`` where it names none that can be meant."""
    return meant(headers.get("Retry-After"), default_s=default_s)


def meant(seconds: object, *, default_s: float) -> float:
    """A number of seconds as it was told, 0 or more; ``default_s`` for what is none, or cannot be meant."""
    try:
        told = float(seconds if isinstance(seconds, str | int | float) else "")
    except (ValueError, OverflowError):
        return default_s
    return max(0.0, told) if told < LONGEST_REST_S else default_s
