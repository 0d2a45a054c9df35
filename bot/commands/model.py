"""`smoody model`: emotion bundles."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bot.commands import prepared

app = typer.Typer(
    help="Emotion bundles: which one reads, whether it is whole, installing another.", no_args_is_help=True
)


@app.command("info")
def info() -> None:
    """Print the manifest of the bundle in use."""
    from bot.wiring import bundle_directory
    from ml.bundle import read_manifest

    directory = bundle_directory(prepared())
    print(
        json.dumps({"directory": str(directory), **read_manifest(directory, "emotion")}, ensure_ascii=False, indent=2)
    )


@app.command("verify")
def verify(directory: Annotated[Path, typer.Argument(help="A bundle: a directory with manifest.json.")]) -> None:
    """Check every file of a bundle and read one sentence with it."""
    from ml.emotion.runtime import Bundle

    reading = Bundle.load(directory).check()
    print(f"ok: {directory} reads, and hears {reading.emotion} with {reading.confidence:.0%}")


@app.command("install")
def install(directory: Annotated[Path, typer.Argument(help="A bundle: a directory with manifest.json.")]) -> None:
    """Verify a bundle and use it from the next start on, unless SMOODY_MODEL__DIR names another."""
    verify(directory)
    target = prepared().data_dir / "bundle"
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="bundle.coming.") as draft:
        coming = Path(draft) / "bundle"
        shutil.copytree(directory, coming)
        _replace(target, coming)
    print(f"installed in {target}")


def _replace(target: Path, coming: Path) -> None:
    """Put one directory in the place of another. Until it is there, the old one lies beside it."""
    going = target.with_name("bundle.going")
    if going.exists() and not target.exists():  # a process died between the two renames: this is the only one
        going.rename(target)
    shutil.rmtree(going, ignore_errors=True)
    if target.exists():
        target.rename(going)
    coming.rename(target)
    shutil.rmtree(going, ignore_errors=True)
