"""Pretrain a small BERT of the KoBERT family: tokenizer, token vectors, then masked words and cheap labels together.

Masked-language modelling alone does not leave the plateau of word frequencies within an hour of two cores (ml/LOG.md).
Three things change that: token vectors taken from Kiwi's morpheme vectors (Apache-2.0) through the overlap of morphemes
and tokens; film ratings; the many labels of KOTE and GoEmotions-Korean.

Writes what `train_emotion.py --base` starts from: ``tokenizer.json``, ``config.json``, ``model.safetensors``. Interrupt
it at any time; the same command goes on.

    python scripts/pretrain_emotion.py --sentences chat.txt --written ml/emotion/data/written --nsmc nsmc_raw.tsv.xz \
        --kote KOTE --goemotions GoEmotions-Korean --out build/base --steps 5000
"""

import argparse
import json
import lzma
import math
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from torch import Tensor, nn
from tqdm import tqdm
from transformers import BertConfig, BertForMaskedLM

from ml.emotion.dataset import read_written
from ml.emotion.text import normalise

SPECIAL_TOKENS = ["[UNK]", "[PAD]", "[CLS]", "[SEP]", "[MASK]"]
"""Ids 0 to 4, in KoBERT's own order."""
UNK, PAD, CLS, SEP, MASK = range(5)
NO_TASK, RATING, KOTE, GOEMOTIONS = range(4)
OUTPUTS = {RATING: 1, KOTE: 44, GOEMOTIONS: 28}


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence with what is known of it beside its words: a rating 0..1, or the numbers of its labels."""

    text: str
    task: int = NO_TASK
    target: float | tuple[int, ...] = 0.0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = parser.add_argument_group("data (each optional, at least one needed)")
    data.add_argument("--sentences", type=Path, nargs="*", default=[], help="text files, one sentence a line")
    data.add_argument("--written", type=Path, help="sentences written for this project (labels are not used)")
    data.add_argument("--nsmc", type=Path, help="nsmc_raw.tsv(.xz): review_id, movie_id, rating, date, text")
    data.add_argument("--reviews", type=int, default=200_000, help="how many reviews to take")
    data.add_argument(
        "--kote", type=Path, help="KOTE's folder; val.tsv and, if there, train.tsv are read, never test.tsv"
    )
    data.add_argument("--goemotions", type=Path, help="GoEmotions-Korean's folder; train.tsv is read")
    data.add_argument("--out", type=Path, required=True)
    data.add_argument("--max-length", type=int, default=64, help="tokens a sentence, special tokens included")
    shape = parser.add_argument_group("model (default: 4 layers of 256, 7 M parameters)")
    shape.add_argument("--vocabulary", type=int, default=16_000)
    shape.add_argument("--layers", type=int, default=4)
    shape.add_argument("--hidden", type=int, default=256, help="256 is also the width of Kiwi's vectors")
    shape.add_argument("--heads", type=int, default=4)
    recipe = parser.add_argument_group("recipe")
    recipe.add_argument("--no-kiwi", action="store_true", help="start from random vectors")
    recipe.add_argument("--steps", type=int, default=5_000)
    recipe.add_argument("--tokens-per-step", type=int, default=1_024)
    recipe.add_argument("--learning-rate", type=float, default=5e-4)
    recipe.add_argument("--mask-share", type=float, default=0.2)
    recipe.add_argument("--threads", type=int, default=2)
    recipe.add_argument("--seed", type=int, default=7)
    recipe.add_argument("--checkpoint-every", type=int, default=500)
    return parser.parse_args()


def rows_of(args: argparse.Namespace, rng: random.Random) -> list[Row]:
    """Every distinct cleaned sentence; small sources come several times a pass, as reviews would drown them."""
    few: list[Row] = []
    if args.written:
        few += [Row(normalise(example.text, lowercase=True)) for example in read_written(args.written)] * 4
    if args.kote:
        for split in ("train", "val"):
            few += labelled(args.kote / f"{split}.tsv", KOTE, text_column=1) * (3 if split == "val" else 1)
    some: list[Row] = []
    for file in args.sentences:
        with file.open(encoding="utf-8") as lines:
            some += [Row(text) for line in lines if len(text := normalise(line, lowercase=True)) >= 4]
    if args.goemotions:
        some += labelled(args.goemotions / "train.tsv", GOEMOTIONS, text_column=0)
    many = reviews(args.nsmc, args.reviews, rng) if args.nsmc else []
    return [*few, *dict.fromkeys(some), *many]


def labelled(file: Path, task: int, text_column: int) -> list[Row]:
    if not file.exists():
        return []
    rows = []
    for line in file.read_text(encoding="utf-8").split("\n"):
        fields = line.rstrip("\r").split("\t")
        if len(fields) > text_column + 1 and (text := normalise(fields[text_column], lowercase=True)):
            rows.append(Row(text, task, tuple(int(each) for each in fields[text_column + 1].split(","))))
    return rows


def reviews(file: Path, count: int, rng: random.Random) -> list[Row]:
    with lzma.open(file, "rt", encoding="utf-8") if file.suffix == ".xz" else file.open(encoding="utf-8") as lines:
        fields = [line.rstrip("\n").split("\t", 4) for line in lines]
    usable = [each for each in fields if len(each) == 5 and each[2].isdigit() and len(each[4]) >= 6]
    chosen = rng.sample(usable, min(count, len(usable)))
    return [Row(normalise(each[4], lowercase=True), RATING, (int(each[2]) - 1) / 9) for each in chosen]


def train_tokenizer(corpus: Sequence[str], vocabulary: int) -> Tokenizer:
    """A SentencePiece-like Unigram model; single jamo, emoji and hearts stay tokens of their own, unlike KoBERT's."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(prepend_scheme="always"), pre_tokenizers.Digits(individual_digits=True)]
    )
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=vocabulary, special_tokens=SPECIAL_TOKENS, unk_token=SPECIAL_TOKENS[UNK], max_piece_length=8
    )
    tokenizer.train_from_iterator(corpus, trainer, length=len(corpus))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", CLS), ("[SEP]", SEP)]
    )
    return tokenizer


class MorphemeVectors:
    """Kiwi's morpheme vectors, recovered from the similarities it tells: 448 landmarks span their 256 dimensions."""

    def __init__(self, width: int) -> None:
        from kiwipiepy import Kiwi

        self.kiwi = Kiwi(num_workers=1)
        everything = self.kiwi.most_similar_morphemes("사람", top_n=200_000)
        self.known = {each.id: (each.form, each.tag.split("-")[0]) for each in everything}
        landmarks = random.Random(0).sample(sorted(i for i in self.known if 60 < i < 30_000), 448)
        similar = np.zeros((len(landmarks), max(self.known) + 1), np.float32)
        for line, landmark in enumerate(tqdm(landmarks, desc="landmarks")):
            for each in self.kiwi.most_similar_morphemes(landmark, top_n=200_000):
                similar[line, each.id] = each.score
            similar[line, landmark] = 1
        size, directions = np.linalg.eigh(similar[:, landmarks])
        vectors = similar.T @ directions[:, ::-1][:, :width] / np.sqrt(np.maximum(size[::-1][:width], 1e-6))
        self.vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
        self.id_of: dict[tuple[str, str], int] = {}
        for i, name in sorted(self.known.items()):
            self.id_of.setdefault(name, i)

    def words(self) -> list[str]:
        """Korean words of two syllables and more, commoner ones more often: everyday words that reviews lack."""
        lexical = {"NNG", "MAG", "IC", "XR", "VV", "VA"}
        return [
            form
            for i, (form, tag) in self.known.items()
            if tag in lexical and len(form) >= 2 and all("가" <= letter <= "힣" for letter in form)
            for _ in range(6 if i < 8_000 else 3 if i < 20_000 else 1)
        ]

    def for_tokens(self, tokenizer: Tokenizer, corpus: Sequence[str]) -> np.ndarray:
        """One vector a token: the mean of the morphemes that it overlaps with in ``corpus``, centred; 0 if none."""
        total = np.zeros((tokenizer.get_vocab_size(), self.vectors.shape[1]), np.float32)
        seen = np.zeros(len(total), np.float32)
        for text, morphemes in zip(corpus, tqdm(self.kiwi.tokenize(iter(corpus)), total=len(corpus)), strict=True):
            above = defaultdict(list)
            for each in morphemes:
                if (i := self.id_of.get((each.form, each.tag.split("-")[0]))) is not None:
                    for place in range(each.start, each.start + max(each.len, 1)):
                        above[place].append(self.vectors[i])
            encoded = tokenizer.encode(text, add_special_tokens=False)
            for token, (start, end) in zip(encoded.ids, encoded.offsets, strict=True):
                letters = [np.mean(above[place], 0) for place in range(start, end) if place in above]
                if letters:
                    total[token] += np.mean(letters, 0)
                    seen[token] += 1
        means = total / np.maximum(seen, 1)[:, None]
        centre = (means * np.sqrt(seen)[:, None]).sum(0) / np.sqrt(seen).sum()
        return np.where(seen[:, None] > 0, means - centre, 0)


def load_vectors(model: BertForMaskedLM, vectors: np.ndarray) -> None:
    """Put token vectors where the random ones are, at a size that suits BERT's initial weights."""
    table = model.bert.embeddings.word_embeddings.weight
    found = torch.from_numpy(np.abs(vectors).sum(1) > 0)
    scaled = torch.from_numpy(vectors).float()
    scaled *= 0.05 / scaled[found].std()
    with torch.no_grad():
        table[found] = scaled[found]


def batches(ids: list[list[int]], tokens_per_step: int, rng: random.Random) -> Iterator[list[int]]:
    """Numbers of sentences of near-equal lengths within a token budget, for ever."""
    while True:
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]) + rng.random() * 4)
        cuts: list[list[int]] = [[]]
        for i in order:
            if (len(cuts[-1]) + 1) * len(ids[i]) > tokens_per_step:
                cuts.append([])
            cuts[-1].append(i)
        rng.shuffle(cuts)
        yield from (cut for cut in cuts if cut)


def mask(ids: Tensor, share: float, vocabulary: int) -> tuple[Tensor, Tensor]:
    """BERT's corruption (Devlin 2019): of the chosen tokens 80 % [MASK], 10 % random, 10 % unchanged."""
    chosen = (torch.rand(ids.shape) < share) & (ids > MASK)
    dice = torch.rand(ids.shape)
    corrupted = ids.clone()
    corrupted[chosen & (dice < 0.8)] = MASK
    replaced = chosen & (dice >= 0.9)
    corrupted[replaced] = torch.randint(MASK + 1, vocabulary, (int(replaced.sum()),))
    return corrupted, chosen


def learning_rate(step: int, steps: int, peak: float) -> float:
    """Linear warm-up over 4 % of the steps, then cosine to a twentieth of the peak."""
    warm_up = max(1, steps * 4 // 100)
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, steps - warm_up))))


def label_loss(heads: nn.ModuleDict, hidden: Tensor, present: Tensor, chosen: list[Row]) -> Tensor:
    """Mean over the tasks in this batch, each from the mean of a sentence's hidden states."""
    pooled = (hidden * present.unsqueeze(2)).sum(1) / present.sum(1, keepdim=True)
    losses = []
    for task, outputs in OUTPUTS.items():
        places = [place for place, row in enumerate(chosen) if row.task == task]
        if not places:
            continue
        answers = heads[str(task)](pooled[places])
        wanted = torch.zeros(len(places), outputs)
        for line, place in enumerate(places):
            target = chosen[place].target
            if isinstance(target, tuple):
                wanted[line, list(target)] = 1
            else:
                wanted[line, 0] = target
        loss = nn.functional.binary_cross_entropy_with_logits(answers, wanted)
        losses.append(loss * (1 if outputs == 1 else 5))  # most of many labels are absent and say little
    return torch.stack(losses).mean() if losses else torch.zeros(())


def main() -> None:
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)

    rows = rows_of(args, rng)
    corpus = list(dict.fromkeys(row.text for row in rows))
    print(f"{len(rows):,} rows, {len(corpus):,} distinct sentences")
    tokenizer_file, vectors_file = args.out / "tokenizer.json", args.out / "vectors.npy"
    needs_vectors = not args.no_kiwi and not vectors_file.exists()
    morphemes = MorphemeVectors(args.hidden) if needs_vectors else None
    if not tokenizer_file.exists():
        text = rng.sample(corpus, min(len(corpus), 200_000)) + (morphemes.words() if morphemes else [])
        train_tokenizer(text, args.vocabulary).save(str(tokenizer_file))
    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    if morphemes:
        some = rng.sample(corpus, min(len(corpus), 80_000)) + list(dict.fromkeys(morphemes.words()))
        np.save(vectors_file, morphemes.for_tokens(tokenizer, some))
    tokenizer.enable_truncation(args.max_length)
    ids = [encoding.ids for encoding in tokenizer.encode_batch([row.text for row in rows])]
    unknown = sum(row.count(UNK) for row in ids) / sum(map(len, ids))
    length = sum(map(len, ids)) / len(ids)
    print(f"vocabulary {tokenizer.get_vocab_size():,}, mean length {length:.1f}, unknown {unknown:.4%}")

    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=args.hidden,
        num_hidden_layers=args.layers,
        num_attention_heads=args.heads,
        intermediate_size=4 * args.hidden,
        max_position_embeddings=args.max_length,
        type_vocab_size=1,
        pad_token_id=PAD,
    )
    model = BertForMaskedLM(config)
    if vectors_file.exists():
        load_vectors(model, np.load(vectors_file))
    heads = nn.ModuleDict({str(task): nn.Linear(args.hidden, outputs) for task, outputs in OUTPUTS.items()})
    parameters = [*model.parameters(), *heads.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=args.learning_rate, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    start, checkpoint = 0, args.out / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        heads.load_state_dict(saved["heads"])
        optimiser.load_state_dict(saved["optimiser"])
        start = saved["step"]
        print(f"resumed at step {start:,}")

    model.train()
    stream = batches(ids, args.tokens_per_step, random.Random(args.seed + start))
    words = labels = 0.0
    began = time.monotonic()
    progress = tqdm(range(start, args.steps), initial=start, total=args.steps, mininterval=20)
    for step in progress:
        batch = next(stream)
        width = max(len(ids[i]) for i in batch)
        original = torch.tensor([ids[i] + [PAD] * (width - len(ids[i])) for i in batch])
        present = (original != PAD).float()
        corrupted, chosen = mask(original, args.mask_share, config.vocab_size)
        if not bool(chosen.any()):
            continue
        hidden = model.bert(corrupted, attention_mask=present.long()).last_hidden_state
        predicted = model.cls(hidden[chosen])  # the vocabulary projection is half the cost: only where one is hidden
        word_loss = nn.functional.cross_entropy(predicted, original[chosen])
        task_loss = label_loss(heads, hidden, present, [rows[i] for i in batch])
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(step, args.steps, args.learning_rate)
        optimiser.zero_grad(set_to_none=True)
        (word_loss + task_loss).backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        share = 1.0 if step == start else 0.01
        words += share * (word_loss.item() - words)
        labels += share * (task_loss.item() - labels)
        if step % 25 == 0:
            progress.set_postfix(words=f"{words:.3f}", labels=f"{labels:.3f}", refresh=False)
        if (step + 1) % args.checkpoint_every == 0 or step + 1 == args.steps:
            state = {"model": model.state_dict(), "heads": heads.state_dict(), "optimiser": optimiser.state_dict()}
            torch.save({**state, "step": step + 1}, checkpoint)
            model.save_pretrained(args.out)
            minutes = round((time.monotonic() - began) / 60, 1)
            facts = {"steps": step + 1, "words": round(words, 4), "labels": round(labels, 4), "minutes": minutes}
            (args.out / "pretraining.json").write_text(json.dumps({**facts, "rows": len(rows)}), encoding="utf-8")


if __name__ == "__main__":
    main()
