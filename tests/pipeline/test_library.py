"""Which files a library scan takes, and which it skips with a reason."""

from __future__ import annotations

import os
from pathlib import Path

from otnet_server.pipeline.library import ENCODING_REASON, SYMLINK_REASON, walk


def scan(root: Path) -> tuple[set[str], dict[str, str]]:
    left: dict[str, str] = {}
    taken = {os.path.relpath(path, root) for path, _ in walk(root, left.__setitem__)}
    return taken, {os.path.relpath(path, root): why for path, why in left.items()}


def test_links_and_undecodable_names_are_skipped(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "library"
    for folder in (outside, root, root / ".hidden", root / "a", root / os.fsdecode(b"f\xff")):
        folder.mkdir()
    for path in ("a/film.mkv", "film.mp4", ".hidden/film.mp4", ".film.mp4", "notes.txt"):
        (root / path).touch()
    (outside / "film.mp4").touch()
    (root / os.fsdecode(b"n\xff.mp4")).touch()
    (root / os.fsdecode(b"n\xff.txt")).touch()
    (root / os.fsdecode(b"f\xff") / "film.mp4").touch()
    (root / "link.mp4").symlink_to(outside / "film.mp4")
    (root / "nowhere.mp4").symlink_to(outside / "gone.mp4")
    (root / "link.txt").symlink_to(outside / "film.mp4")
    (root / "folder").symlink_to(outside)
    (root / "loop").symlink_to(root)
    taken, left = scan(root)
    assert taken == {"a/film.mkv", "film.mp4"}
    assert left == dict.fromkeys(("link.mp4", "nowhere.mp4", "folder", "loop"), SYMLINK_REASON) | dict.fromkeys(
        (os.fsdecode(b"n\xff.mp4"), os.fsdecode(b"f\xff")), ENCODING_REASON
    )


def test_data_folder_in_a_library_is_skipped(tmp_path: Path) -> None:
    for name in ("film.mp4", "data/media/a/b/180p/init.mp4", "other/data/film.mp4"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    taken = {os.path.relpath(path, tmp_path) for path, _ in walk(tmp_path, lambda *_: None, tmp_path / "data")}
    assert taken == {"film.mp4", "other/data/film.mp4"}
