"""The server's log."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.harness import ROOT

CODE = """
from otnet_server import logs
logs.configure({format!r}, "info")
def connect(password):
    raise ValueError("refused")
try:
    connect("hunter2")
except ValueError:
    logs.log.exception("a provider failed", provider="x")
"""


@pytest.mark.parametrize("format", ["text", "json"])
def test_tracebacks_do_not_contain_the_values_of_variables(format: str) -> None:
    """They may be passwords, keys and tokens."""
    argv = [sys.executable, "-c", CODE.format(format=format)]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "a provider failed" in done.stderr and "ValueError: refused" in done.stderr
    assert "hunter2" not in done.stderr.replace('connect("hunter2")', "").replace('connect(\\"hunter2\\")', "")
