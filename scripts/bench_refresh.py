"""Measure a refresh of a large playlist against loopback servers: time, calls, memory, and what listeners notice of it.

The servers run in a process of their own, as the internet does. The loop is watched by a task that sleeps a millisecond
and looks how late it wakes; listeners are two tasks that ask one of eight sentences after the other. Idle is measured
before each refresh, for a larger catalogue takes longer to choose from. Pauses between
calls are switched off unless ``--gaps`` asks for them: then it is our own work that is measured, at its densest.

    .venvs/test/bin/python scripts/bench_refresh.py --tracks 10000
"""

import argparse
import asyncio
import gc
import itertools
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.domain import Language, Mood, RefreshRun, Source, Speaker, Utterance
from bot.logs import set_up_logs
from bot.refresh_wiring import open_refreshing
from bot.settings import ReccoBeatsSettings, Settings, SpotifySettings
from bot.wiring import Core, SystemClock, open_core

PLAYLIST = "3cEYpjA9oz9GiPac4AsH4n"
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


@dataclass
class Felt:
    """What was noticed while something went on."""

    pauses_ms: list[float] = field(default_factory=list)
    answers_ms: list[float] = field(default_factory=list)

    def told(self) -> str:
        """In one line."""
        answers = sorted(self.answers_ms)
        pauses = sorted(self.pauses_ms)
        return (
            f"{len(answers)} answers, p50 {statistics.median(answers):.1f} ms, "
            f"p95 {answers[len(answers) * 95 // 100]:.1f} ms; "
            f"pauses of the loop: p99 {pauses[len(pauses) * 99 // 100]:.1f} ms, longest {pauses[-1]:.1f} ms"
        )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=10_000)
    parser.add_argument("--idle", type=float, default=10.0, help="seconds of answers before the refresh")
    parser.add_argument("--gaps", action="store_true", help="rest between calls, as the service does: minutes")
    parser.add_argument("--quiet", action="store_true", help="no listeners: only the loop is watched")
    return parser.parse_args()


def serve_vendors(tracks: int, told: Connection) -> None:
    """Spotify with one large playlist and ReccoBeats that knows all of it, until the parent goes."""
    from tests.fakes import features
    from tests.integration.loopback.reccobeats import loopback_reccobeats
    from tests.integration.loopback.spotify import LoopbackPlaylist, a_row, loopback_spotify

    async def serve() -> None:
        async with loopback_spotify() as spotify, loopback_reccobeats() as reccobeats:
            spotify.playlists[PLAYLIST] = LoopbackPlaylist([a_row(number) for number in range(tracks)])
            for number in range(tracks):
                sound = features(energy=number % 97 / 97, valence=number % 89 / 89, tempo=60 + number % 120)
                reccobeats.features[f"{number:022d}"] = sound
            told.send((spotify.address, reccobeats.address))
            await asyncio.Event().wait()

    asyncio.run(serve())


async def watch(felt: Felt) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.001)
        felt.pauses_ms.append((time.perf_counter() - began - 0.001) * 1_000)


async def listen(core: Core, felt: Felt, name: str) -> None:
    speaker = Speaker(
        listener=core.identities.listener("bench", name),
        conversation=core.identities.conversation("bench", name),
        language=Language.KOREAN,
    )
    for number, sentence in enumerate(itertools.cycle(SENTENCES)):
        began = time.perf_counter()
        await core.dialogue.answer(Utterance(text=f"{sentence} {number}", speaker=speaker))
        felt.answers_ms.append((time.perf_counter() - began) * 1_000)
        await asyncio.sleep(0.02)


async def felt_during(
    core: Core, felt: Felt, work: "asyncio.Future[RefreshRun] | asyncio.Future[None]", *, quiet: bool
) -> None:
    async with asyncio.TaskGroup() as tasks:
        others = [tasks.create_task(watch(felt))]
        if not quiet:
            others += [tasks.create_task(listen(core, felt, name)) for name in ("one", "two")]
        await asyncio.wait({work})
        for other in others:
            other.cancel()


async def bench(options: argparse.Namespace, spotify: str, reccobeats: str, data_dir: str) -> None:
    settings = Settings(
        data_dir=Path(data_dir),
        spotify=SpotifySettings(
            client_id="bench", api_base=f"{spotify}/v1/", accounts_base=spotify, calls_a_day=1_000_000
        ),
        reccobeats=ReccoBeatsSettings(api_base=reccobeats),
    )
    async with (
        open_core(settings) as core,
        open_refreshing(
            settings,
            core.store.database,
            core.store.catalogue,
            SystemClock(),
            **({} if options.gaps else {"spotify_gap_s": 0, "reccobeats_gap_s": 0}),
        ) as parts,
    ):
        address, finish = parts.account.begin_login()
        await asyncio.to_thread(finish, f"http://x/?code=x&state={address.split('state=')[1].split('&')[0]}")
        await parts.admin.sources.add(Source(address=f"spotify:playlist:{PLAYLIST}"))
        await core.store.catalogue.shelves()
        gc.collect()

        async def refreshed() -> RefreshRun:
            run = await parts.refreshing.start()
            if run is None:
                raise RuntimeError("a refresh is under way already")
            async for seen in parts.refreshing.follow(run):
                run = seen
            await core.store.catalogue.shelves()
            return run

        memory_before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
        for what in ("first refresh", "second, everything cached and unchanged"):
            idle, busy = Felt(), Felt()
            await felt_during(core, idle, asyncio.ensure_future(asyncio.sleep(options.idle)), quiet=options.quiet)
            began = time.perf_counter()
            work = asyncio.ensure_future(refreshed())
            await felt_during(core, busy, work, quiet=options.quiet)
            run, seconds = work.result(), time.perf_counter() - began
            shelves = await core.store.catalogue.shelves()
            sizes = ", ".join(f"{mood} {len(shelves.tracks_for(mood)):,}" for mood in Mood)
            print(f"{what}: {run.state}, {run.change}, {seconds:.1f} s, {run.calls:,} calls; shelves {sizes}")
            if not options.quiet:
                ratio = statistics.median(busy.answers_ms) / statistics.median(idle.answers_ms)
                print(f"  idle: {idle.told()}\n  busy: {busy.told()}\n  p50 busy / idle: {ratio:.2f}")
            else:
                print(f"  longest pause: idle {max(idle.pauses_ms):.1f} ms, busy {max(busy.pauses_ms):.1f} ms")
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
        print(f"peak memory: {memory_before:.0f} MB before, {memory:.0f} MB after")


def main() -> None:
    options = arguments()
    set_up_logs(quiet=True)
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    vendors = context.Process(target=serve_vendors, args=(options.tracks, there), daemon=True)
    vendors.start()
    spotify, reccobeats = here.recv()
    with tempfile.TemporaryDirectory() as data_dir:
        asyncio.run(bench(options, spotify, reccobeats, data_dir))
    vendors.terminate()


if __name__ == "__main__":
    main()
