"""Plots of a catalogue that a person would look at. Needs matplotlib, which the service does not install."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.audio_features import FEATURE_NAMES
from bot.domain import Mood, Track

COLOURS: Final = {Mood.HAPPY: "#e69f00", Mood.SAD: "#0072b2", Mood.ENERGETIC: "#d55e00", Mood.CALM: "#009e73"}
"""Four colours of Okabe and Ito (2008), told apart by colour-blind eyes, too."""


def draw_catalogue(tracks: Sequence[Track], directory: Path) -> list[Path]:
    """Write three plots into ``directory`` and return their files.

    Raises:
        ImportError: matplotlib is not installed.
    """
    import matplotlib

    matplotlib.use("Agg")
    directory.mkdir(parents=True, exist_ok=True)
    files = {"moods.png": _moods, "features.png": _features, "catalogue.png": _catalogue}
    for name, draw in files.items():
        figure = draw(tracks)
        figure.savefig(directory / name, dpi=120)
        figure.clear()
    return [directory / name for name in files]


def _moods(tracks):
    """Where the shelves lie in valence and energy, all together and each on its own."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, 2, figsize=(10, 9), sharex=True, sharey=True, layout="constrained")
    known = [track for track in tracks if track.features is not None]
    for axis, mood in zip(axes.flat, Mood, strict=True):
        for colour, size, alpha, shelf in (
            ("#999999", 6, 0.25, [track for track in known if track.mood is not mood]),
            (COLOURS[mood], 14, 0.7, [track for track in known if track.mood is mood]),
        ):
            points = [(track.features.valence, track.features.energy) for track in shelf]
            axis.scatter(
                *zip(*points, strict=True), s=size, alpha=alpha, color=colour, linewidths=0
            ) if points else None
        axis.set(title=f"{mood}: {sum(track.mood is mood for track in known)} tracks", xlim=(0, 1), ylim=(0, 1))
    figure.supxlabel("valence (0 dark … 1 bright)")
    figure.supylabel("energy (0 quiet … 1 powerful)")
    return figure


def _features(tracks):
    """The nine features by mood: median, quartiles and the middle 90 per cent."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(3, 3, figsize=(12, 9), layout="constrained")
    for axis, name in zip(axes.flat, FEATURE_NAMES, strict=True):
        values = [[getattr(t.features, name) for t in tracks if t.features and t.mood is mood] for mood in Mood]
        boxes = axis.boxplot(values, whis=(5, 95), showfliers=False, patch_artist=True, widths=0.6)
        for box, mood in zip(boxes["boxes"], Mood, strict=True):
            box.set(facecolor=COLOURS[mood], alpha=0.75)
        for line in boxes["medians"]:
            line.set_color("black")
        axis.set_xticks(range(1, len(Mood) + 1), [mood.value for mood in Mood])
        axis.set_title(name)
    return figure


def _catalogue(tracks):
    """How popular the tracks are, from which years, and how many an artist has."""
    from matplotlib import pyplot

    figure, (popularity, years, artists) = pyplot.subplots(1, 3, figsize=(15, 4.5), layout="constrained")
    shelves = [[track for track in tracks if track.mood is mood] for mood in Mood]
    colours, labels = [COLOURS[mood] for mood in Mood], [mood.value for mood in Mood]
    for axis, name, bins in ((popularity, "popularity", range(0, 101, 10)), (years, "year", range(1960, 2031, 5))):
        values = [[getattr(t, name) for t in shelf if getattr(t, name) is not None] for shelf in shelves]
        unknown = sum(getattr(track, name) is None for track in tracks)
        if unknown < len(tracks):
            axis.hist(values, bins=bins, stacked=True, color=colours, label=labels)
        else:
            axis.text(0.5, 0.5, f"no track says its {name}", transform=axis.transAxes, ha="center")
        axis.set(title=f"{name} ({unknown} unknown)" if unknown else name, xlabel=name, ylabel="tracks")
    if popularity.patches:
        popularity.legend()
    counts = Counter(Counter(artist for track in tracks for artist in track.artists).values())
    artists.bar(list(counts), list(counts.values()), color="#666666")
    artists.set(title=f"{sum(counts.values())} artists", xlabel="tracks of an artist", ylabel="artists")
    artists.set_xticks(sorted(counts))
    return figure
