"""Nine numbers describe how a track sounds; a row that cannot be such a description is refused by name.

Nothing is filled in, clipped or converted here: a guessed loudness would become a confident mood on somebody's card.
"""

import math
import re
from collections.abc import Mapping
from numbers import Real
from typing import Final, NamedTuple

from bot.domain import AudioFeatures
from bot.errors import FeaturesRefused


class Range(NamedTuple):
    """Where a feature can lie, both ends included, and what a value elsewhere probably is."""

    low: float
    high: float
    words: str
    hint: str


_SHARE: Final = Range(0.0, 1.0, "0..1", "is it a percentage?")
"""Spotify documents these as 0.0 to 1.0; a value such as 61 comes from an export in per cent."""

_LOUDNESS: Final = Range(-60.0, 5.0, "-60..+5 dB", "is it in another unit than dB?")
"""-60 is Spotify's floor for silence. Loud masters lie above 0 (+0.9 in our catalogue), none above +5."""

_TEMPO: Final = Range(1.0, 300.0, "1..300 beats a minute", "is it in another unit than beats a minute?")
"""The largest tempo that Spotify gives is about 250. It gives 0 where it heard no beat at all: such a track is silence,
noise or speech, and some of its other features are 0 for want of a value, so it is refused rather than tagged."""

RANGES: Final[Mapping[str, Range]] = {
    "danceability": _SHARE,
    "acousticness": _SHARE,
    "energy": _SHARE,
    "instrumentalness": _SHARE,
    "liveness": _SHARE,
    "valence": _SHARE,
    "loudness": _LOUDNESS,
    "speechiness": _SHARE,
    "tempo": _TEMPO,
}
"""The nine features in the order of `AudioFeatures`, with the range of each."""

FEATURE_NAMES: Final[tuple[str, ...]] = tuple(RANGES)
"""The order in which models and files have them."""

_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
"""A number as CSV files spell it. ``float`` alone would also take "nan", "inf", "1_000" and digits of other scripts."""


def parse_features(row: Mapping[str, object]) -> AudioFeatures:
    """Read the nine features from a row of a CSV file or a JSON answer; other keys are ignored.

    A number may be spelt as text, as all values of a CSV file are; a truth value is no number.

    Raises:
        FeaturesRefused: A feature is missing, no number, not finite or outside its range. The text names every such
            feature and says what is wrong with it: ``energy: 61 is outside 0..1; is it a percentage?``
    """
    values: dict[str, float] = {}
    problems: list[str] = []
    for name, allowed in RANGES.items():
        read = _read(row.get(name), allowed)
        if isinstance(read, str):
            problems.append(f"{name}: {read}")
        else:
            values[name] = read
    if problems:
        raise FeaturesRefused("; ".join(problems))
    return AudioFeatures(**values)


def _read(value: object, allowed: Range) -> float | str:
    """The number, or what is wrong with it."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return "missing"
    if isinstance(value, bool):
        return f"{value} is a truth value, not a number"
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        return f"{value[:40]!r} is text, not a number"
    if not isinstance(value, str | Real):
        return f"a {type(value).__name__} is not a number"
    try:
        number = float(value)
    except OverflowError:
        return "too large for a number"
    if not math.isfinite(number):
        return f"{number} is not a finite number"
    if not allowed.low <= number <= allowed.high:
        return f"{number:g} is outside {allowed.words}; {allowed.hint}"
    return number
