"""The real calendar, looked at pixel by pixel."""

import asyncio
import io
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest
from fontTools.ttLib import TTFont
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from adapters.diary import MatplotlibDiaryPainter
from adapters.diary.drawing import BLANK, CARD, CELL, COLOURS, FONT, HEAD, INK, MARGIN, QUIET, TODAY, WIDTH
from bot.domain import Language, Mood
from bot.phrases import load_phrases
from scripts.subset_font import letters_of_the_calendar
from tests.fakes import FakeClock

SEOUL = timezone(timedelta(hours=9))
FIRST_WEEK = {3: Mood.HAPPY, 4: Mood.SAD, 5: Mood.ENERGETIC, 6: Mood.CALM}
"""Of May 2026: the 3rd is the Sunday of its second row."""


@pytest.fixture
def painter() -> MatplotlibDiaryPainter:
    late = FakeClock(datetime(2026, 5, 20, 16, tzinfo=UTC))  # the 21st in Seoul
    return MatplotlibDiaryPainter(phrases=load_phrases(), clock=late, timezone=SEOUL)


def pixels(png: bytes) -> npt.NDArray[np.float64]:
    return np.asarray(imread(io.BytesIO(png), format="png"))[:, :, :3]


def has_colour(picture: npt.NDArray[np.float64], colour: str) -> npt.NDArray[np.bool_]:
    furthest: npt.NDArray[np.float64] = np.abs(picture - to_rgb(colour)).max(axis=2)
    return furthest < 0.02


def tile(picture: npt.NDArray[np.float64], row: int, column: int) -> npt.NDArray[np.float64]:
    top, left = int(HEAD + row * CELL), int(MARGIN + column * CELL)
    return picture[top : top + int(CELL), left : left + int(CELL)]


def luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("language", list(Language))
async def test_a_month_is_a_picture_with_each_days_mood_in_its_place(
    painter: MatplotlibDiaryPainter, language: Language
) -> None:
    picture = pixels(await painter.paint(FIRST_WEEK, year=2026, month=5, language=language))
    assert picture.shape[1] == WIDTH
    for column, mood in enumerate(Mood):
        assert has_colour(tile(picture, 1, column), COLOURS[mood]).mean() > 0.5
    assert has_colour(tile(picture, 1, 4), BLANK).mean() > 0.5


async def test_moods_differ_without_their_colours(painter: MatplotlibDiaryPainter) -> None:
    picture = pixels(await painter.paint(FIRST_WEEK, year=2026, month=5, language=Language.KOREAN))
    shapes = [has_colour(tile(picture, 1, column), INK)[int(CELL * 0.4) :] for column in range(4)]
    assert all(shape.any() for shape in shapes)
    for one, other in combinations(shapes, 2):
        assert (one != other).sum() > 0.3 * min(one.sum(), other.sum())


async def test_today_has_a_ring_and_other_months_have_none(painter: MatplotlibDiaryPainter) -> None:
    may = pixels(await painter.paint({}, year=2026, month=5, language=Language.KOREAN))
    june = pixels(await painter.paint({}, year=2026, month=6, language=Language.KOREAN))
    assert has_colour(tile(may, 3, 4), TODAY).sum() > 1_000  # Thursday the 21st, as it is in Seoul already
    assert has_colour(may, TODAY).sum() == pytest.approx(has_colour(tile(may, 3, 4), TODAY).sum(), rel=0.2)
    assert not has_colour(june, TODAY).any()


@pytest.mark.parametrize(("month", "weeks"), [(2, 4), (5, 6)])
async def test_every_week_of_a_month_fits(painter: MatplotlibDiaryPainter, month: int, weeks: int) -> None:
    picture = pixels(await painter.paint({}, year=2026, month=month, language=Language.KOREAN))
    assert has_colour(tile(picture, weeks - 1, 0), BLANK).mean() > 0.5
    assert has_colour(picture[-100:], BLANK).mean() < 0.01  # the legend's soft edges alone look like a blank day


async def test_many_at_once_are_drawn_one_after_the_other_and_alike(painter: MatplotlibDiaryPainter) -> None:
    pictures = await asyncio.gather(
        *(painter.paint(FIRST_WEEK, year=2026, month=5, language=Language.KOREAN) for _ in range(4))
    )
    assert len(set(pictures)) == 1


def test_everything_can_be_read_by_weak_eyes() -> None:
    for colour in COLOURS.values():
        assert contrast(INK, colour) >= 4.5
    assert min(contrast(QUIET, CARD), contrast(QUIET, BLANK), contrast(INK, CARD)) >= 4.5
    assert min(contrast(TODAY, colour) for colour in (CARD, BLANK)) >= 3


def test_the_font_has_every_letter_that_a_calendar_may_say() -> None:
    with TTFont(FONT) as font:
        known = {chr(code) for code in font.getBestCmap()}
    assert letters_of_the_calendar() <= known, "run scripts/subset_font.py"
    assert FONT.stat().st_size <= 60_000


def test_matplotlib_is_not_loaded_before_the_first_picture() -> None:
    code = "import sys, adapters.diary; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603  # our own words
