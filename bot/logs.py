"""Logs: one verb a line, ids and codes only; nothing that looks like a token gets through."""

import asyncio
import contextlib
import logging
import queue
import re
import sys
import threading
import time
from io import FileIO
from typing import Any, Literal

import structlog

_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
HIDDEN = "<token>"
MOST_WAITING = 10_000  # lines, for whoever reads them to go on
LAST_WITHIN, PAUSE = 1.0, 0.05  # seconds: for the last lines of a process; between tries


def redact(text: str) -> str:
    """The text with every bot token hidden."""
    return _TOKEN.sub(HIDDEN, text)


def _console() -> Any:
    """Readable lines; tracebacks without local variables, which hold people's words."""
    return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)


class _Redacting(logging.Formatter):
    """Formats a record, traceback included, and hides tokens in all of it."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return redact(self._inner.format(record))


class _Aside(logging.Handler):
    """Writes from a thread of its own: a pipe that nobody reads holds up the lines, and nothing else. What is too much is
    dropped, and told of once there is room."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        # Unbuffered: a thread that hangs in a buffer's lock would hold up the end of the process
        self._file = FileIO(descriptor, "wb", closefd=False)
        self._lines: queue.Queue[str] = queue.Queue(MOST_WAITING)
        self._dropped = 0
        threading.Thread(target=self._write, name="log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._lines.put_nowait(self.format(record))
        except Exception:  # no line is worth what was being done
            self._dropped += 1

    def flush(self) -> None:
        """Give the last lines a moment; `logging.shutdown` asks for it."""
        until = time.monotonic() + LAST_WITHIN
        while self._lines.unfinished_tasks and time.monotonic() < until:
            time.sleep(0.01)

    def _told(self) -> str:
        """The line that tells of those that were dropped; nothing where none was."""
        dropped, self._dropped = self._dropped, 0
        told = logging.LogRecord("log", logging.WARNING, "", 0, f"log.dropped lines={dropped}", None, None)
        return f"{self.format(told)}\n" if dropped else ""

    def _write(self) -> None:
        while True:
            line = self._lines.get()
            rest = f"{self._told()}{line}\n".encode(errors="replace")
            with contextlib.suppress(OSError):  # closed, or its disk is full
                while rest:
                    written = self._file.write(rest)
                    rest = rest[written or 0 :]
                    if not written:  # somebody made it a file that does not wait
                        time.sleep(PAUSE)
            self._lines.task_done()


def _is_no_end(record: logging.LogRecord) -> bool:
    """Whether a web server's line tells of more than a request that was cut off as the process ended."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or not issubclass(kind, asyncio.CancelledError)


def set_up(kind: Literal["text", "json"], level: str) -> None:
    """Send everything, our own lines and the libraries', through one redacting handler to stderr."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer = structlog.processors.JSONRenderer() if kind == "json" else _console()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    # Where it was closed its number may be another file's by now
    handler = logging.NullHandler() if sys.__stderr__ is None else _Aside(sys.__stderr__.fileno())
    handler.setFormatter(_Redacting(formatter))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in ("telegram", "aiohttp", "asyncio", "alembic", "tzlocal"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("uvicorn").setLevel(logging.ERROR)  # nobody's garbage is news
    logging.getLogger("uvicorn.error").addFilter(_is_no_end)
    logging.getLogger("sqlalchemy.pool").setLevel(
        logging.CRITICAL
    )  # of lost connections `database.away` tells
    # A tick that takes longer than its pause is no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
