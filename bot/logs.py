"""Logs: one verb a line, ids and codes only; nothing that looks like a token gets through."""

import asyncio
import logging
import re
import sys
from typing import Any, Literal

import structlog

_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
HIDDEN = "<token>"


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
    handler = logging.StreamHandler(sys.stderr)
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
