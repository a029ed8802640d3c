"""A pytest plugin that marks browser tests and writes the failed tests to a file, for `scripts/suite.py`.

The file has a line per failed test: its node id, a tab, and `browser` for a browser test.
"""

from __future__ import annotations

from pathlib import Path

import pytest

BROWSER_FIXTURES = frozenset({"browser"})


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--failures", type=Path, metavar="FILE", help="write the failed tests to this file")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and BROWSER_FIXTURES & set(item.fixturenames):
            item.add_marker(pytest.mark.browser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: a test in a real browser; a failed one is run once more at the end")
    config.addinivalue_line("markers", "long: a proof that takes minutes; only `make test-long` runs it")
    file: Path | None = config.getoption("--failures")
    if file is not None and not hasattr(config, "workerinput"):  # Workers of pytest-xdist report to the controller.
        config.pluginmanager.register(FailureRecorder(file))


class FailureRecorder:
    def __init__(self, file: Path) -> None:
        self.file = file
        self.failed: dict[str, bool] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed[report.nodeid] = "browser" in report.keywords

    def pytest_sessionfinish(self) -> None:
        lines = [f"{nodeid}\t{'browser' if browser else ''}\n" for nodeid, browser in self.failed.items()]
        self.file.write_text("".join(lines), "utf-8")
