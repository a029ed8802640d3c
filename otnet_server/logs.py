"""Logs: lines that a person reads on a terminal, JSON that a machine parses elsewhere.

`log` is the one logger. An event is a short sentence in lower case; facts are keyword arguments.
"""

from __future__ import annotations

import logging
import sys
from typing import Literal

import structlog

log: structlog.stdlib.BoundLogger = structlog.get_logger()


def configure(format: Literal["auto", "text", "json"] = "auto", level: str = "info") -> None:
    """Choose the form and the least important level; also takes over the standard library's loggers."""
    text = format == "text" or (format == "auto" and sys.stderr.isatty())
    number = logging.getLevelName(level.upper())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if text else "iso", utc=not text),
    ]
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(pad_event_to=36)
        if text
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    plain = [] if text else [structlog.processors.format_exc_info]
    structlog.configure(
        processors=[*shared, *plain, last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=[*shared_meta(), *plain, last], foreign_pre_chain=shared)
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(number, logging.WARNING))


def shared_meta() -> list[structlog.typing.Processor]:
    return [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
