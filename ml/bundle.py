"""A bundle is a directory that explains itself: a model, what it needs, and a manifest that is written last.

Emotion and mood models share this: whoever loads a bundle knows that each file is the one that was measured.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bot.errors import BundleCorrupt, ManifestMissing

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
"""Raised when a loader of an earlier version could misread the bundle."""


def digest_of(file: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_manifest(directory: Path, kind: str, fields: Mapping[str, Any]) -> None:
    """Complete a bundle: name every other file in ``directory`` with its size and digest, then write the manifest."""
    files = {
        file.name: {"bytes": file.stat().st_size, "sha256": digest_of(file)}
        for file in sorted(directory.iterdir())
        if file.is_file() and file.name != MANIFEST and file.suffix in {".onnx", ".json", ".npy"}
    }
    manifest = {"format": FORMAT, "kind": kind, **fields, "files": files}
    (directory / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def read_manifest(directory: Path, kind: str) -> dict[str, Any]:
    """Read a bundle's manifest and check every file that it names.

    Raises:
        ManifestMissing: There is no readable manifest, so this is no complete bundle.
        BundleCorrupt: It is of another kind or format, or a file is missing or not the one described.
    """
    path = directory / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as cause:
        raise ManifestMissing(
            f"{path}: not a readable manifest, so {directory} is not a model bundle ({cause})"
        ) from cause
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or manifest.get("kind") != kind:
        raise BundleCorrupt(f"{path}: expected a bundle of kind {kind!r} in format {FORMAT}")
    files = manifest.get("files")
    if not isinstance(files, dict) or not all(isinstance(each, dict) for each in files.values()):
        raise BundleCorrupt(f"{path}: does not describe its files")
    for name, described in files.items():
        file = directory / name
        if Path(name).name != name or not file.is_file():
            raise BundleCorrupt(f"{file}: named by the manifest but missing; install the bundle again")
        if digest_of(file) != described.get("sha256"):
            raise BundleCorrupt(f"{file}: not the file that the manifest describes; install the bundle again")
    return manifest
