"""How well wishes and cries for help are heard by rules and model together, in numbers and in Markdown."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain import Concern, Intent, Mood
from ml.emotion.dataset import Example
from ml.wishes.runtime import NOTHING, REQUEST

Understand = Callable[[str], Concern | Intent | Mood | None]
"""What an utterance is met with, as `bot.understanding.met` decides it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What sentences of known labels were taken for: how often each label (first) was heard as another (second)."""

    heard: Counter[tuple[str, str]]

    @property
    def accuracy(self) -> float:
        """Share of sentences that were taken for what they are."""
        return _share(sum(count for (label, heard), count in self.heard.items() if label == heard), self.heard.total())

    def count(self, label: str) -> int:
        """How many sentences have this label."""
        return sum(count for (given, _), count in self.heard.items() if given == label)

    def rate(self, label: str, *heard: str) -> float:
        """Share of the sentences with ``label`` that were taken for one of ``heard``; 0 where there are none."""
        return _share(sum(self.heard[label, each] for each in heard), self.count(label))

    def precision(self, label: str) -> float:
        """Share of what was taken for ``label`` that was it; 0 where nothing was."""
        taken = sum(count for (_, heard), count in self.heard.items() if heard == label)
        return _share(self.heard[label, label], taken)

    @property
    def labels(self) -> list[str]:
        """Every label that was given or heard."""
        return sorted({label for pair in self.heard for label in pair})


def intent_figures(examples: Sequence[Example], understand: Understand) -> Figures:
    """What sentences with labels of wishes are taken for. Care shown to a wish counts as a mistake, to ``none`` not."""

    def heard(example: Example) -> str:
        met = understand(example.text)
        match met:
            case Concern():
                return NOTHING if example.label == NOTHING else f"safety:{met}"
            case Mood():
                return f"{REQUEST}{met}"
            case Intent():
                return met.value
            case None:
                return NOTHING

    return Figures(Counter((example.label, heard(example)) for example in examples))


def safety_figures(examples: Sequence[Example], understand: Understand) -> Figures:
    """What sentences with labels of safety are taken for: ``explicit``, ``soft`` or ``none``."""

    def heard(example: Example) -> str:
        met = understand(example.text)
        return met.value if isinstance(met, Concern) else NOTHING

    return Figures(Counter((example.label, heard(example)) for example in examples))


def intents_report(figures: Figures) -> str:
    """Accuracy, precision and recall of each label, false wishes and all confusions, in Markdown."""
    rows = [
        f"| {label} | {figures.count(label)} | {figures.precision(label):.3f} | {figures.rate(label, label):.3f} |"
        for label in figures.labels
    ]
    lines = [f"accuracy {figures.accuracy:.3f} over {figures.heard.total()} sentences", ""]
    if figures.count(NOTHING):
        lines += [f"no wish taken for one: {1 - figures.rate(NOTHING, NOTHING):.4f}", ""]
    return "\n".join(
        [*lines, "| label | sentences | precision | recall |", "|---|---|---|---|", *rows, *_confusion(figures)]
    )


def safety_report(figures: Figures) -> str:
    """How many of each label were met as explicit, as soft or not at all, and in either tier; in Markdown."""
    tiers = [concern.value for concern in Concern]
    rows = [
        f"| {label} | {figures.count(label)} | "
        + " | ".join(f"{figures.rate(label, *heard):.3f}" for heard in (["explicit"], ["soft"], tiers, [NOTHING]))
        + " |"
        for label in figures.labels
        if figures.count(label)
    ]
    head = [
        "| label | sentences | met as explicit | met as soft | in either tier | not met |",
        "|---|---|---|---|---|---|",
    ]
    raised = sum(figures.heard[label, tier] for label in figures.labels for tier in tiers)
    right = sum(figures.heard[label, tier] for label in tiers for tier in tiers)
    return "\n".join([*head, *rows, "", f"met with care: {raised}, of which {_share(right, raised):.3f} needed it"])


def _confusion(figures: Figures) -> list[str]:
    mistakes = [(count, pair) for pair, count in figures.heard.items() if pair[0] != pair[1]]
    rows = [f"| {label} | {heard} | {count} |" for count, (label, heard) in sorted(mistakes, reverse=True)]
    return ["", "| label | taken for | sentences |", "|---|---|---|", *rows] if rows else []


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
