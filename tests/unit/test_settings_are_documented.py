"""Every setting stands in .env.example with its default, and the Compose file uses no other names."""

import re
from pathlib import Path

import yaml

from bot.settings import setting_names

ROOT = Path(__file__).parents[2]
DEPENDS_ON_THE_MACHINE = {"SMOODY_MODEL__THREADS"}


def test_the_example_names_every_setting_with_its_default_and_no_other() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    told = dict(line.lstrip("#").split("=", 1) for line in lines if re.match(r"#?SMOODY_", line))
    known = {name: default for name, default in setting_names().items() if name not in DEPENDS_ON_THE_MACHINE}
    assert told.keys() == setting_names().keys()
    assert {name: default for name, default in told.items() if name in known} == known


def test_the_compose_file_sets_only_known_names() -> None:
    compose = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8"))
    service = compose["services"]["smoody"]
    assert service["environment"].keys() <= setting_names().keys()
    assert service["env_file"] == [{"path": "../.env", "required": False}]
