"""The secret that turns platform ids into hashes: made at first start, readable by its owner only."""

import os
import secrets
from pathlib import Path

from bot.errors import Misconfigured

_BYTES = 32


def listener_secret(data_dir: Path) -> bytes:
    """Read the secret of ``data_dir``, making it (mode 0600) when there is none.

    Raises:
        Misconfigured: The directory cannot be used, or the file is not a secret.
    """
    file = data_dir / "listener.secret"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            secret = bytes.fromhex(file.read_text(encoding="ascii").strip())
        else:
            secret = secrets.token_bytes(_BYTES)
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(secret.hex() + "\n")
    except OSError as cause:
        raise Misconfigured(f"SMOODY_DATA_DIR: {data_dir} cannot be used ({cause.strerror})") from cause
    except ValueError as cause:
        raise Misconfigured(
            f"{file}: not a listener secret; restore it from a backup, or remove it to forget all"
        ) from cause
    if len(secret) != _BYTES:
        raise Misconfigured(f"{file}: not a listener secret; restore it from a backup, or remove it to forget all")
    return secret
