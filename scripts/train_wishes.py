"""Teach the model of wishes and concern, choose its thresholds and write its bundle.

    python scripts/train_wishes.py                # to ml/wishes/bundle, in about fifteen minutes
    python scripts/train_wishes.py --out build/wishes --copies 0

Thresholds are chosen on held-out blocks of the training sentences; the development sentences are only reported. All
seeds are fixed: on one machine the same sentences give the same files.
"""

import argparse
import hashlib
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random

import numpy as np
import sklearn

from bot.domain import Concern, Intent, Mood
from bot.safety import concern_in
from bot.understanding import met
from ml.bundle import digest_of, write_manifest
from ml.emotion.dataset import Example, read_written
from ml.emotion.export import write_onnx
from ml.emotion.labels import NEUTRAL
from ml.emotion.runtime import EMBEDDED_BUNDLE as EMOTION_BUNDLE
from ml.emotion.runtime import TOKENIZER, Bundle
from ml.wishes.concern import GRAPH, ConcernEncoder
from ml.wishes.dataset import DATA, INTENT_SENTENCES, SAFETY_SENTENCES, disturbed, read_labelled
from ml.wishes.encoder import RECIPE, taught
from ml.wishes.evaluate import Figures, Understand, intent_figures, intents_report, safety_figures, safety_report
from ml.wishes.features import BUCKETS_LOG2, JAMO, LETTERS
from ml.wishes.runtime import (
    EMBEDDED_BUNDLE,
    INTENT_LABELS,
    KIND,
    LABELS,
    SAFETY_LABELS,
    WEIGHTS,
    EmbeddedWishClassifier,
    Thresholds,
    log_odds,
)
from ml.wishes.train import (
    FOREIGN,
    SOFTNESS,
    Row,
    choose_concern,
    choose_wish_margin,
    fit,
    held_out_logits,
    intent_rows,
    is_held_out,
    quantised,
    safety_rows,
)

FEELINGS = DATA.parents[1] / "emotion" / "data"
TIERS = ("explicit", "soft")
SAME_IN_INT8 = 0.97
"""Sentences about safety lie close together: on one in fifty the two likeliest labels change places in int8."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=EMBEDDED_BUNDLE, help="where the bundle goes")
    parser.add_argument("--copies", type=int, default=1, help="disturbed copies of each sentence to learn from")
    parser.add_argument("--false-wishes", type=float, default=0.008, help="held-out feelings that may pass for a wish")
    parser.add_argument("--false-flags", type=float, default=0.052, help="held-out idioms that may be met with care")
    parser.add_argument("--checkpoint", type=Path, default=Path("build/concern.pt"), help="where the encoder stands")
    arguments = parser.parse_args()

    wishes = read_labelled(DATA / "intents" / "written", INTENT_SENTENCES)
    cries = read_labelled(DATA / "safety" / "written", SAFETY_SENTENCES)
    felt = read_written(FEELINGS / "written")
    feelings = [each.text for each in felt if each.label != NEUTRAL]
    harmless = [each.text for each in felt if concern_in(each.text) is None]  # neutral ones as well: some are wishes
    rows = {
        "intents": intent_rows(wishes, cries, feelings),
        "safety": safety_rows(cries, wishes, harmless),
    }
    print(f"{len(wishes)} wishes, {len(cries)} about safety, {len(feelings)} feelings")

    arguments.out.mkdir(parents=True, exist_ok=True)
    fields, held = learn_concern(cries, rows["safety"], arguments.out, arguments.checkpoint)
    encoder = ConcernEncoder.load(arguments.out, fields)

    wish_logits = held_out_logits(rows["intents"], INTENT_LABELS, copies=arguments.copies)
    margin = choose_wish_margin(wish_logits, rows["intents"], false_wishes=arguments.false_wishes)
    cry_logits = held_out_logits(rows["safety"], SAFETY_LABELS, copies=arguments.copies)[held]
    together = (log_odds(cry_logits) + log_odds(np.stack([encoder.logits(cries[place].text) for place in held]))) / 2
    labels = [cries[place].label for place in held]
    above, share = choose_concern(together, labels, false_flags=arguments.false_flags)
    thresholds = Thresholds(wish_above=margin, concern_above=above, explicit_share=share)
    print(thresholds)

    learnt = [
        fit(rows["intents"], INTENT_LABELS, copies=arguments.copies),
        fit(rows["safety"], SAFETY_LABELS, copies=arguments.copies),
    ]
    weights, scales = quantised(np.hstack([weights for weights, _ in learnt]))
    biases = [float(bias) for bias in np.concatenate([biases for _, biases in learnt])]
    np.save(arguments.out / WEIGHTS, weights)
    model = EmbeddedWishClassifier(weights, scales, biases, thresholds, {}, encoder)
    write_manifest(
        arguments.out,
        KIND,
        {
            "labels": LABELS,
            "thresholds": asdict(thresholds),
            "scales": scales,
            "biases": biases,
            "encoder": fields,
            "features": {"letters": LETTERS, "jamo": JAMO, "buckets": 1 << BUCKETS_LOG2},
            "recipe": {
                "C": SOFTNESS,
                "foreign": FOREIGN,
                "copies": arguments.copies,
                "scikit-learn": sklearn.__version__,
            },
            "data": {
                "sentences": {"intents": len(wishes), "safety": len(cries), "feelings": len(feelings)},
                "sha256": _digest([*wishes, *cries], feelings),
                "licence": "MIT",
            },
            "metrics": report(model),
        },
    )
    print(f"{arguments.out}: {(arguments.out / WEIGHTS).stat().st_size:,} bytes")


def learn_concern(
    cries: Sequence[Example], rows: Sequence[Row], out: Path, checkpoint: Path
) -> tuple[dict[str, object], list[int]]:
    """Write the encoder; gives what the manifest says of it, and the places of the cries that it did not learn."""
    bundle = Bundle.load(EMOTION_BUNDLE)
    held = [place for place in range(len(cries)) if is_held_out(place)]
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    reader = taught(
        [row for place, row in enumerate(rows) if not (place < len(cries) and is_held_out(place))], bundle, checkpoint
    )
    asked = [bundle.encode_utterance(cries[place].text) for place in held]
    parity = write_onnx(reader, asked, out / GRAPH, pad_id=bundle.pad_id, agreement=SAME_IN_INT8)
    fields = {
        "tokenizer_sha256": digest_of(EMOTION_BUNDLE / TOKENIZER),
        "max_length": bundle.manifest["max_length"],
        "lowercase": bundle.lowercase,
        "parity": asdict(parity),
        "recipe": asdict(RECIPE),
    }
    return fields, held


def report(model: EmbeddedWishClassifier) -> dict[str, float]:
    """Print all that there is to say of the development sentences and return the figures that matter."""
    intents = read_labelled(DATA / "intents" / "dev", INTENT_SENTENCES)
    safety = read_labelled(DATA / "safety" / "dev", SAFETY_SENTENCES)
    feelings = [each for each in read_written(FEELINGS / "dev") if each.label != NEUTRAL]
    neutral = [each for each in read_written(FEELINGS / "dev") if each.label == NEUTRAL]

    def understand(text: str) -> Concern | Intent | Mood | None:
        return met(text, model.hear(text))

    def felt(examples: Sequence[Example], measure: Callable[[Sequence[Example], Understand], Figures]) -> Figures:
        return measure([Example(text=each.text, label="none", source="") for each in examples], understand)

    on_intents, on_safety = intent_figures(intents, understand), safety_figures(safety, understand)
    rng = Random(1)
    again = safety_figures([_with(each, disturbed(each.text, rng)) for each in safety], understand)
    wishes_again = intent_figures([_with(each, disturbed(each.text, rng)) for each in intents], understand)
    print(intents_report(on_intents), safety_report(on_safety), "disturbed:", safety_report(again), sep="\n\n")
    return {
        "intents": on_intents.accuracy,
        "intents, disturbed": wishes_again.accuracy,
        "none taken for a wish": 1 - on_intents.rate("none", "none"),
        "feelings taken for a wish": 1 - felt(feelings, intent_figures).rate("none", "none"),
        "explicit met as explicit": on_safety.rate("explicit", "explicit"),
        "explicit met": on_safety.rate("explicit", *TIERS),
        "explicit met, disturbed": again.rate("explicit", *TIERS),
        "despair met": on_safety.rate("soft", *TIERS),
        "idioms met": on_safety.rate("idiom", *TIERS),
        "sadness met": on_safety.rate("sad", *TIERS),
        "feelings met": felt(feelings, safety_figures).rate("none", *TIERS),
        "neutral met": felt(neutral, safety_figures).rate("none", *TIERS),
    }


def _with(example: Example, text: str) -> Example:
    return Example(text=text, label=example.label, source=example.source)


def _digest(examples: Sequence[Example], feelings: Sequence[str]) -> str:
    lines = [f"{example.label}\t{example.text}" for example in examples] + list(feelings)
    return hashlib.sha256(unicodedata.normalize("NFC", "\n".join(lines)).encode()).hexdigest()


if __name__ == "__main__":
    main()
