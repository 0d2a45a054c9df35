"""Cache, then one provider after another; what nobody knows is remembered for a week."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.domain import AudioFeatures, FoundTrack, NoteKind, RefreshNote
from bot.errors import SourceRefused, Unavailable, UnexpectedAnswer
from bot.ports import FeatureCache

log = structlog.get_logger(__name__)


class FeatureProvider(Protocol):
    """One link of the chain."""

    @property
    def name(self) -> str:
        """What the provider is called in statistics."""
        ...

    def look_up(self, tracks: Sequence[FoundTrack]) -> AsyncIterator[Mapping[str, AudioFeatures]]:
        """Features by track id, batch by batch; a track that it does not know is in none.

        Raises:
            Unavailable, SourceRefused, UnexpectedAnswer: The provider answers no more; what came before is good.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureChain:
    """`AudioFeatureSource` that asks ``providers`` in order, each only for what is still unknown."""

    cache: FeatureCache
    providers: Sequence[FeatureProvider]

    async def features_of(
        self, tracks: Sequence[FoundTrack], found: Callable[[int], None]
    ) -> tuple[Mapping[str, AudioFeatures], Sequence[RefreshNote]]:
        """Features by track id, and which providers failed."""
        known, missed = await self.cache.known([track.id for track in tracks])
        features = dict(known)
        found(len(features))
        asked = [track for track in tracks if track.id not in features and track.id not in missed]
        notes: list[RefreshNote] = []
        for provider in self.providers:
            missing = [track for track in asked if track.id not in features]
            if not missing:
                break
            try:
                async for batch in provider.look_up(missing):
                    await self.cache.keep(provider.name, batch)
                    features.update(batch)
                    found(len(features))
            except (Unavailable, SourceRefused, UnexpectedAnswer) as problem:
                log.warning("features_missing", provider=provider.name, problem=type(problem).__name__)
                notes.append(RefreshNote(kind=NoteKind.FEATURES_MISSING, subject=provider.name))
        if not notes:  # else a provider that is away today may know them tomorrow
            await self.cache.keep_missed([track.id for track in asked if track.id not in features])
        return features, notes
