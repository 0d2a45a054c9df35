"""Audio features from Spotify itself, for applications from before November 2024; others are refused with 403.

Spotify's terms forbid feeding them to a model, so an operator has to switch this on.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import spotipy

from adapters.spotify.client import PROVIDER, SpotifyClient
from bot.audio_features import parse_features
from bot.domain import AudioFeatures, FoundTrack
from bot.errors import FeaturesRefused, SpotifyAnswerUnexpected

IDS_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotifyFeatures:
    """A link of the chain of audio features."""

    client: SpotifyClient
    name: str = PROVIDER

    async def look_up(self, tracks: Sequence[FoundTrack]) -> AsyncIterator[Mapping[str, AudioFeatures]]:
        """Features of the tracks that Spotify has analysed."""
        ids = [track.id for track in tracks if ":" not in track.id]
        for start in range(0, len(ids), IDS_AT_ONCE):
            some = ids[start : start + IDS_AT_ONCE]
            yield _parsed(await self.client.call(partial(_ask, ids=some)), some)


def _ask(spotify: spotipy.Spotify, ids: Sequence[str]) -> Any:
    return spotify._get("audio-features", ids=",".join(ids))  # its public method warns that the endpoint is old


def _parsed(answer: Any, asked: Sequence[str]) -> dict[str, AudioFeatures]:
    rows = answer.get("audio_features") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise SpotifyAnswerUnexpected("Spotify answered with something that is no list of audio features")
    found: dict[str, AudioFeatures] = {}
    for row in rows:
        if isinstance(row, dict) and row.get("id") in asked:
            try:
                found[row["id"]] = parse_features(row)
            except FeaturesRefused:
                continue
    return found
