"""Temporary files of servers that share a data folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from otnet_server import data_folder

DIE = """
import os, pathlib, sys
from otnet_server import data_folder
with data_folder.opened(pathlib.Path(sys.argv[1]), sqlite=False) as work:
    (work / "clear.mp4").write_bytes(b"clear")
    os._exit(9)
"""


def test_running_server_deletes_what_a_killed_one_has_left(tmp_path: Path) -> None:
    with data_folder.opened(tmp_path, sqlite=False) as ours, data_folder.opened(tmp_path, sqlite=False) as living:
        subprocess.run([sys.executable, "-c", DIE, str(tmp_path)], check=False)
        (starting := tmp_path / "work" / "1-starting").mkdir()
        assert len(list((tmp_path / "work").iterdir())) == 4
        data_folder.delete_abandoned(tmp_path)
        assert set((tmp_path / "work").iterdir()) == {ours, living, starting}
