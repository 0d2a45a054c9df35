import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from bot.logs import set_up_logs


@pytest.fixture(autouse=True)
def structlog_as_it_was() -> Iterator[None]:
    libraries = [logging.getLogger(name) for name in ("aiohttp", "engineio", "socketio")]
    before = [(library.handlers, library.propagate) for library in libraries]
    yield
    structlog.reset_defaults()
    for library, (handlers, propagates) in zip(libraries, before, strict=True):
        library.handlers, library.propagate = handlers, propagates


CANARY = "".join(reversed("아리나카"))  # so that no line of this file, which a traceback shows, holds it


def fail_over(words: str) -> None:
    kept = {"utterance": words}
    raise RuntimeError(len(kept))


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_traceback_shows_where_and_never_what_a_listener_wrote(
    capsys: pytest.CaptureFixture[str], form: Literal["json", "console"]
) -> None:
    set_up_logs(form)
    try:
        fail_over(CANARY)
    except RuntimeError:
        structlog.get_logger().exception("answer_failed")
    written = capsys.readouterr().err
    assert "answer_failed" in written
    assert "fail_over" in written
    assert CANARY not in written


def test_a_quiet_log_has_warnings_only(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("json", quiet=True)
    structlog.get_logger().info("reply_built")
    structlog.get_logger().warning("answer_postponed")
    written = capsys.readouterr().err
    assert "reply_built" not in written
    assert "answer_postponed" in written


def fail_over_a_cookie() -> None:
    raise ValueError(f"Cookie: smoody={CANARY}")


@pytest.mark.parametrize("form", ["json", "console"])
def test_what_a_library_complains_of_is_told_without_what_it_fills_in(
    capsys: pytest.CaptureFixture[str], form: Literal["json", "console"]
) -> None:
    set_up_logs(form)
    try:
        fail_over_a_cookie()
    except ValueError:
        logging.getLogger("aiohttp.server").exception("Error handling request from %s", "203.0.113.7")
    logging.getLogger("engineio").warning(f"Invalid session {'x' * 20}")  # noqa: G004  # as the library does
    logging.getLogger("engineio").warning("https://elsewhere.example is not an accepted origin.")
    logging.getLogger("socketio").info("received %s", CANARY)
    written = capsys.readouterr().err
    assert "Error handling request from" in written
    assert "ValueError" in written
    assert "test_logs.py:" in written
    assert "https://elsewhere.example is not" in written
    for secret in (CANARY, "203.0.113.7", "xxx", "received"):
        assert secret not in written
