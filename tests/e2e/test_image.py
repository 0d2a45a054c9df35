"""The image's own steps without a Docker engine: its lock, its files, its environment, an unprivileged user."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8")
NOBODY = 65_534


def reachable_by_others(program: Path) -> bool:
    """Whether a user without privileges can run a program: every directory above it must let them through."""
    return all(folder.stat().st_mode & 0o001 for folder in program.resolve().parents)


def python_for_anyone() -> str:
    """A Python that an unprivileged user may run and that can make virtual environments."""
    for candidate in (sys.executable, shutil.which("python3", path="/usr/local/bin:/usr/bin"), shutil.which("python3")):
        if candidate and reachable_by_others(Path(candidate)):
            check = "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))"
            if subprocess.run([candidate, "-c", check], capture_output=True, check=False).returncode == 0:  # noqa: S603
                return candidate
    pytest.skip("no Python 3.11 with venv that an unprivileged user may run (Debian: apt-get install python3-venv)")


@pytest.fixture(scope="module")
def image() -> Iterator[Path]:
    """A folder with what the image holds: ``venv``, ``app`` and ``data``, the last one alone writable by its user."""
    python = python_for_anyone()
    with tempfile.TemporaryDirectory(prefix="smoody-image-") as folder:
        image = Path(folder)
        image.chmod(0o755)
        left_out = shutil.ignore_patterns("__pycache__", "data")
        for copied in re.findall(r"^COPY (\w+)/ ", DOCKERFILE, re.MULTILINE):
            shutil.copytree(ROOT / copied, image / "app" / copied, ignore=left_out)
        (image / "data").mkdir()
        if os.geteuid() == 0:
            os.chown(image / "data", NOBODY, NOBODY)
        subprocess.run([python, "-m", "venv", str(image / "venv")], check=True)  # noqa: S603  # our own words
        pip = [str(image / "venv/bin/pip"), "install", "--quiet", "--require-hashes", "-r"]
        subprocess.run([*pip, str(ROOT / "scripts/locks/service.txt")], check=True)  # noqa: S603  # our own words
        yield image


def environment(image: Path, port: str = "0") -> dict[str, str]:
    """What the Dockerfile sets, in the folder's places."""
    declared = re.search(r"^ENV ((?:.*\\\n)*.*)$", DOCKERFILE, re.MULTILINE)
    assert declared is not None
    told = dict(word.split("=", 1) for word in shlex.split(declared[1].replace("\\\n", " ")))
    here = {"PATH": f"{image}/venv/bin:/usr/bin", "SMOODY_DATA_DIR": str(image / "data"), "SMOODY_WEB__PORT": port}
    assert told["SMOODY_DATA_DIR"] == "/data"
    return {**told, **here, "SMOODY_WEB__HOST": "127.0.0.1"}


def as_user(image: Path, *command: str) -> "subprocess.Popen[str]":
    """Start a command in the image's folder as a user who owns nothing but ``data``."""
    nobody = NOBODY if os.geteuid() == 0 else None
    return subprocess.Popen(  # noqa: S603  # our own words
        [str(image / "venv/bin/python"), *command],
        cwd=image / "app",
        env=environment(image),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        user=nobody,
        group=nobody,
        extra_groups=None if nobody is None else [],
    )


def test_the_service_installs_no_training_library(image: Path) -> None:
    installed = {path.name.split("-")[0].lower() for path in (image / "venv").glob("lib/*/site-packages/*.dist-info")}
    assert {"onnxruntime", "aiohttp", "sqlalchemy"} <= installed
    assert not installed & {"torch", "transformers", "tensorflow", "tensorflow_cpu", "keras", "pytest"}


def test_it_serves_as_an_unprivileged_user_is_healthy_and_stops(image: Path) -> None:
    command = re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    health = re.search(r"^HEALTHCHECK .*\n\s+CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert command is not None
    assert health is not None
    with as_user(image, *json.loads(command[1])[1:]) as process:
        assert process.stdout is not None
        output = iter(process.stdout.readline, "")
        address = next(line for line in output if line.startswith("Open ")).split()[1]
        with urllib.request.urlopen(f"{address}health", timeout=5) as response:  # noqa: S310  # loopback
            assert json.load(response) == {"status": "ok", "problems": {}, "disconnected": {}}
        probe = json.loads(health[1])
        with as_user(image, probe[1], probe[2].replace("http://127.0.0.1:8080/", address)) as check:
            assert check.wait(20) == 0
        assert (image / "data" / "smoody.db").is_file()
        process.terminate()
        assert process.wait(15) == 0
