"""Refreshes of the shipped process: the commands against loopback vendors, a kill in the middle, Spotify being down."""

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import socketio

from tests.e2e.process import environment, run, start
from tests.e2e.test_process import ask
from tests.fakes import features
from tests.integration.loopback.faults import Fault
from tests.integration.loopback.reccobeats import LoopbackReccoBeats, loopback_reccobeats
from tests.integration.loopback.spotify import (
    CLIENT_ID,
    FORBIDDEN,
    LoopbackPlaylist,
    LoopbackSpotify,
    a_row,
    loopback_spotify,
)

MINE = "3cEYpjA9oz9GiPac4AsH4n"
THEIRS = "37i9dQZF1DXcBWIGoYBM5M"
NOBODY = "http://127.0.0.1:9"


@dataclass
class Vendors:
    """Loopback vendors, and the commands against them."""

    spotify: LoopbackSpotify
    reccobeats: LoopbackReccoBeats
    data_dir: Path

    @property
    def settings(self) -> dict[str, str]:
        return {
            "SMOODY_SPOTIFY__CLIENT_ID": CLIENT_ID,
            "SMOODY_SPOTIFY__API_BASE": self.spotify.api_base,
            "SMOODY_SPOTIFY__ACCOUNTS_BASE": self.spotify.address,
            "SMOODY_RECCOBEATS__API_BASE": self.reccobeats.address,
            "SMOODY_OEMBED__API_BASE": NOBODY,
            "SMOODY_LANGUAGE": "en",
        }

    async def smoody(self, *arguments: str, given: str = "", **settings: str) -> "subprocess.CompletedProcess[str]":
        return await asyncio.to_thread(run, self.data_dir, *arguments, given=given, **{**self.settings, **settings})

    def log_in(self) -> None:
        """`smoody spotify login --paste`, as on a machine without a browser."""
        process = subprocess.Popen(  # our own words
            [sys.executable, "-m", "bot", "spotify", "login", "--paste"],
            env=environment(self.data_dir, **self.settings),
            cwd=self.data_dir,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        address = next(line for line in process.stdout if "authorize" in line).strip()
        state = address.split("state=")[1].split("&")[0]
        told, _ = process.communicate(f"http://127.0.0.1:8080/spotify/callback?code=x&state={state}\n", timeout=30)
        assert process.returncode == 0, told
        assert "connected" in told


@pytest.fixture
async def vendors(data_dir: Path) -> AsyncIterator[Vendors]:
    async with loopback_spotify() as spotify, loopback_reccobeats() as reccobeats:
        yield Vendors(spotify, reccobeats, data_dir)


def shelved(data_dir: Path) -> dict[str, int]:
    """How many tracks of sources each shelf has."""
    with closing(sqlite3.connect(data_dir / "smoody.db", timeout=10)) as database:
        return dict(
            database.execute("SELECT mood, count(*) FROM tracks WHERE origin = 'playlists' GROUP BY mood").fetchall()
        )


async def test_from_login_to_shelves(vendors: Vendors) -> None:
    vendors.spotify.playlists[MINE] = LoopbackPlaylist([a_row(number) for number in range(60)])
    vendors.spotify.faults_of[THEIRS] = FORBIDDEN
    vendors.reccobeats.knows_everything = features(energy=0.95, valence=0.1, loudness=-3, tempo=170)
    assert (await vendors.smoody("spotify", "status")).returncode == 1
    await asyncio.to_thread(vendors.log_in)
    assert "playlist-read-private" in (await vendors.smoody("spotify", "status")).stdout
    await vendors.smoody("playlists", "add", f"https://open.spotify.com/playlist/{MINE}?si=x")
    await vendors.smoody("playlists", "add", THEIRS, "--mood", "Calm")

    dry = await vendors.smoody("refresh", "--dry-run")
    assert "New 60" in dry.stdout
    assert shelved(vendors.data_dir) == {}

    done = await vendors.smoody("refresh")
    assert done.returncode == 0, done.stderr
    assert "New 60" in done.stdout
    assert "belongs to somebody else" in done.stdout
    assert shelved(vendors.data_dir) == {"Energetic": 60}

    calls = len(vendors.spotify.calls)
    again = await vendors.smoody("refresh")
    assert "kept 60" in again.stdout
    assert len(vendors.spotify.calls) == calls + 2  # one look at each playlist

    listed = (await vendors.smoody("playlists", "list")).stdout
    assert "내 재생목록" in listed
    assert (await vendors.smoody("doctor")).stdout.count("FAIL") == 0
    assert (await vendors.smoody("spotify", "logout")).returncode == 0
    doctor = await vendors.smoody("doctor")
    assert "smoody spotify login" in doctor.stdout
    everything = b"".join(file.read_bytes() for file in vendors.data_dir.rglob("*") if file.is_file())
    assert b"access-" not in everything
    assert b"refresh-" not in everything


async def test_the_browser_is_caught_on_the_redirect_address(vendors: Vendors, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        redirect = f"http://127.0.0.1:{probe.getsockname()[1]}/spotify/callback"
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\necho "$1" > "$(dirname "$0")/opened"\n', encoding="utf-8")
    browser.chmod(0o700)
    settings = {"BROWSER": f"{browser} %s", "SMOODY_SPOTIFY__REDIRECT_URI": redirect}
    login = asyncio.ensure_future(vendors.smoody("spotify", "login", **settings))
    opened = tmp_path / "opened"
    await until(lambda: opened.exists() and opened.read_text(encoding="utf-8").endswith("\n"))
    state = opened.read_text(encoding="utf-8").strip().split("state=")[1].split("&")[0]
    async with httpx.AsyncClient() as http:
        assert (await http.get(redirect)).status_code == 404
        page = await http.get(redirect, params={"code": "x", "state": state})
    assert "Spotify와 연결했어요" in page.text
    done = await login
    assert done.returncode == 0, done.stderr
    assert "connected" in done.stdout


async def until(holds: Callable[[], bool], *, within: float = 30) -> None:
    """Wait until something holds."""
    ends = time.monotonic() + within
    while not holds():
        assert time.monotonic() < ends, "it never came about"
        await asyncio.sleep(0.005)


def a_file(data_dir: Path, count: int, mood: str) -> Path:
    """A file source with so many tracks of one mood."""
    file = data_dir / "list.csv"
    rows = "".join(f"{number:022d},노래 {number},가수 {number},{mood}\n" for number in range(count))
    file.write_text(f"track,title,artists,mood\n{rows}", encoding="utf-8")
    return file


@pytest.mark.parametrize("after_ms", [0, 150, 400])
async def test_a_process_that_is_killed_while_it_swaps_leaves_the_old_catalogue_or_the_new(
    vendors: Vendors, after_ms: int
) -> None:
    data_dir, count = vendors.data_dir, 4_000
    vendors.reccobeats.faults.extend([Fault(status=403)] * 9)  # the labels of the file are enough
    await vendors.smoody("playlists", "add", str(a_file(data_dir, count, "Sad")))
    assert (await vendors.smoody("refresh")).returncode == 0
    a_file(data_dir, count, "Calm")
    process = await asyncio.to_thread(
        subprocess.Popen,
        [sys.executable, "-m", "bot", "refresh", "--may-shrink"],
        env=environment(data_dir, **vendors.settings),
        cwd=data_dir,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with closing(sqlite3.connect(data_dir / "smoody.db", timeout=10)) as database:
        await until(lambda: bool(database.execute("SELECT 1 FROM staged_tracks LIMIT 1").fetchone()))
    await asyncio.sleep(after_ms / 1_000)
    os.kill(process.pid, signal.SIGKILL)
    await asyncio.to_thread(process.wait)
    assert shelved(data_dir) in ({"Sad": count}, {"Calm": count})
    with closing(sqlite3.connect(data_dir / "smoody.db", timeout=10)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        database.execute("UPDATE refresh_runs SET alive_at = '2020-01-01 00:00:00.000000' WHERE state = 'running'")
        database.commit()
    done = await vendors.smoody("refresh", "--may-shrink")
    assert done.returncode == 0, done.stdout
    assert shelved(data_dir) == {"Calm": count}


async def test_the_service_refreshes_by_itself_and_answers_while_spotify_is_down(vendors: Vendors) -> None:
    await asyncio.to_thread(vendors.log_in)
    await vendors.smoody("playlists", "add", str(a_file(vendors.data_dir, 50, "Sad")))
    await vendors.smoody("playlists", "add", MINE)
    vendors.spotify.faults_of[MINE] = Fault(status=500)
    service = await asyncio.to_thread(start, vendors.data_dir, "--only", "web", **vendors.settings)
    try:
        page = (await asyncio.to_thread(service.wait_for, r"^Open http://")).split()[1]
        client = socketio.AsyncClient(reconnection=False)
        await client.connect(page, transports=["websocket"])
        refreshed = asyncio.ensure_future(asyncio.to_thread(service.wait_for, "catalogue_refreshed"))
        answers = 0
        while not refreshed.done():
            reply = await ask(client, "utter", {"text": f"너무 슬퍼서 눈물만 나 {answers}"})
            assert len(reply["cards"]) == 5
            answers += 1
            await asyncio.sleep(0.2)
        line = refreshed.result()
        assert "unavailable" in line
        assert answers > 3
        await client.disconnect()
    finally:
        assert await asyncio.to_thread(service.stop) == 0
    assert shelved(vendors.data_dir) == {"Sad": 50}
    assert "Traceback" not in "".join(service.written)


async def test_a_refresh_that_the_stop_of_the_service_cuts_off_is_made_up_for(vendors: Vendors) -> None:
    await asyncio.to_thread(vendors.log_in)
    vendors.spotify.playlists[MINE] = LoopbackPlaylist([a_row(number) for number in range(200)])
    vendors.reccobeats.knows_everything = features()
    await vendors.smoody("playlists", "add", MINE, "--mood", "Sad")
    service = await asyncio.to_thread(start, vendors.data_dir, "--only", "web", **vendors.settings)
    await asyncio.to_thread(service.wait_for, r"^Open http://")
    await until(lambda: vendors.spotify.calls_of("/items") > 1)
    assert await asyncio.to_thread(service.stop) == 0
    assert "its process ended before it did" in "".join(service.written)
    assert shelved(vendors.data_dir) == {}
    service = await asyncio.to_thread(start, vendors.data_dir, "--only", "web", **vendors.settings)
    await asyncio.to_thread(service.wait_for, "catalogue_refreshed", within=60)
    assert await asyncio.to_thread(service.stop) == 0
    assert shelved(vendors.data_dir) == {"Sad": 200}


async def test_a_spotify_that_says_nothing_does_not_hold_up_the_stop(vendors: Vendors) -> None:
    await asyncio.to_thread(vendors.log_in)
    await vendors.smoody("playlists", "add", MINE)
    vendors.spotify.faults_of[MINE] = Fault(hangs=14)
    service = await asyncio.to_thread(start, vendors.data_dir, "--only", "web", **vendors.settings)
    await asyncio.to_thread(service.wait_for, r"^Open http://")
    await until(lambda: vendors.spotify.calls_of(MINE) > 0)
    began = time.monotonic()
    assert await asyncio.to_thread(service.stop) == 0
    assert time.monotonic() - began < 5
    assert "Traceback" not in "".join(service.written)
