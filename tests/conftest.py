"""Nothing leaves this machine, and no setting of the machine leaks in."""

import os
import socket
from collections.abc import Iterator

import pytest

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """Refuse every connection that is not to this machine itself."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else None  # a path is a Unix socket
        if host is not None and host not in _LOOPBACK:
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)  # type: ignore[arg-type]  # addresses are as varied as families

    socket.socket.connect = guarded  # type: ignore[method-assign]  # for the whole session, restored below
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Clear ``SMOODY_*`` and stand in an empty directory, so that no ``.env`` is found."""
    for name in list(os.environ):
        if name.startswith("SMOODY_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
