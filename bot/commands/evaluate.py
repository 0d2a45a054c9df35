"""`smoody evaluate`: published quality figures, measured on the bundles as they ship."""

import typer

app = typer.Typer(help="Measure quality on labelled files.", no_args_is_help=True)
