from __future__ import annotations

import os
import re
import socket
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from otnet_server import Storage, StorageUnavailable
from otnet_server.testing import checks, enabled, storage


def make(folder: Path, **config: str) -> Storage:
    options = {"local_storage": config} if config else {}
    return enabled("local_storage", data=folder, config=options).storage()


@pytest.mark.parametrize("check", checks(storage), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any], tmp_path: Path) -> None:
    folders = iter(range(100))
    await check(lambda: make(tmp_path / str(next(folders))))


async def test_objects_are_in_the_configured_folder(tmp_path: Path) -> None:
    await make(tmp_path, root=str(tmp_path / "elsewhere")).put("abc/1/0.m4s", b"x")
    assert (tmp_path / "elsewhere" / "abc" / "1" / "0.m4s").read_bytes() == b"x"


async def test_file_on_the_same_disk_is_moved(tmp_path: Path) -> None:
    store, file = make(tmp_path), tmp_path / "segment.m4s"
    file.write_bytes(b"segment")
    inode = file.stat().st_ino
    await store.put_file("abc/1/0.m4s", file)
    path = store.path("abc/1/0.m4s")
    assert path is not None and path.stat().st_ino == inode and not file.exists()


async def test_links_are_not_stored(tmp_path: Path) -> None:
    store, secret, link = make(tmp_path), tmp_path / "secret.key", tmp_path / "0.m4s"
    secret.write_bytes(b"secret")
    link.symlink_to(secret)
    with pytest.raises(ValueError, match="not a regular file"):
        await store.put_file("abc/1/0.m4s", link)
    assert await store.stat("abc/1/0.m4s") is None


async def test_interrupted_writes_of_a_process_that_is_gone_are_deleted(tmp_path: Path) -> None:
    incoming = tmp_path / "media" / ".incoming"
    incoming.mkdir(parents=True)
    gone = (1 << 22) + 1  # more than any process of Linux has
    host = re.sub(r"[^\w-]", "-", socket.gethostname())
    for process in (gone, os.getpid()):
        (incoming / f"{host}.{process}.0123").write_bytes(b"x")
    (incoming / f"elsewhere.{gone}.0123").write_bytes(b"x")
    make(tmp_path)
    assert {p.name for p in incoming.iterdir()} == {f"{host}.{os.getpid()}.0123", f"elsewhere.{gone}.0123"}


async def test_interrupted_writes_are_deleted_when_they_are_old(tmp_path: Path) -> None:
    incoming = tmp_path / "media" / ".incoming"
    incoming.mkdir(parents=True)
    for name, age_s in (("old", 7200), ("new", 0)):
        (incoming / name).write_bytes(b"x")
        os.utime(incoming / name, (time.time() - age_s,) * 2)
    make(tmp_path)
    assert [p.name for p in incoming.iterdir()] == ["new"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
async def test_folder_that_is_not_writable_is_an_error_of_the_system(tmp_path: Path) -> None:
    store = make(tmp_path)
    (tmp_path / "media" / ".incoming").chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(OSError, match="denied"):
        await store.put("abc/1/0.m4s", b"x")


async def test_folder_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    store = make(tmp_path)
    (tmp_path / "media").rename(tmp_path / "unmounted")
    with pytest.raises(StorageUnavailable, match="not writable"):
        await store.put("abc/1/0.m4s", b"x")
    with pytest.raises(StorageUnavailable, match="not available"):
        await store.free()
