"""How a month of moods looks. Importing this loads matplotlib."""

import calendar
import io
from collections.abc import Callable, Mapping
from math import cos, pi, sin
from pathlib import Path as File
from typing import Any, Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from adapters.diary import Month
from bot.domain import Mood

FONT: Final = File(__file__).parent / "calendar.otf"

WIDTH: Final = 1080
"""Pixels; all other measures below, too. Shown on a phone it shrinks to a third."""
MARGIN: Final = 60
CELL: Final = (WIDTH - 2 * MARGIN) / 7
GAP: Final = 10
HEAD: Final = 230
FOOT: Final = 150

CARD: Final = "#fffdfb"
INK: Final = "#2b2226"
QUIET: Final = "#695c61"
BLANK: Final = "#f3ece9"
TODAY: Final = "#b3245f"
COLOURS: Final[Mapping[Mood, str]] = {
    Mood.HAPPY: "#ffd76a",
    Mood.SAD: "#a9c3f5",
    Mood.ENERGETIC: "#ffab8a",
    Mood.CALM: "#9fdccb",
}
"""The picture brings its own light card, so that it reads the same on dark and light screens."""


def draw(month: Month) -> bytes:
    """A month as a PNG."""
    weeks = calendar.Calendar(firstweekday=calendar.SUNDAY).monthdayscalendar(month.year, month.month)
    height = HEAD + len(weeks) * CELL + FOOT
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72, facecolor=CARD)  # at 72 dpi a point is a pixel
    paper = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))
    paper.set_axis_off()
    _write(paper, MARGIN + GAP / 2, 100, month.title, size=64, align="left")
    for column, name in enumerate(month.weekdays):
        _write(paper, MARGIN + (column + 0.5) * CELL, 190, name, size=34, colour=QUIET)
    for row, week in enumerate(weeks):
        for column, day in enumerate(week):
            if day:
                corner = (MARGIN + column * CELL, HEAD + row * CELL)
                _day(paper, *corner, day, month.days.get(day), is_today=day == month.today)
    for place, (mood, name) in enumerate(month.legend.items()):
        _legend(paper, MARGIN + place * (WIDTH - 2 * MARGIN) / len(month.legend), height - FOOT / 2, mood, name)
    picture = io.BytesIO()
    FigureCanvasAgg(figure).print_png(picture, metadata={"Software": None})
    return picture.getvalue()


def _day(paper: Any, x: float, y: float, day: int, mood: Mood | None, *, is_today: bool) -> None:
    side = CELL - GAP
    _tile(paper, x + GAP / 2, y + GAP / 2, side, COLOURS[mood] if mood else BLANK, ring=is_today)
    _write(paper, x + CELL / 2, y + 0.25 * CELL, str(day), size=32, colour=INK if mood else QUIET)
    if mood:
        _shape(paper, x + CELL / 2, y + 0.65 * CELL, 0.21 * CELL, mood)


def _legend(paper: Any, x: float, y: float, mood: Mood, name: str) -> None:
    side = 60
    _tile(paper, x + GAP / 2, y - side / 2, side, COLOURS[mood], ring=False)
    _shape(paper, x + GAP / 2 + side / 2, y, 0.32 * side, mood)
    _write(paper, x + GAP / 2 + side + 14, y, name, size=32, align="left")


def _tile(paper: Any, x: float, y: float, side: float, colour: str, *, ring: bool) -> None:
    style = f"round,pad=0,rounding_size={side / 5}"
    edge = {"edgecolor": TODAY, "linewidth": 7} if ring else {"linewidth": 0}
    paper.add_patch(FancyBboxPatch((x, y), side, side, boxstyle=style, facecolor=colour, **edge))


def _shape(paper: Any, x: float, y: float, radius: float, mood: Mood) -> None:
    path = _SHAPES[mood]().transformed(Affine2D().scale(radius).translate(x, y))
    is_filled = mood in {Mood.SAD, Mood.ENERGETIC}
    paper.add_patch(
        PathPatch(
            path,
            facecolor=INK if is_filled else "none",
            edgecolor=INK,
            linewidth=radius / 5,
            capstyle="round",
            joinstyle="round",
        )
    )


def _write(
    paper: Any, x: float, y: float, words: str, *, size: float, colour: str = INK, align: str = "center"
) -> None:
    font = FontProperties(fname=FONT, size=size)
    paper.text(x, y, words, fontproperties=font, color=colour, ha=align, va="center_baseline")


def _sun() -> Any:
    angles = [step * pi / 4 for step in range(8)]
    rays = [Path([(0.7 * cos(a), 0.7 * sin(a)), (1.0 * cos(a), 1.0 * sin(a))]) for a in angles]
    return Path.make_compound_path(Path.circle((0, 0), 0.42), *rays)


def _drop() -> Any:
    curves = [(0, -1), (0.2, -0.6), (0.68, -0.1), (0.68, 0.3), (0.68, 0.7), (0.38, 1), (0, 1)]
    mirrored = [(-x, y) for x, y in reversed(curves[:-1])]
    return Path([*curves, *mirrored], [Path.MOVETO, *[Path.CURVE4] * 12])


def _bolt() -> Any:
    corners = [(0.2, -1), (-0.7, 0.15), (-0.08, 0.15), (-0.2, 1), (0.7, -0.15), (0.08, -0.15), (0.2, -1)]
    return Path(corners, closed=True)


def _waves() -> Any:
    steps = [step / 20 * 2 - 1 for step in range(21)]
    return Path.make_compound_path(
        *(Path([(x, level - 0.22 * sin(x * pi)) for x in steps]) for level in (-0.5, 0.0, 0.5))
    )


_SHAPES: Final[Mapping[Mood, Callable[[], Any]]] = {
    Mood.HAPPY: _sun,
    Mood.SAD: _drop,
    Mood.ENERGETIC: _bolt,
    Mood.CALM: _waves,
}
"""A mood by its shape, for whom colours look alike, as on the web page. They have a radius of 1; y goes downwards."""
