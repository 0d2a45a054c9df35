r"""Back-translate labelled sentences, Korean to another language and back, into a CSV for ``train_emotion.py``.

    python scripts/augment_emotion.py --aihub CORPUS --turns separate --labels 5 \
        --there facebook/m2m100_418M --back facebook/m2m100_418M --through en --out build/augmented.csv
    python scripts/train_emotion.py --aihub CORPUS … --augmented build/augmented.csv

Models are directories or ids on the Hugging Face hub: M2M100 (MIT), NLLB (CC-BY-NC: not for a bundle that is sold), or
a Marian model for each way. Each translation is drawn at random (top-p), for variety. Round trips are kept in
``OUT.cache.jsonl``: interrupted, the same command goes on where it was.

A row keeps its label and names the dialogue or sentence it was made from, so that the trainer never learns from a
child of a held-out sentence. Round trips that change nothing, or come back empty, without Hangul, or at less than half
or more than twice the length, are dropped. Back-translation flattens ㅠㅠ, tone and politeness: compare before keeping.
"""

import argparse
import csv
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from ml.emotion.aihub import LabelSet, Turns, label_names, read_aihub
from ml.emotion.bases import BaseUnavailable, fetch
from ml.emotion.dataset import DataUnreadable, Example, read_csv, read_written
from ml.emotion.labels import LABELS

NLLB_CODES = {"ko": "kor_Hang", "en": "eng_Latn", "ja": "jpn_Jpan", "zh": "zho_Hans"}

Translate = Callable[[Sequence[str]], list[str]]


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = parser.add_argument_group("data, as for train_emotion.py")
    data.add_argument("--written", type=Path, nargs="*", default=[])
    data.add_argument("--csv", type=Path, nargs="*", default=[])
    data.add_argument("--aihub", type=Path)
    data.add_argument("--turns", type=Turns, choices=list(Turns), default=Turns.SEPARATE)
    data.add_argument("--labels", type=LabelSet, choices=list(LabelSet), default=LabelSet.FIVE)
    models = parser.add_argument_group("models")
    models.add_argument("--there", required=True, help="translates from Korean")
    models.add_argument("--back", required=True, help="translates into Korean; may be the same")
    models.add_argument("--through", choices=["en", "ja", "zh"], default="en", help="the language between")
    models.add_argument("--batch", type=int, default=16)
    models.add_argument("--top-p", type=float, default=0.9)
    models.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args(argv)


@dataclass(frozen=True, slots=True, kw_only=True)
class Translator:
    """A translation model, one way."""

    model: Any
    tokenizer: Any
    beginning: Mapping[str, int]
    """What tells a multilingual model the language to write; nothing for a model that knows but one."""
    top_p: float

    @classmethod
    def load(cls, name: str, source: str, target: str, top_p: float) -> "Translator":
        """Load a model with its own tokenizer, on a GPU if there is one.

        Raises:
            BaseUnavailable: It cannot be had, or it is no translation model.
        """
        directory = fetch(name)
        try:
            tokenizer = AutoTokenizer.from_pretrained(directory)
            model = AutoModelForSeq2SeqLM.from_pretrained(directory, dtype=torch.float32)
        except (OSError, ValueError, ImportError) as cause:
            raise BaseUnavailable(f"{name}: not usable for translation ({str(cause).splitlines()[0]})") from cause
        beginning = {}
        if hasattr(tokenizer, "get_lang_id"):  # M2M100
            tokenizer.src_lang = source
            beginning = {"forced_bos_token_id": tokenizer.get_lang_id(target)}
        elif NLLB_CODES[target] in tokenizer.get_vocab():
            tokenizer.src_lang = NLLB_CODES[source]
            beginning = {"forced_bos_token_id": tokenizer.convert_tokens_to_ids(NLLB_CODES[target])}
        device = "cuda" if torch.cuda.is_available() else "cpu"
        return cls(model=model.eval().to(device), tokenizer=tokenizer, beginning=beginning, top_p=top_p)

    def __call__(self, texts: Sequence[str]) -> list[str]:
        """Translate a batch."""
        encoded = self.tokenizer(list(texts), return_tensors="pt", padding=True, truncation=True, max_length=128)
        with torch.no_grad():
            made = self.model.generate(
                **encoded.to(self.model.device), **self.beginning, do_sample=True, top_p=self.top_p, max_new_tokens=96
            )
        return [text.strip() for text in self.tokenizer.batch_decode(made, skip_special_tokens=True)]


def examples_of(args: argparse.Namespace) -> Iterator[Example]:
    for folder in args.written:
        yield from read_written(folder)
    names = LABELS if args.labels == LabelSet.FIVE else label_names(args.labels)
    for file in args.csv:
        yield from read_csv(file, names)
    if args.aihub:
        yield from read_aihub(args.aihub, turns=args.turns, labels=args.labels)


def round_trips(texts: Sequence[str], there: Translate, back: Translate, cache: Path, batch: int) -> dict[str, str]:
    """What each text comes back as; known ones from ``cache``, which grows batch by batch."""
    lines = cache.read_text(encoding="utf-8").split("\n") if cache.exists() else []
    known = dict(json.loads(line) for line in lines[:-1])  # an interruption may have cut the last one
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    cache.write_text("".join(f"{line}\n" for line in lines[:-1]), encoding="utf-8")
    with cache.open("a", encoding="utf-8") as stream:
        for start in tqdm(range(0, len(missing), batch), desc="batches", mininterval=10):
            chosen = missing[start : start + batch]
            for text, again in zip(chosen, back(there(chosen)), strict=True):
                known[text] = again
                stream.write(json.dumps([text, again], ensure_ascii=False) + "\n")
            stream.flush()
    return known


def is_useful(text: str, again: str) -> bool:
    def letters(of: str) -> str:
        return re.sub(r"[\W_]+", "", of).lower()

    return (
        bool(re.search("[가-힣]", again))
        and letters(again) != letters(text)
        and len(text) / 2 <= len(again) <= 2 * len(text)
    )


def main(argv: Sequence[str] | None = None) -> None:
    args = arguments(argv)
    try:
        examples = list(examples_of(args))
        there = Translator.load(args.there, "ko", args.through, args.top_p)
        back = Translator.load(args.back, args.through, "ko", args.top_p)
    except (BaseUnavailable, DataUnreadable) as cause:
        sys.exit(str(cause))
    torch.manual_seed(args.seed)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    cache = args.out.with_suffix(".cache.jsonl")
    again = round_trips([example.text for example in examples], there, back, cache, args.batch)
    kept = [each for each in examples if is_useful(each.text, again[each.text])]
    with args.out.open("w", encoding="utf-8", newline="") as stream:
        rows = [(again[each.text], each.label, each.group or each.text) for each in kept]
        csv.writer(stream).writerows([("text", "label", "group"), *rows])
    print(f"{args.out}: {len(kept):,} of {len(examples):,} round trips kept")


if __name__ == "__main__":
    main()
