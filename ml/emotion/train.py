"""The emotion network and how it learns: a linear reader of character n-grams beside a small BERT.

Both read the same token ids, so that the service needs one tokenizer and nothing else. The n-grams are put together and
hashed inside the network, which knows the letters of every token.
"""

import itertools
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm
from transformers import PreTrainedModel

from ml.emotion.bases import unknown_id
from ml.emotion.labels import LABELS

ORDERS: Final = (1, 2, 3, 4, 5)
BUCKETS: Final = 2**18
_MULTIPLIER: Final = 1_000_003
_PRIME: Final = 2**31 - 1
_MOST_LETTERS: Final = 16
"""Of a token that are looked at; KoBERT's longest piece has as many."""
_NEVER: Final = -12.0
"""A logit for what has not been taught."""


class CharacterNgrams(nn.Module):
    """Hashed character n-grams of the text behind token ids, word boundaries being a letter of their own."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__()
        special = {i for i, token in tokenizer.get_added_tokens_decoder().items() if token.special}
        tokens = _as_written([tokenizer.id_to_token(i) for i in range(tokenizer.get_vocab_size())])
        alphabet = sorted({letter for token in tokens for letter in token})
        code_of = {letter: code for code, letter in enumerate(alphabet, 2)}
        longest = max((len(token) for i, token in enumerate(tokens) if i not in special), default=1)
        letters = torch.zeros(len(tokens), min(longest, _MOST_LETTERS), dtype=torch.int64)
        for i, written in enumerate(tokens):
            if i == unknown_id(tokenizer):
                letters[i, 0] = 1
            elif i not in special:  # special tokens stand for nothing in the text
                codes = [code_of[letter] for letter in written[: letters.shape[1]]]
                letters[i, : len(codes)] = torch.tensor(codes, dtype=torch.int64)
        self.register_buffer("letters", letters)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Buckets and validity of all n-grams, both of shape (utterances, letters, orders)."""
        letters = self.letters[input_ids] * attention_mask.unsqueeze(2)
        letters = letters.flatten(1)
        present = (letters > 0).long()
        places = torch.cumsum(present, 1) * present
        stream = torch.zeros_like(torch.cat([letters, letters[:, : max(ORDERS)]], 1)).scatter(1, places, letters)
        # (place 0 collects the letters that are none)
        length = letters.shape[1]
        code = torch.zeros_like(letters)
        buckets, valid = [], []
        for order in ORDERS:
            following = stream[:, order : order + length]
            code = (code * _MULTIPLIER + following) % _PRIME
            buckets.append((code + order) % BUCKETS)
            valid.append((following > 0).long())
        return torch.stack(buckets, 2), torch.stack(valid, 2)


def _as_written(tokens: Sequence[str]) -> list[str]:
    """Tokens with ``▁`` where a word begins; WordPiece marks the others instead, by ``##``."""
    if not any(token.startswith("##") for token in tokens):
        return list(tokens)
    return [token[2:] if token.startswith("##") else f"▁{token}" for token in tokens]


class NgramReader(nn.Module):
    """Logistic regressions on TF-IDF weighted n-grams: the part that knows how people end their sentences.

    All share one set of features. The columns are two sets of logits, for chat and for comments on the web, and the
    logit of being such a comment: people write "대박" to a friend and under a news story in different moods.
    """

    CHAT: Final = slice(0, len(LABELS))
    COMMENT: Final = slice(len(LABELS), 2 * len(LABELS))
    IS_COMMENT: Final = slice(2 * len(LABELS), 2 * len(LABELS) + 1)

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__()
        self.ngrams = CharacterNgrams(tokenizer)
        columns = self.IS_COMMENT.stop
        self.register_buffer("table", torch.zeros(BUCKETS, columns, dtype=torch.float16))
        self.register_buffer("idf", torch.zeros(BUCKETS, dtype=torch.float16))
        self.register_buffer("bias", torch.zeros(columns))
        self.bias[self.COMMENT.stop - 1] = _NEVER  # comments are never taught to be neutral
        self.bias[self.IS_COMMENT] = _NEVER

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """All columns, of shape (utterances, columns)."""
        buckets, valid = self.ngrams(input_ids, attention_mask)
        buckets, valid = buckets.flatten(1), valid.flatten(1).float()
        idf = self.idf[buckets].float() * valid
        length = torch.sqrt((idf * idf).sum(1, keepdim=True) + 1e-6)
        return (self.table[buckets].float() * valid.unsqueeze(2)).sum(1) / length + self.bias

    def features(self, rows: Sequence[list[int]]) -> csr_matrix:
        """Weighted n-grams of all training rows; sets the inverse document frequencies."""
        counts = self._counts(rows)
        documents = np.asarray((counts > 0).sum(0)).ravel()
        idf = np.where(documents >= 2, np.log((1 + len(rows)) / (1 + documents)) + 1, 0).astype(np.float16)
        self.idf.copy_(torch.from_numpy(idf))
        exact = idf.astype(np.float32)
        lengths = np.sqrt(counts @ exact**2 + 1e-6)
        return counts.multiply(exact).multiply(1 / lengths[:, None]).tocsr()

    def learn(
        self, columns: slice, features: csr_matrix, targets: np.ndarray, weights: np.ndarray, inverse_penalty: float
    ) -> None:
        """Fit some columns to shares of shape (rows, labels), or one column to the second of two labels."""
        row, label = np.nonzero(targets > 0.05)
        regression = LogisticRegression(C=inverse_penalty, max_iter=150, tol=1e-3)
        regression.fit(features[row], label, sample_weight=weights[row] * targets[row, label])
        places = [columns.start] if columns == self.IS_COMMENT else regression.classes_ + columns.start
        self.table[:, places] = torch.from_numpy(regression.coef_.T * self.idf.numpy()[:, None]).half()
        self.bias[places] = torch.from_numpy(regression.intercept_).float()

    def even_out(self, columns: slice, shares: np.ndarray, strength: float) -> None:
        """Hold common labels back by the logarithm of their shares (logit adjustment, Menon 2021); absent ones stay."""
        known = shares > 0
        self.bias[columns] -= strength * torch.from_numpy(np.log(np.where(known, shares, 1.0))).float()

    def load(self, file: Path) -> None:
        """Take over what a reader of the same tokenizer has learnt and saved."""
        self.load_state_dict(torch.load(file, weights_only=True))

    def _counts(self, rows: Sequence[list[int]]) -> csr_matrix:
        columns, ends = [], [0]
        for row in rows:
            ids = torch.tensor([row])
            buckets, valid = self.ngrams(ids, torch.ones_like(ids))
            columns.append(buckets[valid.bool()].numpy())
            ends.append(ends[-1] + len(columns[-1]))
        found = np.concatenate(columns)
        counts = csr_matrix((np.ones(len(found), np.float32), found, ends), shape=(len(rows), BUCKETS))
        counts.sum_duplicates()
        return counts


class SentenceReader(nn.Module):
    """A BERT, RoBERTa or ELECTRA with three views of a sentence (first token, mean, maximum) under a linear layer."""

    def __init__(self, encoder: PreTrainedModel, labels: int = len(LABELS), dropout: float = 0.3) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(3 * encoder.config.hidden_size, labels)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Logits of shape (utterances, labels)."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        present = attention_mask.unsqueeze(2).to(hidden.dtype)
        mean = (hidden * present).sum(1) / present.sum(1)
        largest = (hidden - 1e4 * (1 - present)).max(1).values
        return self.output(self.dropout(torch.cat([hidden[:, 0], mean, largest], 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixing:
    """How readers are added up: weights of n-grams and encoders in chat, and the same for comments."""

    chat_ngrams: float = 1.0
    chat_encoders: float = 0.0
    comment_ngrams: float = 1.0
    comment_encoders: float = 0.0
    comment_bias: float = 0.0
    """Added to the logit of being a comment: below 0 it needs more evidence, as listeners chat."""


class EmotionNetwork(nn.Module):
    """All readers as one: what is exported. Without n-grams it is the mean of its encoders, for any set of labels."""

    def __init__(self, ngrams: NgramReader | None, encoders: Sequence[SentenceReader], mixing: Mixing) -> None:
        super().__init__()
        self.ngrams = ngrams
        self.encoders = nn.ModuleList(encoders)
        self.mixing = mixing

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Logits of shape (utterances, labels)."""
        encoded = None
        for encoder in self.encoders:
            answer = encoder(input_ids, attention_mask) / len(self.encoders)
            encoded = answer if encoded is None else encoded + answer
        if self.ngrams is None:
            return encoded
        return mix(self.ngrams(input_ids, attention_mask), encoded, self.mixing)


def mix(ngrams: Tensor, encoded: Tensor | None, mixing: Mixing) -> Tensor:
    """Two experts, each a weighted sum of both readers, in the proportion in which the text looks like theirs.

    The proportion is a softmax over two, not a sigmoid: ONNX Runtime's sigmoid is off by half a per cent near 0.
    """
    chat = mixing.chat_ngrams * ngrams[:, NgramReader.CHAT]
    comment = mixing.comment_ngrams * ngrams[:, NgramReader.COMMENT]
    if encoded is not None:
        chat = chat + mixing.chat_encoders * encoded
        comment = comment + mixing.comment_encoders * encoded
    is_comment = ngrams[:, NgramReader.IS_COMMENT] + mixing.comment_bias
    trust = functional.log_softmax(torch.cat([torch.zeros_like(is_comment), is_comment], 1), 1)
    experts = torch.stack(
        [functional.log_softmax(chat, 1) + trust[:, :1], functional.log_softmax(comment, 1) + trust[:, 1:]]
    )
    return torch.logsumexp(experts, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a `SentenceReader` is fine-tuned."""

    epochs: int = 8
    batch: int = 32
    learning_rate: float = 2e-4
    embeddings_rate: float = 0.2
    """Share of the learning rate for token vectors: words that training never shows stay near those it does."""
    layer_decay: float = 1.0
    """Each layer learns at this share of the rate of the one above it (Howard 2018); .9 suits twelve layers."""
    weight_decay: float = 0.01
    smoothing: float = 0.1
    """Share of each target that is spread evenly over all labels."""
    word_dropout: float = 0.1
    """Share of tokens hidden in training."""
    agreement: float = 0.0
    """R-Drop's weight (Liang 2021): two passes with other dropout shall agree. Doubles the time."""
    distil_weight: float = 0.7
    """With a teacher: the share of the loss that is the distance to its answers (Hinton 2015)."""
    distil_temperature: float = 3.0
    """With a teacher: what both sides' logits are divided by before they are compared."""
    patience: int | None = None
    """Stop after so many epochs without a better score and keep the best; None: run to the end and keep the last."""
    seed: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """Training examples as numbers: token ids, a probability a label, a weight in the loss."""

    rows: Sequence[list[int]]
    targets: np.ndarray
    weights: np.ndarray
    teacher: np.ndarray | None = None
    """A teacher's logits, of the shape of ``targets``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """Where a network is trained, and in which half precision, if any."""

    device: torch.device
    half: torch.dtype | None = None

    @classmethod
    def best(cls) -> "Hardware":
        """The first GPU with mixed precision (bfloat16 where it has that, else float16), or the CPU in float32."""
        if not torch.cuda.is_available():
            return cls(device=torch.device("cpu"))
        half = torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
        return cls(device=torch.device("cuda"), half=half)

    def mixed_precision(self) -> torch.autocast:
        """A context in which matrices are multiplied in half precision, if there is one."""
        return torch.autocast(self.device.type, dtype=self.half, enabled=self.half is not None)


def fine_tune(
    reader: SentenceReader,
    examples: Encoded,
    recipe: Recipe,
    *,
    pad_id: int,
    unknown_id: int,
    checkpoint: Path,
    judge: Callable[[], tuple[float, str]],
    hardware: Hardware | None = None,
) -> None:
    """Train in place, saving after each epoch.

    A run with an existing ``checkpoint`` goes on from it, and ends where it would have ended without the interruption.

    Args:
        reader: The reader to train.
        examples: What it learns from.
        recipe: How.
        pad_id: Token that fills up.
        unknown_id: Token that stands for a hidden one.
        checkpoint: File to save to; removed by whoever no longer needs it.
        judge: Asked after each epoch for a score, the higher the better, and for words about it to show.
        hardware: Where to train; the best at hand if not given.
    """
    hardware = hardware or Hardware.best()
    reader.to(hardware.device)
    optimiser = torch.optim.AdamW(_parameter_groups(reader, recipe), weight_decay=recipe.weight_decay, fused=True)
    peaks = [group["lr"] for group in optimiser.param_groups]
    scaler = torch.amp.GradScaler(hardware.device.type, enabled=hardware.half is torch.float16)
    scores: list[float] = []
    best = None
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True, map_location=hardware.device)
        reader.load_state_dict(saved["reader"])
        optimiser.load_state_dict(saved["optimiser"])
        scaler.load_state_dict(saved["scaler"])
        scores, best = saved["scores"], saved["best"]
    a_pass = -(-len(examples.rows) // recipe.batch)
    while len(scores) < recipe.epochs and not _has_stopped(scores, recipe.patience):
        epoch = len(scores)
        torch.manual_seed(recipe.seed * 1000 + epoch)  # so that an interruption changes nothing
        reader.train()
        order = list(_batches(examples.rows, recipe.batch, random.Random(recipe.seed * 1000 + epoch)))  # noqa: S311 - no secrets
        progress = tqdm(order, desc=f"epoch {epoch + 1}/{recipe.epochs}", mininterval=10)
        mean_loss = 0.0
        for step, places in enumerate(progress):
            rate = _schedule(epoch * a_pass + step, recipe.epochs * a_pass)
            for group, peak in zip(optimiser.param_groups, peaks, strict=True):
                group["lr"] = peak * rate
            ids, mask = padded([examples.rows[i] for i in places], pad_id)
            hidden = (torch.rand(ids.shape) < recipe.word_dropout) & (mask > 0)
            hidden[:, 0] = False
            ids = torch.where(hidden, unknown_id, ids).to(hardware.device)
            mask = mask.to(hardware.device)
            with hardware.mixed_precision():
                passes = [reader(ids, mask).float() for _ in range(2 if recipe.agreement else 1)]
            loss = loss_of(passes, *_wanted(examples, places, hardware.device), recipe)
            optimiser.zero_grad(set_to_none=True)
            scaler.scale(loss).backward()
            scaler.unscale_(optimiser)
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            scaler.step(optimiser)
            scaler.update()
            mean_loss += (loss.item() - mean_loss) / (step + 1)
        score, words = judge()
        if recipe.patience is not None and score > max(scores, default=-math.inf):
            best = {name: value.cpu().clone() for name, value in reader.state_dict().items()}
        scores.append(score)
        state = {"reader": reader.state_dict(), "optimiser": optimiser.state_dict(), "scaler": scaler.state_dict()}
        _save({**state, "scores": scores, "best": best}, checkpoint)
        tqdm.write(f"epoch {epoch + 1}: loss {mean_loss:.4f}  {words}")
    if best is not None:
        reader.load_state_dict(best)
    reader.cpu()


def load_checkpoint(reader: SentenceReader, checkpoint: Path) -> None:
    """Put into ``reader`` what `fine_tune` left it with."""
    saved = torch.load(checkpoint, weights_only=True, map_location="cpu")
    reader.load_state_dict(saved.get("best") or saved["reader"])


def loss_of(
    passes: Sequence[Tensor], targets: Tensor, weights: Tensor, teacher: Tensor | None, recipe: Recipe
) -> Tensor:
    """What is minimised, over the logits of one pass, or of two with other dropout.

    Args:
        passes: Logits, each of shape (utterances, labels).
        targets: Probabilities of the same shape.
        weights: One an utterance.
        teacher: A teacher's logits, if there is one.
        recipe: Smoothing, and the weights of agreement and teacher.
    """
    targets = targets * (1 - recipe.smoothing) + recipe.smoothing / targets.shape[1]
    guesses = [functional.log_softmax(logits, 1) for logits in passes]
    loss = sum(-(targets * guess).sum(1) for guess in guesses) / len(guesses)
    if teacher is not None:
        soft = recipe.distil_temperature
        told = functional.log_softmax(teacher / soft, 1)
        gaps = [(told.exp() * (told - functional.log_softmax(logits / soft, 1))).sum(1) for logits in passes]
        loss = (1 - recipe.distil_weight) * loss + recipe.distil_weight * soft**2 * sum(gaps) / len(gaps)
    if len(guesses) == 2:
        one, other = guesses
        loss = loss + recipe.agreement * ((one.exp() - other.exp()) * (one - other)).sum(1) / 2
    return (loss * weights).sum() / weights.sum()


def _wanted(examples: Encoded, places: list[int], device: torch.device) -> tuple[Tensor, Tensor, Tensor | None]:
    """Targets, weights and the teacher's logits of some examples."""

    def chosen(values: np.ndarray) -> Tensor:
        return torch.from_numpy(values[places]).float().to(device)

    teacher = None if examples.teacher is None else chosen(examples.teacher)
    return chosen(examples.targets), chosen(examples.weights), teacher


def _has_stopped(scores: Sequence[float], patience: int | None) -> bool:
    return patience is not None and bool(scores) and len(scores) - 1 - scores.index(max(scores)) >= patience


def _save(state: dict, checkpoint: Path) -> None:
    """Write beside and rename: an interruption leaves the old checkpoint or the new one."""
    fresh = checkpoint.with_suffix(".fresh")
    torch.save(state, fresh)
    fresh.replace(checkpoint)


def _parameter_groups(reader: SentenceReader, recipe: Recipe) -> list[dict]:
    """The head fastest, then layer below layer, token vectors last."""
    layers = list(reader.encoder.encoder.layer)
    rate_of = dict.fromkeys(reader.parameters(), recipe.learning_rate)
    rate_of |= dict.fromkeys(reader.output.parameters(), recipe.learning_rate * 5)
    for depth, layer in enumerate(reversed(layers)):
        rate_of |= dict.fromkeys(layer.parameters(), recipe.learning_rate * recipe.layer_decay**depth)
    lowest = recipe.learning_rate * recipe.layer_decay ** len(layers)
    rate_of |= dict.fromkeys(reader.encoder.embeddings.parameters(), lowest)
    vectors = reader.encoder.get_input_embeddings().parameters()
    rate_of |= dict.fromkeys(vectors, lowest * recipe.embeddings_rate)
    return [
        {"params": [each for each, own in rate_of.items() if own == rate], "lr": rate}
        for rate in dict.fromkeys(rate_of.values())
    ]


def _schedule(step: int, steps: int) -> float:
    """Linear warm-up over 6 % of the steps, then cosine to nothing."""
    warm_up = max(1, steps * 6 // 100)
    if step < warm_up:
        return (step + 1) / warm_up
    return 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, steps - warm_up)))


def _batches(rows: Sequence[list[int]], size: int, rng: random.Random) -> Iterator[list[int]]:
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]) + rng.random() * 6)
    cuts = [order[start : start + size] for start in range(0, len(order), size)]
    rng.shuffle(cuts)
    return iter(cuts)


def padded(rows: Sequence[list[int]], pad_id: int) -> tuple[Tensor, Tensor]:
    """Token ids and attention mask, both of shape (rows, longest row)."""
    width = max(map(len, rows))
    ids = torch.tensor([row + [pad_id] * (width - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    return ids, mask


def logits_of(network: nn.Module, rows: Sequence[list[int]], pad_id: int) -> np.ndarray:
    """Logits of shape (rows, labels), without dropout, wherever the network lies."""
    network.eval()
    device = next(itertools.chain(network.parameters(), network.buffers())).device
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    found: list[np.ndarray] = [np.empty(0)] * len(rows)
    for start in range(0, len(order), 64):
        places = order[start : start + 64]
        with torch.no_grad():
            ids, mask = padded([rows[i] for i in places], pad_id)
            answers = network(ids.to(device), mask.to(device)).cpu().numpy()
        for i, answer in zip(places, answers, strict=True):
            found[i] = answer
    return np.stack(found)
