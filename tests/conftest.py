"""Fixtures shared by all tests."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings
from playwright.sync_api import Browser, expect, sync_playwright

from tests.chromium import chromium_path
from tests.db.postgres import Postgres, postgres
from tests.gate import Gate
from tests.harness import OTNet, running
from tests.pages import Pages

# Test workers and the servers that tests start reuse the bytecode of earlier imports, which halves their start-up.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Servers that run at the same time receive live streams on free ports.
os.environ["OTNET_PLUGINS__CONFIG__INGEST_RTMP__PORT"] = "0"

# The same examples every time and no deadline, so that a loaded machine does not fail a test.
settings.register_profile("otnet", deadline=None, derandomize=True)
settings.load_profile("otnet")
expect.set_options(timeout=60_000)


# Modules and collected tests live until the end: they are excluded from garbage collection.
gc.disable()


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture
def log_configuration() -> Iterator[None]:
    """Restore the configuration of the log, which commands change that run in this process."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    structlog.configure(**before)
    root.handlers, root.level = handlers, level


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    folder.mkdir()
    return folder


@pytest.fixture
def otnet(tmp_path: Path, library: Path) -> Iterator[OTNet]:
    """A public server that watches `library`."""
    with running(tmp_path / "data", library) as server:
        yield server


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """With permits for two chunks of video."""
    gate = Gate(tmp_path / "permits")
    gate.permit(2)
    return gate


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One PostgreSQL server for all tests of a worker. Each test or module has databases of its own there."""
    with postgres() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium.

    Module scope, because Playwright's event loop occupies this thread as long as the browser is open.
    """
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=[
                "--no-sandbox",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--autoplay-policy=no-user-gesture-required",
            ],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def module_pages(browser: Browser) -> Pages:
    return Pages(browser)


@pytest.fixture
def pages(module_pages: Pages) -> Iterator[Pages]:
    """Pages that are reused by the tests of a module."""
    with module_pages.one_test():
        yield module_pages
