"""When refreshes are due: APScheduler with a cron line in a time zone, and what was missed while nobody was there."""

import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.errors import Misconfigured

DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
"""cron counts from Sunday (0 or 7), APScheduler from Monday: names mean the same to both."""

FIRST_LOOK_S: Final = 5
"""When it is first looked after a start, which has enough to do."""

LOOKS_EVERY_S: Final = 60
"""How soon a run that was missed or cut off is made up for, and a first playlist is read."""

LATE_S: Final = 3_600
"""A wake-up that comes so late, after a laptop's sleep, is still good."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron line in a time zone."""

    trigger: CronTrigger

    @classmethod
    def parse(cls, cron: str, timezone: str) -> "Schedule":
        """Read five fields: minute, hour, day, month, day of the week.

        Raises:
            Misconfigured: There is no such time zone, or the line is no cron line.
        """
        try:
            zone = ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as cause:
            raise Misconfigured(f"SMOODY_REFRESH__TIMEZONE: there is no time zone {timezone[:40]!r}") from cause
        try:
            minute, hour, day, month, weekday = cron.split()
            trigger = CronTrigger(
                minute=minute, hour=hour, day=day, month=month, day_of_week=_weekdays(weekday), timezone=zone
            )
        except ValueError as cause:
            raise Misconfigured(
                f"SMOODY_REFRESH__CRON: {cron[:40]!r} is no cron line such as ‘30 4 * * *’ ({cause})"
            ) from cause
        return cls(trigger)

    def is_due(self, last: datetime | None, now: datetime) -> bool:
        """Whether a time of the schedule has passed since ``last``; always when there was no last time."""
        if last is None:
            return True
        due: datetime | None = self.trigger.get_next_fire_time(None, last + timedelta(seconds=1))
        return due is not None and due <= now


@contextlib.asynccontextmanager
async def running(
    schedule: Schedule, job: Callable[[], Awaitable[None]], *, looks_every_s: float = LOOKS_EVERY_S
) -> AsyncIterator[None]:
    """Call ``job`` by the schedule, and in between for what was missed; ``job`` itself decides whether it is due."""
    scheduler = AsyncIOScheduler(timezone=schedule.trigger.timezone)
    options = {"coalesce": True, "max_instances": 1, "misfire_grace_time": LATE_S}
    first = datetime.now(UTC) + timedelta(seconds=min(FIRST_LOOK_S, looks_every_s))
    scheduler.add_job(job, IntervalTrigger(seconds=looks_every_s), id="missed", next_run_time=first, **options)
    scheduler.add_job(job, schedule.trigger, id="refresh", **options)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


def _weekdays(field: str) -> str:
    """The days of a cron field by their names, one after the other: ``1-5`` is ``mon,tue,wed,thu,fri``."""
    if field == "*":
        return field
    named = re.sub(r"[a-z]{3}", lambda name: str(DAYS.index(name[0])), field.lower())
    chosen: set[int] = set()
    for part in named.split(","):
        whole = re.fullmatch(r"(?:\*|(?P<first>[0-7])(?:-(?P<last>[0-7]))?)(?:/(?P<step>[1-7]))?", part)
        if whole is None:
            raise ValueError(f"{field[:20]!r} names no days of a week")
        first = int(whole["first"] or 0)
        last = int(whole["last"]) if whole["last"] else first if whole["first"] and not whole["step"] else 6
        if last < first:
            raise ValueError(f"{field[:20]!r} runs backwards")
        chosen |= {day % 7 for day in range(first, last + 1, int(whole["step"] or 1))}
    return ",".join(DAYS[day] for day in sorted(chosen))
