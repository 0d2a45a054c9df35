"""What is wrong with a setting's value, in words for whoever set it: pydantic speaks to programmers."""

from collections.abc import Callable, Mapping
from typing import Any, Final

FORMS: Final[Mapping[str, str]] = {
    "REFRESH__CRON": "needs five fields, minute, hour, day, month and day of the week, as in 30 4 * * *",
    "SPOTIFY__PLAYLISTS_FOR": "must be web, telegram or discord with an id, as in telegram:123",
}
"""What a value has to look like, for settings whose form is a pattern."""

_WORDS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "bool_parsing": lambda _: "must be true or false",
    "enum": lambda limits: f"must be {limits['expected']}",
    "float_parsing": lambda _: "must be a number",
    "greater_than_equal": lambda limits: f"must be {limits['ge']:.12g} or more",
    "int_parsing": lambda _: "must be a whole number",
    "int_parsing_size": lambda _: "is too large a number",
    "less_than_equal": lambda limits: f"must be {limits['le']:.12g} or less",
    "literal_error": lambda limits: f"must be {limits['expected']}",
    "too_long": lambda limits: f"must have {limits['max_length']} characters at most",
    "url_parsing": lambda _: "must be a whole address, as in https://smoody.example",
    "url_scheme": lambda limits: f"must be an address that begins with {limits['expected_schemes']}",
    "url_too_long": lambda limits: f"must have {limits['max_length']} characters at most",
    "value_error": lambda limits: str(limits["error"]),  # a validator of our own, which speaks in words already
}


def in_words(name: str, problem: Mapping[str, Any]) -> str:
    """What is wrong with a setting and what it should be, as half a sentence; never with the value itself.

    Args:
        name: The setting without its prefix: ``REFRESH__CRON``.
        problem: One of pydantic's ``errors()``, with its context. A kind without words of ours keeps pydantic's.
    """
    kind = problem["type"]
    if kind == "string_pattern_mismatch" and name in FORMS:
        words = FORMS[name]
    elif kind in _WORDS:
        words = _WORDS[kind](problem.get("ctx", {}))
    else:
        words = str(problem["msg"])
    entry = next((part for part in problem["loc"] if isinstance(part, int)), None)
    return words if entry is None else f"entry {entry + 1} {words}"
