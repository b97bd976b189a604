"""Run the benches named on the command line, or all of them, and print what was seen."""

import sys

from bench import broadcast, capacity, deadlines, reminders, simulated, start, updates

BENCHES = {
    "broadcast": broadcast.main,
    "capacity": capacity.main,
    "deadlines": deadlines.main,
    "reminders": reminders.main,
    "start": start.main,
    "updates": updates.main,
    "telegram": simulated.main,
}

if unknown := [name for name in sys.argv[1:] if name not in BENCHES]:
    sys.exit(f"There is no bench {unknown[0]}. There are: {', '.join(BENCHES)}.")
for name in sys.argv[1:] or BENCHES:
    BENCHES[name]()
