"""`smoody read`, `mood` and `recommend`: lines in, answers out, for pipes and programs."""

import asyncio
import itertools
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import typer

from bot.commands import prepared
from bot.domain import CARDS_PER_REPLY, AudioFeatures, EmotionReading, Hints, Mood, Taste, TrackCard, Wish
from bot.errors import FeaturesRefused, SmoodyError
from bot.settings import Settings

if TYPE_CHECKING:
    from ml.emotion.runtime import Bundle

LINES_AT_ONCE: Final = 256

Parsed = TypeVar("Parsed")


class LineRefused(SmoodyError):
    """A line of input that is not what the command reads; names the line, never quotes it."""


def read(
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Each line is a JSON object with "text".')] = False,
) -> None:
    """Read the emotion in utterances: one a line in, one JSON object a line out."""
    settings = prepared()
    from bot.wiring import bundle_directory
    from ml.emotion.runtime import Bundle
    from ml.wishes.runtime import EmbeddedWishClassifier

    bundle = Bundle.load(bundle_directory(settings))
    wishes = EmbeddedWishClassifier.load()
    index = itertools.count()
    for texts in _in_parts(_text_of if jsonl else lambda line, _number: line):
        for text, reading in zip(texts, readings_of(bundle, texts), strict=True):
            print(json.dumps(_described(next(index), text, reading, wishes.hear(text), bundle), ensure_ascii=False))
        sys.stdout.flush()


def mood() -> None:
    """Tag tracks: a JSON object with the nine audio features a line in, the mood and its scores a line out."""
    from bot.audio_features import parse_features
    from bot.mood_policy import leading
    from ml.mood.runtime import EMBEDDED_BUNDLE, OnnxMoodTagger

    prepared()
    tagger = OnnxMoodTagger.load(EMBEDDED_BUNDLE)

    def parse(line: str, number: int) -> AudioFeatures:
        try:
            return parse_features(_object(line, number))
        except FeaturesRefused as cause:
            raise LineRefused(f"line {number}: {cause}") from cause

    for features in _in_parts(parse):
        for scores in tagger.tag(features):
            print(json.dumps({"mood": leading(scores), "scores": {mood: round(scores[mood], 6) for mood in Mood}}))
        sys.stdout.flush()


def recommend(
    mood: Annotated[Mood, typer.Option(help="The mood to pick for.", case_sensitive=False)],
    count: Annotated[int, typer.Option(min=1, max=100)] = CARDS_PER_REPLY,
    seed: Annotated[int | None, typer.Option(help="The same seed picks the same tracks.")] = None,
    listener: Annotated[
        str | None, typer.Option(help="Pick for this listener: platform:id, as in console:local.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON list instead of text.")] = False,
) -> None:
    """Show what the core would pick; nothing is remembered."""
    settings = prepared()
    if listener and ":" not in listener:
        raise typer.BadParameter("name the listener as platform:id")
    cards = asyncio.run(_recommended(settings, mood, count, seed, listener))
    if as_json:
        print(json.dumps([_card(card) for card in cards], ensure_ascii=False, indent=2))
        return
    for card in cards:
        print(f"{card.position}. {card.track.title} — {card.track.artist}\n   {card.reason}\n   {card.spotify_url}")


async def _recommended(
    settings: Settings, mood: Mood, count: int, seed: int | None, listener: str | None
) -> Sequence[TrackCard]:
    from bot.commands.listener import listener_of
    from bot.mood_policy import only
    from bot.phrases import load_phrases
    from bot.selection import pick
    from bot.voice import Voice
    from bot.wiring import open_store

    rng = Random(seed)
    wish = Wish(mix=only(mood))
    async with open_store(settings) as store:
        taste = await store.history.taste(listener_of(settings, *listener.split(":", 1))) if listener else Taste()
        picked = pick(await store.catalogue.shelves(), wish, taste, rng, now=datetime.now(UTC), count=count)
    voice = Voice(phrases=load_phrases(), rng=rng)
    return voice.cards(picked.tracks, taste, settings.language, voice.reasons(picked, settings.language))


def _in_parts(parse: Callable[[str, int], Parsed]) -> Iterator[list[Parsed]]:
    """Parsed lines of standard input, some at a time; those before a bad line come first, then its `LineRefused`."""
    part: list[Parsed] = []
    for number, line in enumerate(_lines(), start=1):
        try:
            part.append(parse(line, number))
        except LineRefused:
            yield part
            raise
        if len(part) == LINES_AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _lines() -> Iterator[str]:
    """Lines of standard input, cut at line feeds only; bytes that are no UTF-8 become lone surrogates."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "surrogateescape").removesuffix("\n").removesuffix("\r")


def _object(line: str, number: int) -> Mapping[str, object]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise LineRefused(f"line {number}: not JSON") from None
    if not isinstance(value, dict):
        raise LineRefused(f"line {number}: not a JSON object")
    return value


def _text_of(line: str, number: int) -> str:
    text = _object(line, number).get("text")
    if not isinstance(text, str):
        raise LineRefused(f'line {number}: "text" is missing or no string')
    return text


def readings_of(bundle: "Bundle", texts: Sequence[str]) -> Sequence[EmotionReading]:
    """Readings in the order of ``texts``, run in batches of near-equal lengths."""
    from ml.emotion.runtime import TOKENS_PER_BATCH

    tokens = [bundle.encode_utterance(text) for text in texts]
    order = sorted(range(len(texts)), key=lambda position: len(tokens[position]), reverse=True)
    readings: dict[int, EmotionReading] = {}
    while order:
        share = max(1, TOKENS_PER_BATCH // len(tokens[order[0]]))
        batch, order = order[:share], order[share:]
        logits = bundle.run([tokens[position] for position in batch])
        readings.update(zip(batch, bundle.readings(logits), strict=True))
    return [readings[position] for position in range(len(texts))]


def _described(index: int, text: str, reading: EmotionReading, hints: Hints, bundle: "Bundle") -> dict[str, Any]:
    from bot.dialogue import decision_on
    from bot.mood_policy import mood_mix
    from bot.understanding import met

    wanted = met(text, hints)
    return {
        "index": index,
        "emotion": reading.emotion.value,
        "scores": {emotion.value: round(score, 6) for emotion, score in reading.scores.items()},
        "neutral": round(reading.neutral, 6),
        "moods": {mood.value: round(share, 6) for mood, share in mood_mix(reading).items()},
        "decision": decision_on(text, reading, bundle.thresholds, hints),
        **({"mood": wanted.value} if isinstance(wanted, Mood) else {}),
    }


def _card(card: TrackCard) -> dict[str, Any]:
    return {
        "position": card.position,
        "id": card.track.id,
        "title": card.track.title,
        "artist": card.track.artist,
        "mood": card.track.mood.value,
        "scores": {mood.value: share for mood, share in card.track.mood_scores.items()},
        "reason": card.reason,
        "spotify_url": card.spotify_url,
        "youtube_url": card.youtube_url,
        "artwork_url": card.track.artwork_url,
    }
