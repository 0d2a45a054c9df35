"""Writes the model card of a bundle: what it is, what it learnt from, how well it does, and where it fails."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

PRETRAINED: Final = """
The base was pretrained on NSMC (film reviews and ratings, CC0-1.0), chatbot_data (MIT), Curse-detection-data (MIT),
KOTE val (MIT) and GoEmotions-Korean train (Apache-2.0). It began with token vectors derived from Kiwi's morpheme
vectors (kiwipiepy_model, Apache-2.0, (c) Minchul Lee and the Kiwi contributors; trained by them on the Sejong and NIKL
corpora).
"""

_NGRAMS: Final = """
* logistic regressions on hashed character n-grams (1 to 5 letters, put together inside the graph from the tokens):
  one for chat, one for comments on the web, one that tells which of the two a text is;"""

_DEVELOPMENT: Final = """
The dev slices were written by other hands than the training sentences, yet after the same brief:
figures for unseen people will be lower. They also chose the mixing weights, the temperature and the two thresholds.
kote-test chose nothing; it holds comments on news, shops and videos whose leading emotion is clear.
"""

_HELD_OUT: Final = """
The dev slices are one half of what was held out of each source, by content; they chose the temperature and the
thresholds. The held-out slices, the other half, chose nothing.
"""


def card(
    fields: Mapping[str, Any],
    data: Sequence[Mapping[str, Any]],
    figures: str,
    *,
    has_ngrams: bool,
    base_is_ours: bool,
    own_development: bool,
) -> str:
    """The card of a bundle, in Markdown.

    Args:
        fields: The bundle's manifest.
        data: Name, number of examples and licence of each source.
        figures: A table.
        has_ngrams: Whether n-gram readers are part of the model.
        base_is_ours: Whether the encoder started from a base of ``scripts/pretrain_emotion.py``.
        own_development: Whether the development sentences were written for this, rather than held out of the data.
    """
    listed = "\n".join(f"| {each['name']} | {each['examples']:,} | {each['licence']} |" for each in data)
    thresholds, seeds = fields["thresholds"], fields["seeds"]
    few = "one encoder" if len(seeds) == 1 else f"{len(seeds)} encoders, averaged,"
    encoders = f"{few} started from `{fields['base_model']}`" if seeds else "no encoder in this bundle"
    letters = "lower case" if fields["lowercase"] else "cased"
    return f"""# SMOODY's emotion model

It hears one of these in a Korean sentence of chat: {", ".join(fields["labels"])}.
당황 is wide here: shame, guilt, loneliness, inferiority, bewilderment. It was made to choose music, for nothing else.

## What it is

One ONNX graph (`input_ids`, `attention_mask` -> `logits`), int8 where it pays. Its readers' logits are added up:
{_NGRAMS if has_ngrams else ""}
* {encoders}.

Tokenizer: {letters}, at most {fields["max_length"]} tokens. Temperature {fields["temperature"]:.3f};
ask below {thresholds["ask_below"]:.3f}, no emotion above {thresholds["neutral_above"]:.3f}.

## What it learnt from

| data | examples | licence |
|---|---:|---|
{listed}
{PRETRAINED if base_is_ours else ""}
None of the corpora is in this bundle.

## How well it does

{figures}

Printed by the command below; check a slice with `smoody evaluate emotion ml/emotion/data/dev`.

    {fields["command"]}
{_DEVELOPMENT if own_development else _HELD_OUT}
## Limits

* One sentence, no memory: irony, quotations and inside jokes are often misheard, and so is a bare event without a
  feeling when its words stood in other company in training.
* Served worse: dialects, English and mixed sentences, children and the oldest writers, topics that nobody wrote about.
  Sadness and shame are confused most.
* Sentences that were written to a brief carry their writers' idea of Korean lives.
* It is no instrument for judging anybody's health or state of mind. Crisis words are handled elsewhere, by rules.
"""
