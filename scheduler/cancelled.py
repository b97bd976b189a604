"""Whether a cancellation is ours."""

import asyncio


def is_cancelled() -> bool:
    """Whether the task this runs in is to end; else a cancellation is of something that it waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
