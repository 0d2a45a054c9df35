"""Nothing leaves this machine, and no setting of the machine leaks in."""

import os
import sys

import pytest

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def _refuse_the_outside(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse every connection that is not to this machine itself; a path is a Unix socket."""
    if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][0] not in _LOOPBACK:
        raise AssertionError(f"a test tried to reach {arguments[1][0]}")


sys.addaudithook(_refuse_the_outside)


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Clear ``SMOODY_*`` and stand in an empty directory, so that no ``.env`` is found."""
    for name in list(os.environ):
        if name.startswith("SMOODY_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
