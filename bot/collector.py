"""Python's cycle collector and its lock, told what a long-lived process with writer threads is made of."""

import gc
import sys

# An update makes few objects that need the collector, and looking for them costs an eighth of its time.
YOUNG = 50_000
# Seconds that one thread may keep the others waiting: a writer often holds a row that others want.
TURN = 0.001


def rest() -> None:
    """Not at all while the modules load: nothing of that is ever given back, and looking at it takes a fifth of the time."""
    gc.disable()


def relax() -> None:
    """Leave what the start has made out of every later look, look less often, and take shorter turns."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(YOUNG, 20, 20)
    sys.setswitchinterval(TURN)
