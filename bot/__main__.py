"""The `smoody` command. Exit codes: 0 done, 1 failed, 2 wrong usage, 78 misconfigured."""

import sys
from typing import Final

import typer

from bot.commands import (
    catalogue,
    database,
    doctor,
    evaluate,
    listener,
    model,
    pipes,
    playlists,
    refresh,
    serving,
    spotify,
)
from bot.errors import Misconfigured, SmoodyError

FAILED: Final = 1
MISCONFIGURED: Final = 78

app = typer.Typer(
    name="smoody",
    help="Tell it how you feel in one sentence; it answers with five tracks that suit the mood.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(serving.run)
app.command("chat")(serving.chat)
app.command("read")(pipes.read)
app.command("recommend")(pipes.recommend)
app.command("mood")(pipes.mood)
app.command("refresh")(refresh.refresh)
app.command("doctor")(doctor.doctor)
app.add_typer(playlists.app, name="playlists")
app.add_typer(spotify.app, name="spotify")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(database.app, name="db")
app.add_typer(model.app, name="model")
app.add_typer(listener.app, name="listener")
app.add_typer(evaluate.app, name="evaluate")


def main() -> None:
    """Run the command line; problems that were foreseen are one line each and an exit code."""
    try:
        app(prog_name="smoody")
    except Misconfigured as refused:
        for problem in refused.problems:
            print(f"smoody: {problem}", file=sys.stderr)
        sys.exit(MISCONFIGURED)
    except SmoodyError as failure:
        print(f"smoody: {failure}", file=sys.stderr)
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
