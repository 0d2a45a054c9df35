"""Who may come in: whoever names the admin token, and for a day whoever holds the cookie that was given for it."""

import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.ports import Clock

TRIES: Final = 5
TRIES_COUNT_FOR: Final = timedelta(minutes=1)
"""After so many wrong tokens within this time an address must wait; behind a proxy all visitors are one address."""

SESSION_LASTS: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Guards what is the operator's. Sessions live in memory: with the process they end."""

    token: str = field(repr=False)
    clock: Clock
    _wrong: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _sessions: dict[str, datetime] = field(default_factory=dict, repr=False)

    def must_wait(self, address: str) -> bool:
        """Whether this address has tried too often; then even the right token is not looked at."""
        self._forget_the_old()
        return len(self._wrong.get(address, ())) >= TRIES

    def opens(self, given: str, address: str) -> bool:
        """Whether this is the token; the comparison takes as long for a wrong one, which is remembered."""
        if self.must_wait(address):
            return False
        is_right = secrets.compare_digest(_bytes(given), _bytes(self.token))
        if not is_right:
            self._wrong[address].append(self.clock.now())
        return is_right

    def begin(self) -> str:
        """A new session's cookie, which tells nothing about the token."""
        self._forget_the_old()
        cookie = secrets.token_urlsafe()
        self._sessions[cookie] = self.clock.now() + SESSION_LASTS
        return cookie

    def knows(self, cookie: str | None) -> bool:
        """Whether this is the cookie of a session that still lasts."""
        ends = self._sessions.get(cookie or "")
        return ends is not None and self.clock.now() < ends

    def end(self, cookie: str | None) -> None:
        """End a session; one that is unknown has ended already."""
        self._sessions.pop(cookie or "", None)

    def _forget_the_old(self) -> None:
        now = self.clock.now()
        for address, times in list(self._wrong.items()):
            times[:] = [time for time in times if now - time < TRIES_COUNT_FOR]
            if not times:
                del self._wrong[address]
        for cookie, ends in list(self._sessions.items()):
            if ends <= now:
                del self._sessions[cookie]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # JSON can name halves of characters
