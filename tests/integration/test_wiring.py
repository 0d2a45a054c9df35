"""What the composition root does when parts of it fail."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import pytest
import structlog

from bot.errors import BundleCorrupt
from bot.wiring import stay_open


@dataclass
class Broken(AbstractAsyncContextManager[None]):
    """Something that cannot be opened."""

    problem: Exception

    async def __aenter__(self) -> None:
        raise self.problem

    async def __aexit__(self, *_: object) -> None:
        """Never reached."""


@pytest.mark.parametrize(
    "problem", [BundleCorrupt("damaged"), ImportError("no module"), ExceptionGroup("x", [OSError()])]
)
async def test_what_refreshes_and_cannot_be_opened_late_is_told_once_and_ends_nothing_else(problem: Exception) -> None:
    with structlog.testing.capture_logs() as logged:
        await stay_open(lambda: Broken(problem), 0)
    assert [line["event"] for line in logged] == ["refreshing_given_up"]
