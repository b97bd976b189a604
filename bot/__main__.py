"""python -m bot: the same as `dutygrid`."""

from bot.cli import main

main()
