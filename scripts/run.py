"""`make run`: starts the server with the given library, or with a generated demo library."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from demo import make_demo

root = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--library", type=Path)
    parser.add_argument("--data", type=Path, default=root / "data")
    parser.add_argument("--port", default="8096")
    options = parser.parse_args()
    library = options.library.expanduser().absolute() if options.library else make_demo(root / "demo")
    if not library.is_dir():
        sys.exit(f"{library} is not a folder. Name one with: make run LIBRARY=~/Movies")
    otnet = Path(sys.executable).with_name("otnet")
    os.execv(
        otnet,
        [
            str(otnet),
            "serve",
            "--library",
            str(library),
            "--data",
            str(options.data),
            "--port",
            options.port,
            "--public",
        ],
    )


if __name__ == "__main__":
    main()
