"""The roof: settings, composition, Telegram in and out, the command line."""

import os

# python-telegram-bot then gives durations as timedelta, as its next version will.
os.environ.setdefault("PTB_TIMEDELTA", "true")
