"""The secret that turns platform ids into hashes: made at first start, readable by its owner only."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

from bot.errors import Misconfigured

FILE_NAME: Final = "listener.secret"
_BYTES: Final = 32


def listener_secret(data_dir: Path) -> bytes:
    """Read the secret of ``data_dir``, making it (mode 0600) when there is none.

    Raises:
        Misconfigured: The directory cannot be used, or the file is not a secret.
    """
    file = data_dir / FILE_NAME
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            _make(file)
        secret = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except OSError as cause:
        raise _unusable(data_dir, cause) from cause
    except ValueError:
        secret = b""
    if len(secret) != _BYTES:
        raise Misconfigured(f"{file}: not a listener secret; restore it from a backup, or remove it to forget all")
    return secret


def try_out(data_dir: Path) -> None:
    """Do what the first start does in ``data_dir``, or where that would be made, and take it away again.

    Raises:
        Misconfigured: The directory cannot be used.
    """
    try:
        there = next(folder for folder in (data_dir, *data_dir.absolute().parents) if os.path.lexists(folder))
        with tempfile.TemporaryDirectory(dir=there) as trial:
            _make(Path(trial) / FILE_NAME)
    except OSError as cause:
        raise _unusable(data_dir, cause) from cause


def _unusable(data_dir: Path, cause: OSError) -> Misconfigured:
    return Misconfigured(
        f"SMOODY_DATA_DIR: {data_dir} cannot be used ({cause.strerror}): name a folder that this account can write in"
    )


def _make(file: Path) -> None:
    """Make the secret whole or not at all: of two processes that start at once, both read the same one."""
    with tempfile.NamedTemporaryFile("w", dir=file.parent, encoding="ascii") as draft:  # mode 0600
        draft.write(secrets.token_hex(_BYTES) + "\n")
        draft.flush()
        with contextlib.suppress(FileExistsError):
            os.link(draft.name, file)
