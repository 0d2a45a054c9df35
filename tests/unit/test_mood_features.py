import math
from collections.abc import Mapping

import numpy as np
import pytest

from bot.audio_features import FEATURE_NAMES, parse_features
from bot.domain import AudioFeatures
from bot.errors import FeaturesRefused
from ml.mood.features import as_matrix

BOM_NAL: Mapping[str, object] = {
    "danceability": 0.4,
    "acousticness": 0.7,
    "energy": 0.3,
    "instrumentalness": 0,
    "liveness": 0.1,
    "valence": 0.2,
    "loudness": -8.5,
    "speechiness": 0.03,
    "tempo": 81,
    "title": "봄날",
}


def test_nine_numbers_become_features_and_other_columns_are_ignored() -> None:
    read = parse_features(BOM_NAL)
    assert read == AudioFeatures(
        danceability=0.4,
        acousticness=0.7,
        energy=0.3,
        instrumentalness=0.0,
        liveness=0.1,
        valence=0.2,
        loudness=-8.5,
        speechiness=0.03,
        tempo=81.0,
    )


def test_the_order_of_the_columns_is_the_order_of_the_issue() -> None:
    assert FEATURE_NAMES == (
        "danceability",
        "acousticness",
        "energy",
        "instrumentalness",
        "liveness",
        "valence",
        "loudness",
        "speechiness",
        "tempo",
    )
    matrix = as_matrix([parse_features(BOM_NAL)])
    assert matrix.dtype == np.float32
    assert matrix.tolist() == pytest.approx(np.array([[BOM_NAL[name] for name in FEATURE_NAMES]], dtype=np.float32))


def test_no_tracks_make_a_matrix_of_no_rows() -> None:
    assert as_matrix([]).shape == (0, 9)


@pytest.mark.parametrize("spelt", ["0.00000551", "5.51e-06", " 5.51E-6 ", "+.00000551"])
def test_numbers_may_be_spelt_as_csv_files_spell_them(spelt: str) -> None:
    assert parse_features({**BOM_NAL, "instrumentalness": spelt}).instrumentalness == pytest.approx(5.51e-6)


@pytest.mark.parametrize("at_the_end", [("loudness", -60.0), ("loudness", 5.0), ("energy", 0.0), ("energy", 1.0)])
def test_the_ends_of_a_range_belong_to_it(at_the_end: tuple[str, float]) -> None:
    feature, value = at_the_end
    assert getattr(parse_features({**BOM_NAL, feature: value}), feature) == value


@pytest.mark.parametrize(
    ("feature", "value", "told"),
    [
        ("tempo", None, "tempo: missing"),
        ("tempo", "", "tempo: missing"),
        ("tempo", "  ", "tempo: missing"),
        ("tempo", 0, "tempo: 0 is outside 1..300"),
        ("tempo", 1.9e3, "tempo: 1900 is outside"),
        ("energy", 61, "energy: 61 is outside 0..1; is it a percentage?"),
        ("energy", -0.01, "energy: -0.01 is outside"),
        ("energy", True, "energy: True is a truth value"),
        ("loudness", 7200, r"loudness: 7200 is outside -60..\+5 dB"),
        ("loudness", -6500, "loudness: -6500 is outside"),
        ("valence", "high", "valence: 'high' is text"),
        ("valence", "높음", "valence: '높음' is text"),
        ("valence", "0,61", "valence: '0,61' is text"),
        ("valence", "61%", "valence: '61%' is text"),
        ("valence", "nan", "valence: 'nan' is text"),
        ("valence", "1_0", "valence: '1_0' is text"),
        ("valence", "٣", "is text"),
        ("valence", math.nan, "valence: nan is not a finite number"),
        ("valence", math.inf, "valence: inf is not a finite number"),
        ("valence", np.float32("nan"), "valence: nan is not a finite number"),
        ("valence", [0.5], "valence: a list is not a number"),
    ],
)
def test_what_cannot_be_is_refused_by_name(feature: str, value: object, told: str) -> None:
    with pytest.raises(FeaturesRefused, match=told):
        parse_features({**BOM_NAL, feature: value})


def test_a_feature_that_is_not_there_is_refused_and_not_guessed() -> None:
    for name in FEATURE_NAMES:
        with pytest.raises(FeaturesRefused, match=f"^{name}: missing$"):
            parse_features({key: value for key, value in BOM_NAL.items() if key != name})


def test_every_bad_feature_of_a_row_is_named_at_once() -> None:
    with pytest.raises(FeaturesRefused, match=r"^energy: 61 .*; valence: missing; tempo: 'x' is text"):
        parse_features({**BOM_NAL, "energy": 61, "valence": None, "tempo": "x"})
