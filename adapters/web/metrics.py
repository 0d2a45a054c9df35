"""``/metrics``: what this process has done and how full the shelves are, in Prometheus' text form.

The form is a few lines, described at prometheus.io/docs/instrumenting/exposition_formats; no library is needed for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from adapters.web.door import Door
from adapters.web.server import Route
from bot.domain import Concern, Mood, RefreshState, ReplyKind
from bot.errors import Unavailable
from bot.ports import Catalogue
from bot.tally import Tally

LOOPBACK: Final = {"127.0.0.1", "::1"}
FORM: Final = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Shown to this machine while nothing says that a proxy stands in front, and to whoever names the admin token."""

    tally: Tally
    catalogue: Catalogue
    refreshes: Mapping[RefreshState, int] | None
    """How many refreshes of this process ended how; None where it does none."""
    door: Door | None
    is_public: bool
    """Whether the server is reached from outside; then every visitor may come from this machine, through the proxy."""

    @property
    def routes(self) -> list[Route]:
        """What the web server is to serve."""
        return [("GET", "/metrics", self._serve)]

    async def _serve(self, request: web.Request) -> web.Response:
        if not self._may_see(request):
            raise web.HTTPForbidden
        return web.Response(body="".join(await self._lines()).encode(), headers={"Content-Type": FORM})

    def _may_see(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if given and self.door is not None:
            return self.door.opens(given, request.remote or "")
        is_forwarded = self.is_public or not request.headers.keys().isdisjoint({"Forwarded", "X-Forwarded-For"})
        return not is_forwarded and request.remote in LOOPBACK

    async def _lines(self) -> list[str]:
        replies = [(kind, self.tally.replies[kind]) for kind in ReplyKind]
        care = [(concern, self.tally.care[concern]) for concern in Concern]
        lines = [
            *_family("smoody_replies_total", "counter", "Replies given.", "kind", replies),
            *_family("smoody_care_total", "counter", "Replies that put care first.", "tier", care),
        ]
        if self.refreshes is not None:
            ended = [
                (state, self.refreshes.get(state, 0)) for state in RefreshState if state is not RefreshState.RUNNING
            ]
            lines += _family("smoody_refreshes_total", "counter", "Refreshes ended.", "state", ended)
        try:
            shelves = await self.catalogue.shelves()
        except Unavailable:  # what is counted here can be told all the same
            return lines
        sizes = [(mood, len(shelves.tracks_for(mood))) for mood in Mood]
        return [*lines, *_family("smoody_tracks", "gauge", "Tracks in the catalogue.", "mood", sizes)]


def _family(name: str, kind: str, about: str, label: str, values: Iterable[tuple[str, int]]) -> Iterator[str]:
    yield f"# HELP {name} {about}\n# TYPE {name} {kind}\n"
    for key, value in values:
        yield f'{name}{{{label}="{key}"}} {value}\n'
