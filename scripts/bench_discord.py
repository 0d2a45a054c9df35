"""How soon SMOODY acknowledges and answers on Discord: the shipped process on a Discord on loopback, a burst of people.

Each person types ``/mood`` once, evenly over the burst; the sentences differ, so that nothing is answered from a cache.
Exits with 1 when somebody was acknowledged later than after a second, or not answered with five cards.

    python -m scripts.bench_discord --people 200 --seconds 2
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.e2e.process import environment
from tests.integration.loopback.discord import ALICE, TOKEN, Asked, LoopbackDiscord

SENTENCES = (
    "오늘 면접 망해서 너무 속상해",
    "드디어 시험 끝! 날아갈 것 같아",
    "내일 발표라 심장이 계속 두근거려",
    "친구가 약속을 또 어겨서 정말 화가 나",
)
LATEST_ACKNOWLEDGEMENT = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long the burst lasts")
    given = parser.parse_args()
    asked = asyncio.run(burst(given.people, given.seconds))
    acknowledged = [each.acknowledged_after for each in asked]
    tell("acknowledged", acknowledged)
    tell("answered", [each.answered_after for each in asked])
    answered = sum(len(each.answer().options) == 15 and not each.answer().is_ephemeral for each in asked)
    print(f"{answered} of {len(asked)} got five cards, before everyone")
    sys.exit(0 if answered == len(asked) and max(acknowledged) < LATEST_ACKNOWLEDGEMENT else 1)


async def burst(people: int, seconds: float) -> Sequence[Asked]:
    """Everyone's question, answered."""
    with tempfile.TemporaryDirectory() as folder:
        async with LoopbackDiscord.running() as discord:
            discord.checks_at_once = False  # that takes longer than all the rest
            settings = {
                "SMOODY_DISCORD__TOKEN": TOKEN,
                "SMOODY_DISCORD__API_BASE": discord.api_base,
                "SMOODY_DISCORD__GATEWAY_URL": discord.gateway_url,
            }
            smoody = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run", "--only", "discord"),
                env=environment(Path(folder), **settings),
                cwd=folder,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                await discord.connected(within=60)
                await discord.slash("mood", text="음악 틀어 줘")
                asked = await ask_all(discord, people, seconds)
                assert not discord.check()  # noqa: S101  # what Discord refuses would be no answer
                return asked
            finally:
                smoody.terminate()
                await smoody.wait()


async def ask_all(discord: LoopbackDiscord, people: int, seconds: float) -> Sequence[Asked]:
    began = time.monotonic()
    asked = []
    for number in range(people):
        await asyncio.sleep(max(0.0, began + number * seconds / people - time.monotonic()))
        text = f"{SENTENCES[number % len(SENTENCES)]} {number}"
        asked.append(await discord.slash("mood", text=text, by=ALICE + 1 + number, wait=False))
    await asyncio.gather(*(discord.answered(each, within=60) for each in asked))
    return asked


def tell(what: str, after: Sequence[float]) -> None:
    """Print the middle, the slowest hundredth and the slowest of all, in milliseconds."""
    cuts = statistics.quantiles(after, n=100)
    print(f"{what:<13} p50 {cuts[49] * 1e3:6.0f} ms   p99 {cuts[98] * 1e3:6.0f} ms   max {max(after) * 1e3:6.0f} ms")


if __name__ == "__main__":
    main()
