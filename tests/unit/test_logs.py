from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from bot.logs import set_up_logs


@pytest.fixture(autouse=True)
def structlog_as_it_was() -> Iterator[None]:
    yield
    structlog.reset_defaults()


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
