"""Measure SMOODY as it ships: start-up to the first answer, memory, and the latency of a reply in the core.

CPU seconds are those of the process itself, so a busy machine disturbs them little; wall times are printed beside them.

    scripts/bench            # everything, as a Markdown table
    scripts/bench --runs 9   # more starts
"""

import argparse
import asyncio
import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import socketio

from bot.domain import Language, Speaker, Utterance
from bot.logs import set_up_logs
from bot.settings import Settings
from bot.wiring import open_core

SENTENCES = (
    "오늘 면접 망해서 너무 속상해",
    "드디어 시험 끝! 날아갈 것 같아",
    "내일 발표라 심장이 계속 두근거려",
    "팀장이 또 내 탓만 해서 화가 치밀어",
    "사람들 앞에서 넘어져서 얼굴이 화끈거려",
    "비 오는 창밖을 보고 있으니 괜히 울적하다",
    "퇴근길에 벚꽃이 피어 있어서 기분이 좋아졌어",
    "결과 기다리느라 아무것도 손에 안 잡혀",
)
TICK = os.sysconf("SC_CLK_TCK")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="cold starts")
    parser.add_argument("--replies", type=int, default=1_000, help="replies of the core")
    return parser.parse_args()


@contextlib.contextmanager
def served(data_dir: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`smoody run` in a fresh directory, and the address of its page."""
    settings = {"SMOODY_DATA_DIR": data_dir, "SMOODY_WEB__PORT": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        env=settings,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = next(line.split()[1] for line in process.stdout if line.startswith("Open "))
        yield process, address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


async def first_answer(address: str) -> None:
    client = socketio.AsyncClient(reconnection=False)
    await client.connect(address, transports=["websocket"])
    answered = asyncio.get_running_loop().create_future()
    await client.emit("utter", {"text": SENTENCES[0]}, callback=answered.set_result)
    if len((await answered)["cards"]) != 5:
        raise SystemExit("the first answer was not five cards: nothing to measure")
    await client.disconnect()


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident_mb(pid: int) -> float:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1_024


def measure_starts(runs: int) -> None:
    """The first start makes the database and fills it; later ones find it."""
    rows: dict[str, list[float]] = {}
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as data_dir:
            for start in ("first start", "later start"):
                began = time.perf_counter()
                with served(data_dir) as (process, address):
                    asyncio.run(first_answer(address))
                    rows.setdefault(f"{start} to first answer, wall s", []).append(time.perf_counter() - began)
                    rows.setdefault(f"{start} to first answer, CPU s", []).append(cpu_seconds(process.pid))
                    rows.setdefault(f"{start} to first answer, resident MB", []).append(resident_mb(process.pid))
    for name, values in rows.items():
        told = " | ".join(f"{value:.2f}" for value in (statistics.median(values), min(values), max(values)))
        print(f"| {name} | {told} |")


async def measure_replies(count: int) -> None:
    """Every utterance differs, so that none comes from the cache; two hundred listeners take turns."""
    with tempfile.TemporaryDirectory() as data_dir:
        async with open_core(Settings(data_dir=Path(data_dir))) as core:
            spent = []
            for number in range(count + 20):
                speaker = Speaker(
                    listener=core.identities.listener("bench", str(number % 200)),
                    conversation=core.identities.conversation("bench", str(number % 200)),
                    language=Language.KOREAN,
                )
                text = f"{SENTENCES[number % len(SENTENCES)]} {number}"
                began = time.perf_counter(), time.process_time()
                await core.dialogue.answer(Utterance(text=text, speaker=speaker))
                spent.append((time.perf_counter() - began[0], time.process_time() - began[1]))
    for name, position in (("wall ms", 0), ("CPU ms", 1)):
        values = sorted(each[position] * 1e3 for each in spent[20:])
        told = " | ".join(f"{values[len(values) * percent // 100]:.2f}" for percent in (50, 90, 99))
        print(f"| utterance to reply in the core, {name} (p50, p90, p99) | {told} |")


def main() -> None:
    args = arguments()
    set_up_logs(quiet=True)
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print("| what | median | least | most |\n|---|---|---|---|")
    measure_starts(args.runs)
    asyncio.run(measure_replies(args.replies))


if __name__ == "__main__":
    main()
