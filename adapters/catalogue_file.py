"""Tracks as CSV: the form of the starter catalogue, of exports and of imports. Artists are joined by "; "."""

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from adapters import received
from bot.audio_features import FEATURE_NAMES, parse_features
from bot.domain import AudioFeatures, Mood, Track
from bot.errors import CatalogueFileRefused, FeaturesRefused
from bot.mood_policy import leading, normalised, only
from bot.ports import MoodTagger

COLUMNS: Final = (
    "id",
    "title",
    "artists",
    "year",
    "popularity",
    "mood",
    *(mood.lower() for mood in Mood),
    *FEATURE_NAMES,
    "artwork_url",
    "is_explicit",
)
_SPELLINGS: Final = {"true": True, "false": False}
_ID: Final = re.compile(r"[A-Za-z0-9]{22}|[a-z]{1,16}:\S{1,100}", re.ASCII)


def read_catalogue(text: str, tagger: MoodTagger | None = None) -> list[Track]:
    """Tracks of a CSV with a header; the columns ``id``, ``title`` and ``artists`` are needed, others are optional.

    A row's mood comes from its four scores, else from its ``mood``, else from ``tagger`` and its nine features.

    Raises:
        CatalogueFileRefused: A column is missing, or a row (named by its number) cannot be a track.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = {"id", "title", "artists"} - set(rows.fieldnames or ())
    if missing:
        raise CatalogueFileRefused(f"the first line must name the columns {', '.join(sorted(missing))}")
    tracks: dict[str, Track] = {}
    try:
        for row in rows:
            track = _track(row, tracks, tagger)
            tracks[track.id] = track
    except (ValueError, csv.Error, FeaturesRefused) as cause:
        raise CatalogueFileRefused(f"line {rows.line_num}: {cause}") from cause
    return list(tracks.values())


def write_catalogue(tracks: Iterable[Track]) -> Iterator[str]:
    """Lines of a CSV that `read_catalogue` reads back to the same tracks."""
    yield _line(COLUMNS)
    for track in tracks:
        yield _line(
            [
                track.id,
                track.title,
                received.joined(track.artists),
                track.year,
                track.popularity,
                track.mood.value,
                *(round(track.mood_scores[mood], 6) for mood in Mood),
                *(getattr(track.features, name, None) for name in FEATURE_NAMES),
                track.artwork_url,
                None if track.is_explicit is None else str(track.is_explicit).lower(),
            ]
        )


def is_same(track: Track, known: Track | None) -> bool:
    """Whether a track says nothing that the known one does not: as a file would spell them."""
    return known is not None and list(write_catalogue([track])) == list(write_catalogue([known]))


def _line(values: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow("" if value is None else value for value in values)
    return line.getvalue()


def _track(row: Mapping[str, str | None], before: Mapping[str, Track], tagger: MoodTagger | None) -> Track:
    track_id, title = _needed(row, "id"), _needed(row, "title")
    if not _ID.fullmatch(track_id):
        raise ValueError(f"id: {track_id[:40]!r} is neither 22 letters and digits of Spotify's nor namespace:id")
    if track_id in before:
        raise ValueError(f"the id {track_id} was there before")
    features, year = _features(row), received.text(row.get("year"))
    mood, scores = _mood(row, features, tagger)
    return Track(
        id=track_id,
        title=title,
        artists=_artists(row),
        mood=mood,
        mood_scores=scores,
        features=features,
        year=received.year(year) if year else None,
        popularity=_popularity(row),
        artwork_url=received.text(row.get("artwork_url")),
        is_explicit=_is_explicit(row),
    )


def _mood(
    row: Mapping[str, str | None], features: AudioFeatures | None, tagger: MoodTagger | None
) -> tuple[Mood, Mapping[Mood, float]]:
    given = row.get("mood")
    if given and given not in set(Mood):
        raise ValueError(f"mood: {given!r} is none of {', '.join(Mood)}")
    if all(row.get(mood.lower()) for mood in Mood):
        given_scores = {mood: _number(row, mood.lower()) for mood in Mood}
        if min(given_scores.values()) < 0:
            raise ValueError("a mood score is below zero")
        scores = normalised(given_scores)
    elif features is not None and tagger is not None:
        (scores,) = tagger.tag([features])
    elif given:
        scores = only(Mood(given))
    else:
        raise ValueError("neither a mood nor all nine audio features are given")
    return (Mood(given) if given else leading(scores)), scores


def _features(row: Mapping[str, str | None]) -> AudioFeatures | None:
    if not any(row.get(name) for name in FEATURE_NAMES):
        return None
    return parse_features({name: _number(row, name) for name in FEATURE_NAMES if row.get(name)})


def _needed(row: Mapping[str, str | None], column: str) -> str:
    value = received.text(row.get(column))
    if value is None:
        raise ValueError(f"{column}: empty")
    return value


def _artists(row: Mapping[str, str | None]) -> tuple[str, ...]:
    artists = received.artists(row.get("artists") or "")
    if not artists:
        raise ValueError("artists: empty")
    return artists


def _number(row: Mapping[str, str | None], column: str) -> float:
    try:
        number = float(row.get(column) or "")
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{column}: {(row.get(column) or '')[:40]!r} is no number")
    return number


def _is_explicit(row: Mapping[str, str | None]) -> bool | None:
    """Spreadsheets write truth values in capitals."""
    told = received.text(row.get("is_explicit"))
    if told is None:
        return None
    if told.lower() not in _SPELLINGS:
        raise ValueError(f"is_explicit: {told[:20]!r} is neither true nor false")
    return _SPELLINGS[told.lower()]


def _popularity(row: Mapping[str, str | None]) -> int | None:
    if not row.get("popularity"):
        return None
    popularity = _number(row, "popularity")
    if not 0 <= popularity <= 100:
        raise ValueError(f"popularity: {popularity:g} is outside 0..100")
    return int(popularity)
