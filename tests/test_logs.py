"""The log of the server."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

import httpx
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


@pytest.mark.parametrize("format", ["text", "json"])
def test_lines_contain_no_query_and_no_password_of_a_url(format: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Such as those of EZDRM, which takes the password of an account as a parameter."""
    logs.configure(format)  # type: ignore[arg-type]
    address = "https://user:canary@keys.example/cpix.aspx?u=ann&p=canary&x=1"
    try:
        response = httpx.Response(401, request=httpx.Request("GET", address))
        response.raise_for_status()
    except httpx.HTTPStatusError as e:
        structlog.get_logger().exception("a request failed", url=address, why=str(e), urls=[address])
        logging.getLogger("other").exception("a library failed with %s", address)
    printed = capsys.readouterr().err
    assert "canary" not in printed and printed.count("keys.example/cpix.aspx?…") >= 6, printed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no URL?p=1 a@b", "no URL?p=1 a@b"),
        ("see http://a.example/b, please", "see http://a.example/b, please"),
        ("postgresql+asyncpg://ann:p@ss@host/db failed", "postgresql+asyncpg://host/db failed"),
        ("(https://a.example?p=1&q=2)", "(https://a.example?…"),
        ('{"url":"https://a.example/?p=1\\n"}', '{"url":"https://a.example/?…\\n"}'),
        ("http://a.example/studio/#/setup?code=7", "http://a.example/studio/#/setup?code=7"),
    ],
)
def test_urls_are_redacted(text: str, expected: str) -> None:
    """Fragments stay: they are never sent, and the set-up link has one."""
    assert logs.redacted(text) == expected


def test_traceback_without_messages_names_the_causes() -> None:
    try:
        try:
            {}["canary"]
        except KeyError as e:
            raise ValueError("canary") from e
    except ValueError as e:
        told = logs.traceback_without_messages(e)
    assert "KeyError" in told and "ValueError" in told and "test_logs.py" in told
    assert 'raise ValueError("canary")' in told and "ValueError: canary" not in told


@pytest.mark.parametrize("text", ["a." * 50_000, "x://" * 25_000, "x://" + "a@" * 50_000, "x://a" + "?" * 100_000])
def test_redacting_a_long_line_is_fast(text: str) -> None:
    """Such as one with a user agent that somebody made up."""
    started = time.perf_counter()
    logs.redacted(text)
    assert time.perf_counter() - started < 1
