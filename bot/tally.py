"""What this process has done since it began, in numbers: nothing of any listener, nothing of any words."""

from collections import Counter
from dataclasses import dataclass, field

from bot.domain import Concern, ReplyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts for whoever watches the service."""

    replies: Counter[ReplyKind] = field(default_factory=Counter)
    care: Counter[Concern] = field(default_factory=Counter)
    """Replies that put care first, by how grave the concern was."""
