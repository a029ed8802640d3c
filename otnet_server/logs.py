"""Logging: text lines on a terminal, else JSON lines.

`log` is the only logger. A message is a short sentence in lower case; details are keyword arguments. The user
information and the query of URLs are left out of every line, because services take passwords and keys there.
"""

from __future__ import annotations

import io
import logging
import re
import sys
import traceback
from typing import Any, Literal, TextIO, cast

import structlog

# A URL (RFC 3986): its scheme, user information, host and path, and query.
URL = re.compile(
    r"""\b([a-zA-Z][a-zA-Z0-9+.-]{0,30}://)(?:[^\s/?#"'<>\\\x1b]*@)?([^\s?#"'<>\\\x1b]*)(\?[^\s#"'<>\\\x1b]*)?"""
)

log: structlog.stdlib.BoundLogger = structlog.get_logger()


def configure(format: Literal["auto", "text", "json"] = "auto", level: str = "info") -> None:
    """Configure the format and the minimum level, also for the loggers of the standard library."""
    text, stream = is_text(format), _StandardError()
    level_number = logging.getLevelName(level.upper())
    shared_processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if text else "iso", utc=not text),
    ]
    rendered: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(pad_event_to=36, exception_formatter=structlog.dev.plain_traceback)
        if text
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )

    def renderer(logger: Any, method: str, event: structlog.typing.EventDict) -> str:
        return redacted(str(rendered(logger, method, event)))

    exception_processors = [] if text else [structlog.processors.format_exc_info]
    structlog.configure(
        processors=[*shared_processors, *exception_processors, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level_number),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, stream)),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[*_remove_meta(), *exception_processors, renderer], foreign_pre_chain=shared_processors
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(level_number, logging.WARNING))


def is_text(format: Literal["auto", "text", "json"]) -> bool:
    """Whether the log is text, and not JSON lines."""
    return format == "text" or (format == "auto" and sys.stderr.isatty())


def redacted(text: str) -> str:
    """The text, with URLs without user information and query."""
    return URL.sub(lambda url: f"{url[1]}{url[2]}{'?…' if url[3] else ''}", text)


def traceback_without_messages(error: BaseException) -> str:
    """Where an error was raised, and the types of it and its causes. Their messages are left out, because those of a
    plugin may contain a secret that it was given."""
    parts: list[str] = []
    at: BaseException | None = error
    seen: set[int] = set()
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        parts.append("".join(traceback.format_tb(at.__traceback__)) + type(at).__qualname__)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return "\nThe cause of:\n".join(reversed(parts))


class _StandardError(io.TextIOBase):
    """Standard error as it is at each write: a progress display replaces it while it is shown."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def _remove_meta() -> list[structlog.typing.Processor]:
    return [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
