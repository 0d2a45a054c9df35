"""Reads utterances with an ONNX bundle, off the event loop, for many listeners at once.

The design was measured on two cores: one session, as many single-threaded workers as cores, a bounded line, no
waiting for company, batches of near-equal lengths within a token budget, an exact-text cache in front. Against a plain
first-in-first-out executor it saves 13-32 % of the CPU at 32 callers and costs nothing for one.
"""

import asyncio
import contextlib
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from tokenizers import Tokenizer

from bot.domain import Emotion, EmotionReading, Thresholds
from bot.errors import BundleCorrupt, ClassifierOverloaded, ModelOutputUnexpected
from ml.bundle import read_manifest
from ml.emotion.labels import EMOTIONS, LABELS
from ml.emotion.text import normalise

EMBEDDED_BUNDLE: Final = Path(__file__).parent / "bundle"

LINE: Final = 256
"""Callers that may wait; the next one is told "one moment" at once. At 3 ms a reading the last waits under a second."""

TOKENS_PER_BATCH: Final = 128
CACHED_READINGS: Final = 4_096
"""About 0.5 kB each. Keys are hashes of the cleaned text: no utterance outlives its answer in memory either."""

MODEL: Final = "model.onnx"
TOKENIZER: Final = "tokenizer.json"
TEST_SENTENCE: Final = "오늘 하루도 수고했어"

_NEEDED: Final = {"labels", "max_length", "lowercase", "pad_id", "temperature", "thresholds"}

Logits = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A checked emotion bundle, ready to run."""

    manifest: dict[str, Any]
    tokenizer: Tokenizer
    session: ort.InferenceSession
    lowercase: bool
    pad_id: int
    temperature: float
    thresholds: Thresholds
    label_count: int

    @classmethod
    def load(cls, directory: Path) -> "Bundle":
        """Load a bundle after checking every file against its manifest, and read one sentence with it.

        Raises:
            ManifestMissing: ``directory`` is no complete bundle.
            BundleCorrupt: A file is not the one described, the model is not one of this taxonomy, or it does not read.
        """
        manifest = read_manifest(directory, "emotion")
        try:
            bundle = cls._of(directory, manifest)
            bundle.check()
        except BundleCorrupt:
            raise
        except Exception as cause:  # tokenizers and onnxruntime raise bare exceptions
            raise BundleCorrupt(
                f"{directory}: does not read ({type(cause).__name__}: {cause})".splitlines()[0]
            ) from cause
        return bundle

    @classmethod
    def _of(cls, directory: Path, manifest: dict[str, Any]) -> "Bundle":
        missing = _NEEDED - manifest.keys() | {MODEL, TOKENIZER} - manifest["files"].keys()
        if missing:
            raise BundleCorrupt(f"{directory}: its manifest does not say {', '.join(sorted(missing))}")
        labels = tuple(manifest["labels"])
        if labels not in (EMOTIONS, LABELS):
            raise BundleCorrupt(f"{directory}: its labels are {', '.join(labels)}; expected {', '.join(LABELS)}")
        return cls(
            manifest=manifest,
            tokenizer=tokenizer_of(
                directory / TOKENIZER, int(manifest["max_length"]), manifest["files"][TOKENIZER]["sha256"]
            ),
            session=ort.InferenceSession(str(directory / MODEL), session_options(), ["CPUExecutionProvider"]),
            lowercase=bool(manifest["lowercase"]),
            pad_id=int(manifest["pad_id"]),
            temperature=float(manifest["temperature"]),
            thresholds=Thresholds(**manifest["thresholds"]),
            label_count=len(labels),
        )

    def check(self) -> EmotionReading:
        """Read one sentence.

        Raises:
            ModelOutputUnexpected: The reading is none.
        """
        (reading,) = self.readings(self.run([self.encode_utterance(TEST_SENTENCE)]))
        if not 0 <= reading.confidence <= 1:
            raise ModelOutputUnexpected(f"a confidence of {reading.confidence}; is the temperature wrong?")
        return reading

    def encode_utterance(self, text: str) -> list[int]:
        """Token ids of an utterance as it was written, special tokens included."""
        return self.encode(normalise(text, lowercase=self.lowercase))

    def encode(self, normalised: str) -> list[int]:
        """Token ids of a normalised utterance, special tokens included."""
        ids: list[int] = self.tokenizer.encode(normalised).ids
        return ids

    def run(self, batch: Sequence[Sequence[int]]) -> Logits:
        """Logits of shape (utterances, labels); shorter utterances are padded and masked."""
        width = max(map(len, batch))
        ids = np.full((len(batch), width), self.pad_id, dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        (logits,) = self.session.run(None, {"input_ids": ids, "attention_mask": mask})
        if logits.shape != (len(batch), self.label_count) or not np.isfinite(logits).all():
            raise ModelOutputUnexpected(
                f"expected finite logits of {(len(batch), self.label_count)}, got {logits.shape}"
            )
        return np.asarray(logits, dtype=np.float32)

    def readings(self, logits: Logits) -> list[EmotionReading]:
        """Calibrated readings, one a row of logits."""
        scaled = logits.astype(np.float64) / self.temperature
        exponentials = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
        emotional = probabilities[:, : len(EMOTIONS)]
        neutral = probabilities[:, len(EMOTIONS) :].sum(axis=1)
        scores = emotional / emotional.sum(axis=1, keepdims=True)
        return [
            EmotionReading(scores=dict(zip(Emotion, map(float, row), strict=True)), neutral=float(none))
            for row, none in zip(scores, neutral, strict=True)
        ]


@dataclass(slots=True)
class _Caller:
    tokens: list[int] = field(repr=False)  # asyncio prints callers whose future was lost
    reading: asyncio.Future[EmotionReading]


@dataclass(slots=True)
class OnnxEmotionClassifier:
    """`EmotionClassifier` over an ONNX bundle; use it through `open_classifier`."""

    bundle: Bundle
    pool: ThreadPoolExecutor
    workers: int
    line: int = LINE
    _idle: int = field(init=False)
    _done: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: deque[_Caller] = field(default_factory=deque)
    _cache: OrderedDict[int, EmotionReading] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self._idle = self.workers

    async def read(self, text: str) -> EmotionReading:
        """Read one utterance."""
        cleaned = normalise(text, lowercase=self.bundle.lowercase)
        key = hash(cleaned)
        if (known := self._cache.get(key)) is not None:
            self._cache.move_to_end(key)
            return known
        if len(self._waiting) >= self.line:
            raise ClassifierOverloaded(f"{len(self._waiting)} callers wait already", retry_after=1.0)
        caller = _Caller(self.bundle.encode(cleaned), asyncio.get_running_loop().create_future())
        self._waiting.append(caller)
        self._employ()
        reading = await caller.reading
        self._cache[key] = reading
        if len(self._cache) > CACHED_READINGS:
            self._cache.popitem(last=False)
        return reading

    async def check(self) -> None:
        """Let a worker read one sentence, past the cache.

        Raises:
            ModelOutputUnexpected: The reading is none.
        """
        await asyncio.get_running_loop().run_in_executor(self.pool, self.bundle.check)

    async def drained(self) -> None:
        """Wait until nobody waits and no worker reads."""
        while self._idle < self.workers:
            self._done.clear()
            await self._done.wait()

    def _employ(self) -> None:
        """Give every idle worker a batch while somebody waits."""
        while self._idle and (batch := self._next_batch()):
            self._idle -= 1
            running = asyncio.get_running_loop().run_in_executor(self.pool, self._run, [each.tokens for each in batch])
            running.add_done_callback(partial(self._deliver, batch))

    def _next_batch(self) -> list[_Caller]:
        """The caller who has waited longest and others of near-equal length, an even share for each idle worker."""
        present = [caller for caller in self._waiting if not caller.reading.done()]  # some have left meanwhile
        if not present:
            self._waiting.clear()
            return []
        length = len(present[0].tokens)
        most = min(max(1, TOKENS_PER_BATCH // length), -(-len(present) // self._idle))
        tolerance = length // 8 + 1
        batch = [caller for caller in present if abs(len(caller.tokens) - length) <= tolerance][:most]
        taken = set(map(id, batch))
        self._waiting = deque(caller for caller in present if id(caller) not in taken)
        return batch

    def _run(self, batch: list[list[int]]) -> list[EmotionReading]:
        return self.bundle.readings(self.bundle.run(batch))

    def _deliver(self, batch: list[_Caller], running: asyncio.Future[list[EmotionReading]]) -> None:
        self._idle += 1
        self._done.set()
        problem = running.exception()
        for position, caller in enumerate(batch):
            if caller.reading.done():
                continue
            if problem is not None:
                caller.reading.set_exception(problem)
            else:
                caller.reading.set_result(running.result()[position])
        self._employ()


@contextlib.asynccontextmanager
async def open_classifier(directory: Path, *, workers: int, line: int = LINE) -> AsyncIterator[OnnxEmotionClassifier]:
    """Load a bundle and serve it until the block ends; readings under way are finished first.

    Raises:
        ManifestMissing: ``directory`` is no complete bundle.
        BundleCorrupt: It is not what its manifest says.
    """
    bundle = Bundle.load(directory)
    with ThreadPoolExecutor(workers, thread_name_prefix="emotion") as pool:
        classifier = OnnxEmotionClassifier(bundle, pool, workers, line)
        yield classifier
        await classifier.drained()


@lru_cache(maxsize=2)
def tokenizer_of(file: Path, max_length: int, _digest: str) -> Tokenizer:
    """The tokenizer of a file, as it is now: whoever reads the same one shares it, and with it some megabytes."""
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.enable_truncation(max_length)
    tokenizer.no_padding()
    return tokenizer


def session_options() -> ort.SessionOptions:
    """One thread, which sleeps while it waits: the service decides how many run at once."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
