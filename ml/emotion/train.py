"""The emotion network and how it learns: a linear reader of character n-grams beside a small BERT.

Both read the same token ids, so that the service needs one tokenizer and nothing else. The n-grams are put together and
hashed inside the network, which knows the letters of every token.
"""

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
from transformers import AutoConfig, AutoModel, PreTrainedModel

from ml.emotion.labels import LABELS

ORDERS: Final = (1, 2, 3, 4, 5)
BUCKETS: Final = 2**18
_MULTIPLIER: Final = 1_000_003
_PRIME: Final = 2**31 - 1
_LETTERS_PER_TOKEN: Final = 8
_NEVER: Final = -12.0
"""A logit for what has not been taught."""


class CharacterNgrams(nn.Module):
    """Hashed character n-grams of the text behind token ids, word boundaries being a letter of their own."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__()
        special = set(tokenizer.get_added_tokens_decoder())
        tokens = [tokenizer.id_to_token(i) for i in range(tokenizer.get_vocab_size())]
        alphabet = sorted({letter for token in tokens for letter in token})
        code_of = {letter: code for code, letter in enumerate(alphabet, 2)}
        unknown = tokenizer.token_to_id("[UNK]")
        letters = torch.zeros(len(tokens), _LETTERS_PER_TOKEN, dtype=torch.int64)
        for i, written in enumerate(tokens):
            if i == unknown:
                letters[i, 0] = 1
            elif i not in special:  # special tokens stand for nothing in the text
                codes = [code_of[letter] for letter in written.removeprefix("##")[:_LETTERS_PER_TOKEN]]
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
    """A BERT with three views of a sentence (first token, mean, maximum) under one linear layer."""

    def __init__(self, encoder: PreTrainedModel, labels: int = len(LABELS), dropout: float = 0.3) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(3 * encoder.config.hidden_size, labels)

    @classmethod
    def from_base(cls, base: str, dropout: float = 0.3) -> "SentenceReader":
        """Start from a pretrained BERT: a folder or an id on the Hugging Face hub."""
        encoder = AutoModel.from_pretrained(
            base, dtype=torch.float32, attn_implementation="eager", add_pooling_layer=False
        )
        return cls(encoder, dropout=dropout)

    @classmethod
    def untrained(cls, base: str) -> "SentenceReader":
        """The same shape without weights, to load a checkpoint into."""
        config = AutoConfig.from_pretrained(base)
        return cls(AutoModel.from_config(config, attn_implementation="eager", add_pooling_layer=False))

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
    """All readers as one: what is exported."""

    def __init__(self, ngrams: NgramReader, encoders: Sequence[SentenceReader], mixing: Mixing) -> None:
        super().__init__()
        self.ngrams = ngrams
        self.encoders = nn.ModuleList(encoders)
        self.mixing = mixing

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Log-probabilities, which are logits too, of shape (utterances, labels)."""
        encoded = None
        for encoder in self.encoders:
            answer = encoder(input_ids, attention_mask) / len(self.encoders)
            encoded = answer if encoded is None else encoded + answer
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
    weight_decay: float = 0.01
    smoothing: float = 0.1
    word_dropout: float = 0.1
    """Share of tokens hidden in training."""
    agreement: float = 0.0
    """R-Drop's weight: two passes with other dropout shall agree. Doubles the time."""
    seed: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """Training examples as numbers: token ids, a probability a label, a weight in the loss."""

    rows: Sequence[list[int]]
    targets: np.ndarray
    weights: np.ndarray


def fine_tune(
    reader: SentenceReader,
    examples: Encoded,
    recipe: Recipe,
    *,
    pad_id: int,
    unknown_id: int,
    checkpoint: Path,
    after_epoch: Callable[[int], str],
) -> None:
    """Train in place, saving after each epoch; a run with an existing ``checkpoint`` goes on from it.

    Args:
        reader: The reader to train.
        examples: What it learns from.
        recipe: How.
        pad_id: Token that fills up.
        unknown_id: Token that stands for a hidden one.
        checkpoint: File to save to; removed by whoever no longer needs it.
        after_epoch: Told the number of the finished epoch; what it returns is shown.
    """
    torch.manual_seed(recipe.seed)
    optimiser = torch.optim.AdamW(_parameter_groups(reader, recipe), weight_decay=recipe.weight_decay, fused=True)
    peaks = [group["lr"] for group in optimiser.param_groups]
    first = 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        reader.load_state_dict(saved["reader"])
        optimiser.load_state_dict(saved["optimiser"])
        first = saved["epoch"]
    a_pass = -(-len(examples.rows) // recipe.batch)
    for epoch in range(first, recipe.epochs):
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
            loss = _loss(reader, torch.where(hidden, unknown_id, ids), mask, examples, places, recipe)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimiser.step()
            mean_loss += (loss.item() - mean_loss) / (step + 1)
        state = {"reader": reader.state_dict(), "optimiser": optimiser.state_dict(), "epoch": epoch + 1}
        torch.save(state, checkpoint)
        tqdm.write(f"epoch {epoch + 1}: loss {mean_loss:.4f}  {after_epoch(epoch + 1)}")


def _parameter_groups(reader: SentenceReader, recipe: Recipe) -> list[dict]:
    embeddings = set(reader.encoder.get_input_embeddings().parameters())
    head = set(reader.output.parameters())
    others = [each for each in reader.parameters() if each not in embeddings | head]
    return [
        {"params": list(embeddings), "lr": recipe.learning_rate * recipe.embeddings_rate},
        {"params": others, "lr": recipe.learning_rate},
        {"params": list(head), "lr": recipe.learning_rate * 5},
    ]


def _loss(
    reader: SentenceReader, ids: Tensor, mask: Tensor, examples: Encoded, places: list[int], recipe: Recipe
) -> Tensor:
    targets = torch.from_numpy(examples.targets[places]).float()
    targets = targets * (1 - recipe.smoothing) + recipe.smoothing / targets.shape[1]
    weights = torch.from_numpy(examples.weights[places]).float()
    first = functional.log_softmax(reader(ids, mask), 1)
    loss = -(targets * first).sum(1)
    if recipe.agreement:
        second = functional.log_softmax(reader(ids, mask), 1)
        loss = (loss - (targets * second).sum(1)) / 2
        apart = ((first.exp() - second.exp()) * (first - second)).sum(1) / 2
        loss = loss + recipe.agreement * apart
    return (loss * weights).sum() / weights.sum()


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
    """Logits of shape (rows, labels), without dropout."""
    network.eval()
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    found: list[np.ndarray] = [np.empty(0)] * len(rows)
    for start in range(0, len(order), 64):
        places = order[start : start + 64]
        with torch.no_grad():
            answers = network(*padded([rows[i] for i in places], pad_id)).numpy()
        for i, answer in zip(places, answers, strict=True):
            found[i] = answer
    return np.stack(found)
