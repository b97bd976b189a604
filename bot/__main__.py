"""python -m bot: the same as `dutygrid`."""

from bot.cli import app

app()
