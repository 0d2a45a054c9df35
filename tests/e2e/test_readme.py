"""Every command in the README runs as it stands there."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.e2e.process import environment
from tests.e2e.test_commands import SAD

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines() if line]
SERVES = ("scripts/run", "smoody run")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that stands for a listener's and operator's own."""
    place = tmp_path_factory.mktemp("readme")
    (place / "sentences.txt").write_text("오늘 면접 망해서 너무 속상해\n", encoding="utf-8")
    (place / "wishes.tsv").write_text("more\t다른 곡 들려줘\n", encoding="utf-8")
    (place / "cries.tsv").write_text("idiom\t배고파 죽겠다\n", encoding="utf-8")
    (place / "features.jsonl").write_text(json.dumps(SAD) + "\n", encoding="utf-8")
    return place


def shell(command: str, place: Path) -> "subprocess.Popen[str]":
    """Start a line of the README in a shell, where `smoody` and the scripts are this checkout's."""
    here = command.replace(".venvs/run/bin/smoody", "smoody").replace("scripts/", f"{shlex.quote(str(ROOT))}/scripts/")
    settings = dict(environment(place / "data"))
    settings["PATH"] = f"{place}:{settings['PATH']}"
    smoody = place / "smoody"
    smoody.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m bot "$@"\n', encoding="utf-8")
    smoody.chmod(0o755)
    (place / "data").mkdir(exist_ok=True)
    return subprocess.Popen(  # noqa: S602  # the README's own words
        here, shell=True, cwd=place, env=settings, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


@pytest.mark.parametrize("command", [line for line in COMMANDS if not line.startswith(("docker", *SERVES))])
def test_a_command_does_what_it_says(place: Path, command: str) -> None:
    process = shell(command, place)
    told, _ = process.communicate(timeout=120)
    assert process.returncode == 0, told


@pytest.mark.parametrize("command", [line for line in COMMANDS if line.startswith(SERVES)])
def test_a_command_that_serves_opens_the_page_until_it_is_stopped(place: Path, command: str) -> None:
    with shell(command, place) as process:
        assert process.stdout is not None
        assert any(line.startswith("Open http://127.0.0.1:") for line in iter(process.stdout.readline, ""))
        os.killpg(process.pid, signal.SIGTERM)
        assert process.wait(10) in {0, -signal.SIGTERM}


def test_the_container_command_names_a_compose_file_that_is_one() -> None:
    (command,) = [line for line in COMMANDS if line.startswith("docker")]
    file = ROOT / shlex.split(command)[3]
    assert "smoody" in yaml.safe_load(file.read_text(encoding="utf-8"))["services"]
    schema = ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    done = subprocess.run(  # noqa: S603  # our own words
        [str(Path(sys.executable).parent / schema[0]), *schema[1:]], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
