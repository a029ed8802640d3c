"""Checks that PHP, MariaDB and WordPress are installed for the WordPress tests. Installs them as root on Debian, else
prints the command."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PHP = ["cli", "mysql", "xml", "curl", "gd", "mbstring", "zip"]
# mariadb-server-core contains the programs only: no service is started, the tests start their own.
PACKAGES = [
    "wordpress", "wordpress-theme-twentytwentyone", *(f"php-{part}" for part in PHP), "mariadb-server-core",
    "php-codesniffer",
]  # fmt: skip
COMMAND = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES]
FOLDERS = ["/usr/share/wordpress/wp-includes", "/usr/share/wordpress/wp-content/themes/twentytwentyone"]


def is_installed() -> bool:
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"  # not in the PATH of every user
    tools = all(shutil.which(tool, path=path) for tool in ("php", "mariadbd", "mariadb-install-db", "phpcs"))
    return tools and all(Path(folder).is_dir() for folder in FOLDERS)


if not is_installed():
    if not shutil.which("apt-get") or os.geteuid() != 0:
        sys.exit(f"The tests need WordPress. Install it with: sudo {' '.join(COMMAND)}")
    print("Installing PHP, MariaDB and WordPress for the WordPress tests …", flush=True)
    options = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-q"], check=True, **options)
    subprocess.run(COMMAND, check=True, **options)
