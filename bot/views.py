"""What is worked out of a view of the catalogue is worked out once: a view never changes, so its identity is enough."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from bot.ports import Shelves

Worked = TypeVar("Worked")


def once_per_view(work: Callable[[Shelves], Worked]) -> Callable[[Shelves], Worked]:
    """``work``, whose result for the latest view is kept; the next view takes its place."""
    latest: tuple[Shelves, Worked] | None = None

    @wraps(work)
    def kept(shelves: Shelves) -> Worked:
        nonlocal latest
        if latest is None or latest[0] is not shelves:
            latest = (shelves, work(shelves))
        return latest[1]

    return kept
