"""Checks that Chromium is installed for the browser tests. Installs it as root on Debian, else prints the command."""

import os
import shutil
import subprocess
import sys

PACKAGES = ["chromium", "fonts-dejavu-core", "fonts-noto-core"]
COMMAND = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES]


def find_chromium() -> str | None:
    return next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)


if not find_chromium():
    if not shutil.which("apt-get") or os.geteuid() != 0:
        sys.exit(f"The tests need Chromium. Install it with: sudo {' '.join(COMMAND)}")
    print("Installing Chromium for the browser tests …", flush=True)
    options = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-q"], check=True, **options)
    subprocess.run(COMMAND, check=True, **options)
