"""The shipped process, as an operator starts it."""

import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass
class Smoody:
    """A running `smoody run`, with everything that it wrote."""

    process: subprocess.Popen[str]
    lines: "queue.Queue[str]" = field(default_factory=queue.Queue)
    written: list[str] = field(default_factory=list)
    readers: list[threading.Thread] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)

    def wait_for(self, pattern: str, *, within: float = 30) -> str:
        """The first line that matches and was not given before: what it writes to two streams has no one order."""
        for line in self.passed_over:
            if re.search(pattern, line):
                self.passed_over.remove(line)
                return line
        until = time.monotonic() + within
        while time.monotonic() < until:
            try:
                line = self.lines.get(timeout=0.2)
            except queue.Empty:
                if self.process.poll() is not None and self.lines.empty():
                    break
                continue
            if re.search(pattern, line):
                return line
            self.passed_over.append(line)
        raise AssertionError(f"no line like {pattern!r} in:\n{''.join(self.written)}")

    def stop(self) -> int:
        """Ask it to stop, as an operator's supervisor does; gives the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(15)
        for reader in self.readers:
            reader.join(5)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        sys.stdout.write("".join(self.written))  # pytest shows it beside a test that failed
        return code


def environment(data_dir: Path, **settings: str) -> Mapping[str, str]:
    """An empty environment but for the paths, with settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "SMOODY_DATA_DIR": str(data_dir),
        "SMOODY_WEB__PORT": "0",
        **settings,
    }


def start(data_dir: Path, *arguments: str, **settings: str) -> Smoody:
    """Start `smoody run`."""
    process = subprocess.Popen(  # noqa: S603  # our own words
        [sys.executable, "-X", "dev", "-m", "bot", "run", *arguments],
        env=environment(data_dir, **settings),
        cwd=data_dir,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    smoody = Smoody(process)
    for stream in (process.stdout, process.stderr):
        reader = threading.Thread(target=_follow, args=(smoody, stream), daemon=True)
        reader.start()
        smoody.readers.append(reader)
    return smoody


def run(
    data_dir: Path, *arguments: str, given: str | bytes = b"", **settings: str
) -> "subprocess.CompletedProcess[str]":
    """Run one `smoody` command to its end."""
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-m", "bot", *arguments],
        env=environment(data_dir, **settings),
        cwd=data_dir,
        input=given.encode() if isinstance(given, str) else given,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def _follow(smoody: Smoody, stream: "object") -> None:
    for line in stream:  # type: ignore[attr-defined]  # a pipe
        smoody.written.append(line)
        smoody.lines.put(line)
