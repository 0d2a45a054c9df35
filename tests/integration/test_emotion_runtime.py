import asyncio
import json
import threading
import time
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from bot.domain import Emotion, Language
from bot.errors import BundleCorrupt, ClassifierOverloaded, ManifestMissing, ModelOutputUnexpected
from bot.mood_policy import Decision, decide
from bot.phrases import load_phrases
from ml.emotion.runtime import (
    EMBEDDED_BUNDLE,
    TOKENS_PER_BATCH,
    Bundle,
    Logits,
    OnnxEmotionClassifier,
    open_classifier,
)
from tests.integration.tiny_bundle import WORDS, make_bundle

NASTY = {
    "empty": "",
    "zero-width": "\u200b\u200d\ufeff\u2060",
    "lone surrogates": "\ud800 슬퍼 \udfff",
    "NFD": unicodedata.normalize("NFD", "슬퍼 정말 슬퍼"),
    "10,000 characters": "슬퍼 " * 3_334,
    "one endless word": "슬" * 10_000,
    "only emoji": "😭😭🏳️‍🌈👩‍👩‍👧",
    "control characters": "\x00\x01\x1b[31m\x7f\u202e",
    "special tokens": "[CLS] [SEP] [PAD] [MASK] [UNK]",
    "jamo": "ㅠㅠㅠㅠㅠㅠㅠㅠㅋㅋㅋㄱㅏ",
    "combining marks": "a" + "\u0301" * 500,
    "new lines": "슬퍼\r\n\t\v슬퍼\u2028슬퍼",
}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_bundle(tmp_path_factory.mktemp("bundle"))


class Watched(Bundle):
    """A bundle that takes its time, and notes the batches that it was given."""

    batches: list[list[int]]
    pause: float

    @classmethod
    def of(cls, directory: Path, pause: float) -> "Watched":
        plain = Bundle.load(directory)
        watched = cls(**{field.name: getattr(plain, field.name) for field in fields(plain)})
        object.__setattr__(watched, "batches", [])
        object.__setattr__(watched, "pause", pause)
        return watched

    def run(self, batch: Sequence[Sequence[int]]) -> Logits:
        self.batches.append([len(tokens) for tokens in batch])
        time.sleep(self.pause)
        return super().run(batch)


async def test_each_word_is_heard_as_its_emotion(directory: Path) -> None:
    async with open_classifier(directory, workers=1) as classifier:
        for emotion, word in zip(Emotion, WORDS, strict=False):
            reading = await classifier.read(f"나 {word}")
            assert reading.emotion is emotion
            assert sum(reading.scores.values()) == pytest.approx(1.0)
        assert (await classifier.read(WORDS[-1])).neutral > 0.9


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
async def test_nothing_that_can_be_written_breaks_it(directory: Path, text: str) -> None:
    async with open_classifier(directory, workers=1) as classifier:
        reading = await classifier.read(text)
        assert sum(reading.scores.values()) == pytest.approx(1.0)


async def test_decomposed_hangul_reads_as_composed(directory: Path) -> None:
    async with open_classifier(directory, workers=1) as classifier:
        assert await classifier.read(NASTY["NFD"]) == await classifier.read("슬퍼 정말 슬퍼")


async def test_batched_and_padded_readings_equal_single_ones(directory: Path) -> None:
    bundle = Bundle.load(directory)
    texts = ["슬퍼", "기뻐 기뻐 나", "화나 나 너 우리", "회의"]
    tokens = [bundle.encode_utterance(text) for text in texts]
    together = bundle.run(tokens)
    for row, single in zip(together, tokens, strict=True):
        np.testing.assert_allclose(row, bundle.run([single])[0], atol=1e-5)


async def test_many_callers_get_each_their_own_reading_in_batches_of_near_equal_length(directory: Path) -> None:
    watched = Watched.of(directory, pause=0.002)
    with ThreadPoolExecutor(2) as pool:
        classifier = OnnxEmotionClassifier(watched, pool, workers=2, line=1_000)
        wanted = [(number % 5, f"{WORDS[number % 5]} " + f"{number} " * (number % 9)) for number in range(300)]
        readings = await asyncio.gather(*(classifier.read(text) for _, text in wanted))
    assert [list(Emotion)[label] for label, _ in wanted] == [reading.emotion for reading in readings]
    for batch in watched.batches:
        assert max(batch) - min(batch) <= 2 * (batch[0] // 8 + 1)
        assert len(batch) * batch[0] <= TOKENS_PER_BATCH
    assert len(watched.batches) < 200


async def test_a_full_line_refuses_at_once_and_nobody_who_waits_is_lost(directory: Path) -> None:
    watched = Watched.of(directory, pause=0.05)
    with ThreadPoolExecutor(1) as pool:
        classifier = OnnxEmotionClassifier(watched, pool, workers=1, line=3)
        running = [asyncio.ensure_future(classifier.read(f"슬퍼 {number}")) for number in range(4)]
        await asyncio.sleep(0)
        began = time.perf_counter()
        with pytest.raises(ClassifierOverloaded) as refused:
            await classifier.read("슬퍼 그리고")
        assert time.perf_counter() - began < 0.04
        assert refused.value.retry_after is not None
        assert {reading.emotion for reading in await asyncio.gather(*running)} == {Emotion.SADNESS}


async def test_the_event_loop_goes_on_while_the_model_runs(directory: Path) -> None:
    watched = Watched.of(directory, pause=0.1)
    with ThreadPoolExecutor(1) as pool:
        classifier = OnnxEmotionClassifier(watched, pool, workers=1)
        reading = asyncio.ensure_future(classifier.read("슬퍼"))
        ticks = 0
        while not reading.done():
            await asyncio.sleep(0.005)
            ticks += 1
    assert ticks >= 5


async def test_a_caller_who_leaves_costs_nobody_anything(directory: Path) -> None:
    watched = Watched.of(directory, pause=0.03)
    with ThreadPoolExecutor(1) as pool:
        classifier = OnnxEmotionClassifier(watched, pool, workers=1)
        readings = [asyncio.ensure_future(classifier.read(f"{word} 나")) for word in WORDS[:4]]
        await asyncio.sleep(0.01)
        readings[2].cancel()
        results = await asyncio.gather(*readings, return_exceptions=True)
    assert isinstance(results[2], asyncio.CancelledError)
    assert [result.emotion for result in results if not isinstance(result, BaseException)] == [
        Emotion.JOY,
        Emotion.SADNESS,
        Emotion.ANGER,
    ]
    assert sum(map(len, watched.batches)) == 3


async def test_the_same_text_is_read_once_and_its_words_are_not_kept(directory: Path) -> None:
    watched = Watched.of(directory, pause=0.0)
    with ThreadPoolExecutor(1) as pool:
        classifier = OnnxEmotionClassifier(watched, pool, workers=1)
        first = await classifier.read("슬퍼  정말")
        assert await classifier.read(" 슬퍼 정말\n") is first
    assert len(watched.batches) == 1
    assert "슬퍼" not in repr(classifier._cache)


async def test_a_model_that_answers_nonsense_is_an_unexpected_answer_and_the_next_reading_works(
    directory: Path,
) -> None:
    class Broken(Watched):
        def run(self, batch: Sequence[Sequence[int]]) -> Logits:
            if not self.batches:
                self.batches.append([0])
                raise ModelOutputUnexpected("no numbers")
            return super().run(batch)

    with ThreadPoolExecutor(1) as pool:
        classifier = OnnxEmotionClassifier(Broken.of(directory, 0.0), pool, workers=1)
        with pytest.raises(ModelOutputUnexpected):
            await classifier.read("슬퍼")
        assert (await classifier.read("슬퍼")).emotion is Emotion.SADNESS


async def test_closing_waits_for_the_readings_under_way(directory: Path) -> None:
    async with open_classifier(directory, workers=2) as classifier:
        readings = [asyncio.ensure_future(classifier.read(f"기뻐 {number}")) for number in range(50)]
        await asyncio.sleep(0)
    assert {reading.emotion for reading in await asyncio.wait_for(asyncio.gather(*readings), 1)} == {Emotion.JOY}
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("emotion")]


def test_a_directory_without_a_manifest_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(ManifestMissing, match=r"manifest\.json"):
        Bundle.load(tmp_path)


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
def test_a_changed_or_missing_file_is_refused_by_name(tmp_path: Path, file: str) -> None:
    bundle = make_bundle(tmp_path / "bundle")
    with (bundle / file).open("ab") as stream:
        stream.write(b" ")
    with pytest.raises(BundleCorrupt, match=file):
        Bundle.load(bundle)
    (bundle / file).unlink()
    with pytest.raises(BundleCorrupt, match=file):
        Bundle.load(bundle)


@pytest.mark.parametrize(
    "change", [{"kind": "mood"}, {"format": 99}, {"labels": ["a", "b"]}], ids=["kind", "format", "labels"]
)
def test_a_bundle_of_another_kind_format_or_taxonomy_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    manifest = make_bundle(tmp_path / "bundle") / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text(encoding="utf-8")), **change}), encoding="utf-8")
    with pytest.raises(BundleCorrupt):
        Bundle.load(manifest.parent)


@pytest.mark.parametrize("content", ["", "[]", "{", "\x00"])
def test_a_manifest_that_is_no_manifest_is_refused_and_never_a_traceback(tmp_path: Path, content: str) -> None:
    manifest = make_bundle(tmp_path / "bundle") / "manifest.json"
    manifest.write_text(content, encoding="utf-8")
    with pytest.raises((ManifestMissing, BundleCorrupt)):
        Bundle.load(manifest.parent)


@pytest.mark.parametrize(
    "change",
    [{"temperature": 0}, {"thresholds": {"foo": 1}}, {"max_length": "x"}, {"files": []}, {"files": {}}],
    ids=["temperature", "thresholds", "length", "list of files", "no files"],
)
def test_a_manifest_that_lies_is_refused_in_one_line(tmp_path: Path, change: dict[str, object]) -> None:
    manifest = make_bundle(tmp_path / "bundle") / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text(encoding="utf-8")), **change}), encoding="utf-8")
    with pytest.raises(BundleCorrupt) as refused:
        Bundle.load(manifest.parent)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("language", list(Language))
def test_every_example_of_the_greeting_is_answered_by_the_bundle_that_ships(language: Language) -> None:
    bundle = Bundle.load(EMBEDDED_BUNDLE)
    for example in load_phrases().variants("examples", language):
        (reading,) = bundle.readings(bundle.run([bundle.encode_utterance(example)]))
        assert decide(reading, bundle.thresholds) is Decision.ANSWER, example
