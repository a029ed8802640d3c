"""Checks that Firefox is installed for the player's tests. Installs it as root on Debian, else prints the command."""

import os
import shutil
import subprocess
import sys

# Firefox decodes H.264 and AAC with libavcodec.
PACKAGES = ["firefox-esr", "libavcodec59"]
COMMAND = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES]


def find_firefox() -> str | None:
    return next((p for n in ("firefox-esr", "firefox") if (p := shutil.which(n))), None)


if __name__ == "__main__" and not find_firefox():
    if not shutil.which("apt-get") or os.geteuid() != 0:
        sys.exit(f"The player's tests need Firefox. Install it with: sudo {' '.join(COMMAND)}")
    print("Installing Firefox for the player's tests …", flush=True)
    options = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-q"], check=True, **options)
    subprocess.run(COMMAND, check=True, **options)
