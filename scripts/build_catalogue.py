"""Build the starter catalogue: four shelves of mostly Korean tracks from one list of facts under the MIT licence.

Reads the list, leaves out what is no song of its own (remixes, instrumentals of songs, skits …), lets the mood model
hear the rest and fills the shelves by turns, so that popularity is spread and no artist takes over. The same list and
the same model give the same file, byte for byte.

    python scripts/build_catalogue.py --data DIR                          # writes adapters/starter/catalogue.csv
    python scripts/build_catalogue.py --data DIR --report build/catalogue # also figures and plots
    python scripts/build_catalogue.py --data DIR --sample 36              # also tracks at random, to read through
"""

import argparse
import csv
import json
import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from adapters.catalogue_file import read_catalogue
from bot.audio_features import FEATURE_NAMES, parse_features
from bot.domain import AudioFeatures, Mood, MoodMix
from bot.errors import FeaturesRefused
from bot.mood_policy import leading
from ml.mood.plots import draw_catalogue
from ml.mood.runtime import EMBEDDED_BUNDLE, OnnxMoodTagger

LIST: Final = "kpopsongrecommender_tracks_top10_features.csv"
CATALOGUE: Final = Path("adapters/starter/catalogue.csv")
SCORES: Final = tuple(mood.value.lower() for mood in Mood)
HEADER: Final = ("id", "title", "artists", "year", "popularity", "mood", *SCORES, *FEATURE_NAMES)

TRACKS_PER_ARTIST: Final = 4
SUNG: Final = 0.5
"""Spotify calls a track instrumental above this instrumentalness."""

BANDS: Final[Mapping[str, tuple[range, float]]] = {
    "known": (range(40, 101), 0.4),
    "middling": (range(20, 40), 0.35),
    "little known": (range(20), 0.25),
}
"""Popularity of September 2021 and the share of a shelf it should have. Quarters of the list end at 15, 29 and 41."""

CALM_SUNG: Final = 0.7
"""Share of the Calm shelf that is sung; without it the shelf would be piano alone."""

SURE: Final = 0.5
"""Happy, Sad and Energetic tracks must have at least this score."""

CALM_AT_ALL: Final = 0.12
"""Calm tracks must have at least this score, and the best are taken. The model learnt Calm from music without voice:
hardly any song has Calm as its first mood; as its second, behind Sad, it tells a quiet song from a grieving one."""

QUIET: Final = 0.62
"""No Calm track has more energy than this; 95 % of the tracks labelled Calm that the model learnt from have less."""


# What is left out ----------------------------------------------------------------------------------------------------

NO_SONG_OF_ITS_OWN: Final = re.compile(
    r"""\b(
        re-?mix(es)? | mix | megamix | mash-?up | medley | edit | instrumen\w* | inst | mr | karaoke | a\ ?cap+el+a
        | live | ver | version | acoustic | demo | remaster(ed)? | sped\ up | slowed | bonus\ track | cover
        | skit | joke | parody | comedy | narr(ation)? | intro(duction)? | outro | interlude | prelude | prologue
        | epilogue | greeting | teaser | begin\ again | mask\ singer | fantastic\ duo
    )\b | 메들리 | 패러디 | 개그 | 나레이션 | 내레이션 | 스킷""",
    re.IGNORECASE | re.VERBOSE,
)
"""Marks of a track that is a variant, a frame of an album or a joke. Sought in brackets and after " - "."""

NEVER: Final = re.compile(
    r"""\b(
        remix | megamix | mash-?up | skit | intro | outro | interlude | prologue | epilogue | theme\ song
        | (live|drama|tv|new)\ ver(sion)?
    )\b
    | \b(instrumen\w* | inst\.? | mr\.? | ver\. | version)\s*$
    | christmas | carol\b | santa | jingle | snowman | rudolph | 크리스마스 | 캐롤 | 산타
    | \bf(uck|[x*]+k) | shit\b | bitch""",
    re.IGNORECASE | re.VERBOSE,
)
"""The same where nothing brackets it; carols, which are right in one month of twelve; and swearwords."""

NOT_KOREAN: Final = frozenset(
    {
        *("Alesso", "Anonymous Artists", "Armaan Malik", "Ben&Ben", "Benaddict", "Bluefish", "Boyz II Men", "Briks"),
        *("Claire Hau", "Dua Lipa", "Ed Sheeran", "Gina", "H!", "Harryan Yoonsoan", "IZ", "Imaginary Future", "JO1"),
        *("Jay Marie", "Jubël", "Kumi Koda", "Lady Gaga", "Lauv", "Lolo Zouaï", "MAX", "Maria", "Masked Wolf"),
        *("New Empire", "P & Q", "Pentatonix", "Rachael Yamagata", "Robin Packalen", "SEAMO", "Saweetie", "Sezairi"),
        *("Us The Duo", "Vida Loca", "Why Don't We", "Winona Oak", "Woopy", "frad", "m-flo loves BoA", "softy"),
    }
)
"""Acts that are not Korean, share a Korean act's name or could not be made out; found by reading all 1,338 names."""

SHORTEST_S: Final = 90
LONGEST_S: Final = 480
SPOKEN: Final = 0.66
"""Above this speechiness Spotify hears a track "probably made entirely of spoken words"."""

SPOTIFY_ID: Final = re.compile(r"[0-9A-Za-z]{22}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A track of the list; ``scores`` as the model hears it."""

    id: str
    title: str
    artists: tuple[str, ...]
    popularity: int
    features: AudioFeatures
    seconds: float
    scores: MoodMix

    @property
    def is_sung(self) -> bool:
        """Whether there is a voice in it, as far as Spotify heard."""
        return self.features.instrumentalness < SUNG

    @property
    def band(self) -> str:
        """Which part of the popularity scale it lies in."""
        return next(name for name, (popularity, _) in BANDS.items() if self.popularity in popularity)


@dataclass(slots=True, kw_only=True)
class Group:
    """A part of a shelf: candidates, best first, and the share of the shelf they should have."""

    share: float
    queue: list[Candidate]
    taken: int = 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help=f"directory that holds {LIST}")
    parser.add_argument("--bundle", type=Path, default=EMBEDDED_BUNDLE, help="mood model (default: the embedded one)")
    parser.add_argument("--out", type=Path, default=CATALOGUE)
    parser.add_argument("--per-mood", type=int, default=400, help="tracks a shelf")
    parser.add_argument("--report", type=Path, help="directory for report.json and plots (needs matplotlib)")
    parser.add_argument("--sample", type=int, default=0, help="tracks a mood to print at random, for reading through")
    parser.add_argument("--seed", type=int, default=2021, help="of the sample; the catalogue itself knows no chance")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    left_out: Counter[str] = Counter()
    tagger = OnnxMoodTagger.load(options.bundle)
    listed = read_list(options.data / LIST, tagger, left_out)
    candidates = one_of_each_recording((track for track in listed if is_a_song(track, left_out)), left_out)
    shelves = fill_shelves(candidates, options.per_mood)
    write_catalogue(options.out, shelves)
    report = describe(listed, candidates, shelves, left_out)
    print(json.dumps(report, ensure_ascii=False, indent=2))
    if options.report:
        options.report.mkdir(parents=True, exist_ok=True)
        (options.report / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", "utf-8")
        draw_catalogue(read_catalogue(options.out.read_text("utf-8")), options.report)
    for mood in Mood if options.sample else ():
        print(f"\n{mood}")
        for track in random.Random(options.seed).sample(shelves[mood], options.sample):
            print(f"  {track.title} — {'; '.join(track.artists)} ({track.popularity}; {track.scores[mood]:.2f})")


# Read -----------------------------------------------------------------------------------------------------------------


def read_list(path: Path, tagger: OnnxMoodTagger, left_out: Counter[str]) -> list[Candidate]:
    """Every track once, with all artists under whom it is listed, in the order of the list."""
    rows: dict[str, dict[str, str]] = {}
    artists: dict[str, list[str]] = defaultdict(list)
    features: dict[str, AudioFeatures] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            track_id = row["track_uri"].removeprefix("spotify:track:")
            if not SPOTIFY_ID.fullmatch(track_id) or not row["track"].strip():
                left_out["no id or title"] += 1
                continue
            try:
                features[track_id] = parse_features(row)
            except FeaturesRefused:
                left_out["features refused"] += 1
                continue
            rows.setdefault(track_id, row)
            if row["artist"] not in artists[track_id]:
                artists[track_id].append(row["artist"])
    mixes = tagger.tag([features[track_id] for track_id in rows])
    return [
        Candidate(
            id=track_id,
            title=row["track"].strip(),
            artists=tuple(artists[track_id]),
            popularity=int(row["popularity"]),
            features=features[track_id],
            seconds=float(row["duration_ms"]) / 1000,
            scores=mix,
        )
        for (track_id, row), mix in zip(rows.items(), mixes, strict=True)
    ]


def is_a_song(track: Candidate, left_out: Counter[str]) -> bool:
    """Whether a track can stand in the catalogue at all; counts the reason when it cannot."""
    reason = ""
    if not NOT_KOREAN.isdisjoint(track.artists):
        reason = "not Korean"
    elif any(NO_SONG_OF_ITS_OWN.search(mark) for mark in marks(track.title)) or NEVER.search(track.title):
        reason = "variant, frame, joke, carol or swearword by its title"
    elif not SHORTEST_S <= track.seconds <= LONGEST_S:
        reason = "too short or too long"
    elif track.features.speechiness > SPOKEN:
        reason = "spoken"
    if reason:
        left_out[reason] += 1
    return not reason


def one_of_each_recording(tracks: Iterable[Candidate], left_out: Counter[str]) -> list[Candidate]:
    """The most popular of tracks with the same title and artist, or with the same sound and artist."""
    seen: set[tuple[str, object]] = set()
    kept: list[Candidate] = []
    for track in sorted(tracks, key=lambda track: (-track.popularity, track.id)):
        keys = {(artist.casefold(), key) for artist in track.artists for key in (bare(track.title), track.features)}
        if seen.isdisjoint(keys):
            kept.append(track)
        else:
            left_out["same recording"] += 1
        seen |= keys
    return kept


def marks(title: str) -> list[str]:
    """What stands in brackets or after " - "."""
    return re.findall(r"[(\[][^)\]]*[)\]]?| [-\u2013] .*", title)


def bare(title: str) -> str:
    """A title without brackets, suffixes, case and punctuation; letters of every script are kept."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    outside = re.sub(r"[(\[][^)\]]*[)\]]?| [-\u2013] .*", "", folded)
    return re.sub(r"[\W_]+", "", outside) or folded


# Choose ---------------------------------------------------------------------------------------------------------------


def fill_shelves(candidates: Sequence[Candidate], per_mood: int) -> dict[Mood, list[Candidate]]:
    """Fill all shelves by turns, Calm first because it has least to choose from.

    Each turn takes the best candidate of the group that is furthest behind its share and whose artists have room left.
    """
    groups = {mood: list(groups_of(mood, candidates)) for mood in Mood}
    shelves: dict[Mood, list[Candidate]] = {mood: [] for mood in Mood}
    placed: set[str] = set()
    tracks_of: Counter[str] = Counter()
    for _ in range(per_mood):
        for mood in (Mood.CALM, Mood.ENERGETIC, Mood.SAD, Mood.HAPPY):
            track = next_track(groups[mood], placed, tracks_of)
            if track is None:
                continue
            shelves[mood].append(track)
            placed.add(track.id)
            tracks_of.update(artist.casefold() for artist in track.artists)
    return shelves


def groups_of(mood: Mood, candidates: Sequence[Candidate]) -> Iterator[Group]:
    """The groups of a shelf: popularity bands, for Calm each in a sung and an instrumental half."""
    fitting = [track for track in candidates if fits(track, mood)]
    fitting.sort(key=lambda track: (-track.scores[mood], track.id))
    for band, (_, share) in BANDS.items():
        here = [track for track in fitting if track.band == band]
        if mood is Mood.CALM:
            yield Group(share=share * CALM_SUNG, queue=[track for track in here if track.is_sung])
            yield Group(share=share * (1 - CALM_SUNG), queue=[track for track in here if not track.is_sung])
        else:
            yield Group(share=share, queue=here)


def fits(track: Candidate, mood: Mood) -> bool:
    """Whether a track may stand on a shelf."""
    if mood is Mood.CALM:
        return track.scores[mood] >= CALM_AT_ALL and track.features.energy <= QUIET
    return leading(track.scores) is mood and track.scores[mood] >= SURE


def next_track(groups: Sequence[Group], placed: set[str], tracks_of: Counter[str]) -> Candidate | None:
    for group in sorted(groups, key=lambda group: group.taken / group.share):
        while group.queue:
            track = group.queue.pop(0)
            if track.id not in placed and all(tracks_of[a.casefold()] < TRACKS_PER_ARTIST for a in track.artists):
                group.taken += 1
                return track
    return None


# Write ----------------------------------------------------------------------------------------------------------------


def write_catalogue(path: Path, shelves: Mapping[Mood, Sequence[Candidate]]) -> None:
    """One row a track, sorted by mood and id so that a difference between two catalogues can be read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for mood in Mood:
            for track in sorted(shelves[mood], key=lambda track: track.id):
                values = [getattr(track.features, name) for name in FEATURE_NAMES]
                facts = [track.id, track.title, "; ".join(track.artists), "", track.popularity, mood.value]
                writer.writerow([*facts, *rounded(track.scores), *values])


def rounded(mix: MoodMix) -> list[str]:
    """Scores with four digits that still make 1 together: what rounding down loses goes to those that lost most."""
    parts = [mix[mood] * 10_000 / sum(mix.values()) for mood in Mood]
    whole = [int(part) for part in parts]
    for index in sorted(range(len(parts)), key=lambda index: whole[index] - parts[index])[: 10_000 - sum(whole)]:
        whole[index] += 1
    return [f"{part / 10_000:.4f}" for part in whole]


# Tell -----------------------------------------------------------------------------------------------------------------


def describe(
    listed: Sequence[Candidate],
    candidates: Sequence[Candidate],
    shelves: Mapping[Mood, Sequence[Candidate]],
    left_out: Counter[str],
) -> dict[str, object]:
    """Figures for the data card."""
    chosen = [track for shelf in shelves.values() for track in shelf]
    by_artist = Counter(artist for track in chosen for artist in track.artists)
    return {
        "listed": len(listed),
        "left_out": dict(left_out),
        "candidates": len(candidates),
        "candidates_by_argmax": {
            mood.value: sum(leading(track.scores) is mood for track in candidates) for mood in Mood
        },
        "candidates_with_score_of_a_quarter": {
            mood.value: sum(track.scores[mood] >= 0.25 for track in candidates) for mood in Mood
        },
        "chosen": len(chosen),
        "artists": len(by_artist),
        "most_by_one_artist": max(by_artist.values()),
        "shelves": {
            mood.value: {
                "tracks": len(shelf),
                "bands": dict(Counter(track.band for track in shelf)),
                "median_popularity": median(track.popularity for track in shelf),
                "sung": sum(track.is_sung for track in shelf),
                "argmax_is_the_shelf": sum(leading(track.scores) is mood for track in shelf),
                "lowest_score": round(min(track.scores[mood] for track in shelf), 4),
                "median_score": round(median(track.scores[mood] for track in shelf), 4),
            }
            for mood, shelf in shelves.items()
        },
    }


if __name__ == "__main__":
    main()
