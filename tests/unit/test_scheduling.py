import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from adapters.scheduling import Schedule, running
from bot.errors import Misconfigured


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of May 2026 in UTC; the 4th is a Monday."""
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC)


def test_it_is_due_when_a_time_of_the_schedule_has_passed() -> None:
    daily = Schedule.parse("30 4 * * *", "Asia/Seoul")  # 19:30 UTC
    assert not daily.is_due(at(4, 19, 31), at(5, 19, 29))
    assert daily.is_due(at(4, 19, 31), at(5, 19, 30))


def test_a_run_at_its_very_time_is_not_due_again() -> None:
    daily = Schedule.parse("30 4 * * *", "Asia/Seoul")
    assert not daily.is_due(at(4, 19, 30), at(4, 19, 30))
    assert not daily.is_due(at(4, 19, 30) + timedelta(milliseconds=3), at(4, 19, 31))


def test_days_of_downtime_are_made_up_for_once() -> None:
    daily = Schedule.parse("30 4 * * *", "Asia/Seoul")
    assert daily.is_due(at(4, 20), at(14, 12))
    assert not daily.is_due(at(14, 12), at(14, 12, 5))


def test_without_any_run_it_is_due() -> None:
    assert Schedule.parse("30 4 * * *", "UTC").is_due(None, at(4, 0))


@pytest.mark.parametrize(
    ("weekday", "days"),
    [
        ("0", [10]),
        ("7", [10]),
        ("1", [4, 11]),
        ("1-5", [4, 5, 6, 7, 8, 11]),
        ("sun", [10]),
        ("6,0", [9, 10]),
        ("*/3", [6, 9, 10]),
        ("fri-sat", [8, 9]),
    ],
)
def test_days_of_the_week_are_counted_as_cron_does(weekday: str, days: list[int]) -> None:
    schedule = Schedule.parse(f"0 12 * * {weekday}", "UTC")
    due = [day for day in range(4, 12) if schedule.is_due(at(day, 11), at(day, 13))]
    assert due == days


@pytest.mark.parametrize(
    ("cron", "timezone", "told"),
    [
        ("30 4 * *", "UTC", "CRON"),
        ("61 4 * * *", "UTC", "CRON"),
        ("0 4 * * 8", "UTC", "CRON"),
        ("0 4 * * 5-1", "UTC", "CRON"),
        ("whenever you like to do", "UTC", "CRON"),
        ("30 4 * * *", "Asia/Pyeongyangg", "TIMEZONE"),
        ("30 4 * * *", "../etc/passwd", "TIMEZONE"),
    ],
)
def test_a_schedule_that_cannot_be_understood_is_one_line(cron: str, timezone: str, told: str) -> None:
    with pytest.raises(Misconfigured, match=told) as refused:
        Schedule.parse(cron, timezone)
    assert len(refused.value.problems) == 1


async def test_the_job_is_called_by_the_schedule() -> None:
    called = asyncio.Event()

    async def job() -> None:
        called.set()

    async with running(Schedule.parse("0 4 * * *", "UTC"), job, looks_every_s=0.05):
        await asyncio.wait_for(called.wait(), 5)
