"""Python's cycle collector, told what a long-lived process is made of."""

import gc

YOUNG = (
    50_000  # objects; an update makes few that need the collector, and looking costs an eighth of its time
)


def relax() -> None:
    """Leave what the start has made out of every later look, and look less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
