"""Checks that PostgreSQL is installed for the database tests. Installs it as root on Debian, else prints how."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

COMMAND = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "postgresql"]


def is_installed() -> bool:
    return bool(shutil.which("initdb")) or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


if not is_installed():
    if not shutil.which("apt-get") or os.geteuid() != 0:
        sys.exit(f"The tests need PostgreSQL. Install it with: sudo {' '.join(COMMAND)}")
    print("Installing PostgreSQL for the database tests …", flush=True)
    # Do not create a cluster: the tests create theirs in a temporary folder.
    configuration = Path("/etc/postgresql-common/createcluster.conf")
    if not configuration.exists():
        configuration.parent.mkdir(parents=True, exist_ok=True)
        configuration.write_text("create_main_cluster = false\n")
    options = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-q"], check=True, **options)
    subprocess.run([*COMMAND, "-o", "Dpkg::Options::=--force-confold"], check=True, **options)
