import httpx
import pytest
from requests.structures import CaseInsensitiveDict

from adapters.retry_after import meant, retry_after


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("120", 120),
        ("0.05", 0.05),
        ("-3", 0),
        (None, 7),
        ("", 7),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 7),
        ("nan", 7),
        ("inf", 7),
        ("1e300", 7),
    ],
)
def test_a_rest_is_as_long_as_it_is_asked_for_where_that_can_be_meant(told: str | None, seconds: float) -> None:
    headers = {} if told is None else {"retry-after": told}
    assert retry_after(httpx.Headers(headers), default_s=7) == seconds
    assert retry_after(CaseInsensitiveDict(headers), default_s=7) == seconds


@pytest.mark.parametrize("told", [None, [], {}, 10**400, float("inf"), float("nan"), "soon"])
def test_a_rest_in_an_answer_that_cannot_be_meant_is_none(told: object) -> None:
    assert meant(told, default_s=7) == 7
