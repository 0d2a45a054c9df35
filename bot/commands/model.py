"""`smoody model`: emotion bundles."""

import json
import shutil
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
    coming, going = target.with_name("bundle.coming"), target.with_name("bundle.going")
    for leftover in (coming, going):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(directory, coming)
    if target.exists():
        target.rename(going)
    coming.rename(target)
    shutil.rmtree(going, ignore_errors=True)
    print(f"installed in {target}")
