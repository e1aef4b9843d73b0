"""`python -m cli` is `cascadian`."""

from cli.main import app

app()
