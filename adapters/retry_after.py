"""How long a provider asks to be left alone: what adapters over httpx share of reading ``Retry-After``."""

from typing import Final

import httpx

NO_REST_S: Final = 30 * 24 * 3_600.0
"""Who asks for so long, or for what is no number, has made a mistake: half a day is the longest that was seen."""


def retry_after(response: httpx.Response, *, default_s: float) -> float:
    """The seconds that an answer asks for, 0 or more; ``default_s`` where it names none that can be meant."""
    try:
        seconds = float(response.headers.get("Retry-After", default_s))
    except ValueError:
        return default_s
    return max(0.0, seconds) if seconds < NO_REST_S else default_s
