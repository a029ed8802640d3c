"""Checks that Chromium is installed for the browser tests. Installs it as root on Debian, else prints the command.

The package of the headless shell is the same browser without its window and profile; the tests need a quarter less CPU
time with it. Every other Chromium suffices.
"""

import os
import shutil
import subprocess
import sys

HEADLESS_SHELL = "chromium-headless-shell"
OTHERS = ("chromium", "chromium-browser", "google-chrome")
COMMAND = ["apt-get", "install", "-y", "-q", "--no-install-recommends",
           HEADLESS_SHELL, "fonts-dejavu-core", "fonts-noto-core"]  # fmt: skip


def install() -> None:
    """Install the headless shell. Raises CalledProcessError, for instance where a distribution has no such package."""
    print("Installing Chromium for the browser tests …", flush=True)
    options = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-q"], check=True, **options)
    subprocess.run(COMMAND, check=True, **options)


if not shutil.which(HEADLESS_SHELL):
    has_another = any(shutil.which(name) for name in OTHERS)
    if shutil.which("apt-get") and os.geteuid() == 0:
        try:
            install()
        except subprocess.CalledProcessError:
            if not has_another:
                raise
    elif not has_another:
        sys.exit(f"The tests need Chromium. Install it with: sudo {' '.join(COMMAND)}")
