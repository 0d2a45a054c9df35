"""The three playlist-labelled sets of tracks, read from files that stay outside the repository: none has a licence.

A directory of data holds ``data_moods.csv``, ``data_moods_v1_2020-08-14.csv``, ``kannan_Train.csv`` and
``bdizon_all_songs.csv``; CARD.md of the bundle says where each comes from.
"""

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.audio_features import parse_features
from bot.domain import AudioFeatures, Mood
from bot.errors import FeaturesRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledTrack:
    """A track that a person put into a playlist of one mood. ``source`` is the short name of its set."""

    id: str
    title: str
    artist: str
    features: AudioFeatures
    mood: Mood
    source: str

    @property
    def recording(self) -> str:
        """Equal for the same recording under two ids (single and album), so that it never stands in train and test."""
        return f"{_plain(self.title)}|{_plain(self.artist)}"


DATA_MOODS: Final = "data_moods"
KANNAN: Final = "kannan"
BDIZON: Final = "bdizon"
SOURCES: Final = (DATA_MOODS, KANNAN, BDIZON)
FILES: Final[Mapping[str, str]] = {
    DATA_MOODS: "data_moods.csv",
    KANNAN: "kannan_Train.csv",
    BDIZON: "bdizon_all_songs.csv",
}
_FIRST_VERSION: Final = "data_moods_v1_2020-08-14.csv"

_MOODS: Final[Mapping[str, Mood]] = {mood.value.lower(): mood for mood in Mood} | {"angry": Mood.ENERGETIC}
"""bdizon's third playlist mood is "angry": loud, fast, tense. Of our four moods it is Energetic, and never another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """One file, read: its tracks, and what was left out and why."""

    tracks: tuple[LabelledTrack, ...]
    ambiguous: frozenset[str]
    """Ids that stand in the file under two moods."""
    refused: tuple[str, ...]
    """Rows that cannot be a track, each with its reason."""


def read_source(directory: Path, source: str) -> LabelledSet:
    """One set, in the order of its file, each id once."""
    tracks: dict[str, LabelledTrack] = {}
    moods: dict[str, set[Mood]] = defaultdict(set)
    refused: list[str] = []
    for number, row in enumerate(_rows(directory / FILES[source], source), start=1):
        try:
            track = _track(row, source)
        except FeaturesRefused as cause:
            refused.append(f"{FILES[source]}, track {number}: {cause}")
            continue
        tracks.setdefault(track.id, track)
        moods[track.id].add(track.mood)
    ambiguous = frozenset(track_id for track_id, found in moods.items() if len(found) > 1)
    kept = tuple(track for track in tracks.values() if track.id not in ambiguous)
    return LabelledSet(tracks=kept, ambiguous=ambiguous, refused=tuple(refused))


def read_joint(directory: Path) -> list[LabelledTrack]:
    """All three sets; a track that stands in several counts for the first of ``SOURCES`` and has its mood there."""
    tracks: dict[str, LabelledTrack] = {}
    for source in SOURCES:
        for track in read_source(directory, source).tracks:
            tracks.setdefault(track.id, track)
    return list(tracks.values())


def read_doubles(directory: Path) -> frozenset[str]:
    """Ids that stood in both the Happy and the Energetic playlist before the authors kept one label at random."""
    moods: dict[str, set[str]] = defaultdict(set)
    with (directory / _FIRST_VERSION).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            moods[row["id"]].add(row["mood"])
    return frozenset(track for track, found in moods.items() if len(found) > 1)


def _rows(path: Path, source: str) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        if source == BDIZON:
            next(file)  # a first header line of column numbers
        yield from csv.DictReader(file)


def _track(row: Mapping[str, str], source: str) -> LabelledTrack:
    return LabelledTrack(
        id=_first(row, "id", "uri", "").removeprefix("spotify:track:"),
        title=_first(row, "name", "track_name"),
        artist=_first(row, "artist", "artist_name"),
        features=parse_features(row),
        mood=_MOODS[row["mood"].lower()],
        source=source,
    )


def _first(row: Mapping[str, str], *columns: str) -> str:
    return next(row[column] for column in columns if column in row)


def _plain(text: str) -> str:
    """Case, spaces, brackets ("feat. …", "Remastered") and punctuation removed; letters of every script are kept."""
    outside = re.sub(r"[(\[].*?[)\]]| - .*", "", unicodedata.normalize("NFKC", text).casefold())
    return re.sub(r"[\W_]+", "", outside) or text


def summary(tracks: Iterable[LabelledTrack]) -> dict[str, dict[str, int]]:
    """Numbers of tracks by source and mood."""
    table: dict[str, dict[str, int]] = {}
    for track in tracks:
        row = table.setdefault(track.source, dict.fromkeys(Mood, 0))
        row[track.mood] += 1
    return table
