"""What holds for a while after words of suicide or self-harm: answers keep the line to help, and nothing probes.

In memory only. That somebody spoke so is never written down, so a restart forgets it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.domain import ConversationId, ListenerId, Speaker

LASTS: Final = timedelta(hours=1)
"""As long as an answer keeps its context."""


@dataclass(slots=True)
class Aftercare:
    """Who spoke so within the last hour, and where."""

    _since: dict[tuple[ListenerId, ConversationId], datetime] = field(default_factory=dict)

    def begin(self, speaker: Speaker, at: datetime) -> None:
        """Such words were said just now."""
        self._since = {who: since for who, since in self._since.items() if at - since < LASTS}
        self._since[speaker.listener, speaker.conversation] = at

    def lasts(self, speaker: Speaker, at: datetime) -> bool:
        """Whether they were said here not long ago."""
        since = self._since.get((speaker.listener, speaker.conversation))
        return since is not None and at - since < LASTS

    def end(self, speaker: Speaker) -> None:
        """The listener took it back, or had everything forgotten."""
        self._since = {who: since for who, since in self._since.items() if who[0] != speaker.listener}
