from pathlib import Path

import pytest

from bot.domain import Mood
from tests.fakes import a_shelf

pytest.importorskip("matplotlib", reason="matplotlib is not installed")
from ml.mood.plots import draw_catalogue  # needs matplotlib


@pytest.mark.parametrize("moods", [tuple(Mood), (Mood.SAD,), ()], ids=["all", "one shelf", "no track"])
def test_three_plots_are_drawn_of_any_catalogue(tmp_path: Path, moods: tuple[Mood, ...]) -> None:
    tracks = [track for number, mood in enumerate(moods) for track in a_shelf(mood, 20, start=100 * number)]
    files = draw_catalogue(tracks, tmp_path / "plots")
    assert [file.name for file in files] == ["moods.png", "features.png", "catalogue.png"]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)
