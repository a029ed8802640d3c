"""The log of the server."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from otnet_server import logs


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("format", ["text", "json"])
def test_tracebacks_contain_no_local_variables(format: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Local variables of request handlers contain passwords, tokens and cookies."""
    logs.configure(format)  # type: ignore[arg-type]
    password = "".join(("correct", "horse"))
    try:
        raise ValueError("no reason")
    except ValueError:
        structlog.get_logger().exception("a request failed")
        logging.getLogger("other").exception("a library failed")
    printed = capsys.readouterr().err
    assert printed.count("ValueError: no reason") == 2
    assert password not in printed
