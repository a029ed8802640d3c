"""Checks that the tests have PostgreSQL, nginx with RTMP and libsrt. Installs them as root on Debian, or prints how."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

INSTALL = ["apt-get", "install", "-y", "-q", "--no-install-recommends"]
START_POLICY = Path("/usr/sbin/policy-rc.d")


def missing_packages() -> list[str]:
    postgresql = shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    srt = any(Path("/usr/lib").glob("**/libsrt*.so.1.5"))
    rtmp = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so").exists()
    installed = {
        "postgresql": postgresql,
        "nginx": shutil.which("nginx"),
        "libsrt1.5-gnutls": srt,
        "libnginx-mod-rtmp": rtmp,
    }
    return [package for package, present in installed.items() if not present]


@contextlib.contextmanager
def without_starting_services() -> Iterator[None]:
    """Let the packages not start their services (invoke-rc.d(8)), nor create a database: the tests have their own."""
    configuration = Path("/etc/postgresql-common/createcluster.conf")
    if not configuration.exists():
        configuration.parent.mkdir(parents=True, exist_ok=True)
        configuration.write_text("create_main_cluster = false\n")
    if START_POLICY.exists():
        yield
        return
    START_POLICY.write_text("#!/bin/sh\nexit 101\n")
    START_POLICY.chmod(0o755)
    try:
        yield
    finally:
        START_POLICY.unlink()


if missing := missing_packages():
    command = [*INSTALL, *missing]
    if not shutil.which("apt-get") or os.geteuid() != 0:
        sys.exit(f"The tests need {' and '.join(missing)}. Install them with: sudo {' '.join(command)}")
    print(f"Installing {' and '.join(missing)} for the tests …", flush=True)
    options = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    with without_starting_services():
        subprocess.run(["apt-get", "update", "-q"], check=True, **options)
        subprocess.run([*command, "-o", "Dpkg::Options::=--force-confold"], check=True, **options)
