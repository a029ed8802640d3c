"""The Chromium of the browser tests and benchmarks. `scripts/browser.py` installs it."""

from __future__ import annotations

import shutil

# The first one is the same browser without its window and profile, and needs a quarter less CPU time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str:
    """The path of the executable. Raises LookupError if none is installed: tests that need it are never skipped."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise LookupError("Chromium is not installed. Run “make test-setup”.")
