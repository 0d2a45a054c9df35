"""Measure Telegram as it ships: many listeners write at once to `smoody run` in front of a Bot API on loopback.

    python -m scripts.bench_telegram                   # two hundred listeners, two messages each
    python -m scripts.bench_telegram --listeners 50

Telegram takes 30 messages a second from one bot and we send 25, so that the last of 400 answers comes after 16: that
limit and not the computer is what the times of the crowd show.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from tests.e2e.crowd import Crowd, gather_crowd
from tests.e2e.process import start
from tests.integration.loopback.telegram import TOKEN, BotApi, Person, bot_api


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listeners", type=int, default=200)
    parser.add_argument("--alone", type=int, default=20, help="answers to listeners who come one by one")
    return parser.parse_args()


async def one_by_one(api: BotApi, count: int, *, first: int) -> list[float]:
    waits = []
    for number in range(count):
        person = Person(first + number)
        began = time.monotonic()
        await api.write(person, "너무 슬퍼서 눈물만 나")
        await api.said(person.id, within=30)
        waits.append(time.monotonic() - began)
    return waits


async def measured(listeners: int, alone: int) -> tuple[list[float], Crowd]:
    async with bot_api() as api:
        with tempfile.TemporaryDirectory() as folder:
            settings = {"SMOODY_TELEGRAM__TOKEN": TOKEN, "SMOODY_TELEGRAM__API_BASE": api.base}
            smoody = start(Path(folder), "--only", "telegram", **settings)
            try:
                await one_by_one(api, 1, first=1)  # start-up is measured elsewhere
                waits = await one_by_one(api, alone, first=1_000)
                api.calls.clear()
                crowd = await gather_crowd(api, listeners, within=30 + listeners)
            finally:
                await asyncio.to_thread(smoody.stop)
        if api.complaints:
            raise SystemExit("calls that Telegram would not understand:\n" + "\n".join(api.complaints))
        return waits, crowd


def main() -> None:
    given = arguments()
    waits, crowd = asyncio.run(measured(given.listeners, given.alone))
    print("| | |\n|---|---|")
    print(f"| one listener alone, median of {len(waits)} | {statistics.median(waits) * 1_000:.0f} ms |")
    print(f"| {given.listeners} listeners at once, answered | {crowd.answered} |")
    print(f"| … in order | {crowd.in_order} |")
    print(f"| … all answers within | {crowd.lasted:.1f} s |")
    for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
        print(f"| … {name} | {crowd.at(share):.2f} s |")
    print(f"| … limits of Telegram exceeded | {len(crowd.floods)} times |")


if __name__ == "__main__":
    main()
