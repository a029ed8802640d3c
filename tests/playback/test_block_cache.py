from __future__ import annotations

from pathlib import Path

import pytest

from otnet_server.playback.block_cache import BLOCK_BYTES, BlockCache


def file_of(folder: Path, name: str, size: int) -> str:
    path = folder / name
    path.write_bytes(bytes(i % 251 for i in range(size)))
    return str(path)


def read_all(cache: BlockCache, path: str, start: int, end: int, file_size: int) -> bytes:
    data = b""
    while start + len(data) < end:
        data += cache.read(path, start + len(data), end, file_size)
    return data


@pytest.mark.parametrize("size", [1, 1000, BLOCK_BYTES, BLOCK_BYTES + 1, 2 * BLOCK_BYTES + 5])
def test_blocks_are_read_once(tmp_path: Path, size: int) -> None:
    path, cache = file_of(tmp_path, "0.m4s", size), BlockCache(4 * BLOCK_BYTES)
    content = Path(path).read_bytes()
    assert read_all(cache, path, 0, size, size) == content
    Path(path).unlink()
    assert read_all(cache, path, 0, size, size) == content


def test_ranges_are_exact_and_not_kept(tmp_path: Path) -> None:
    size = BLOCK_BYTES + 1000
    path, cache = file_of(tmp_path, "0.m4s", size), BlockCache(4 * BLOCK_BYTES)
    content = Path(path).read_bytes()
    for start, end in ((0, 1), (0, BLOCK_BYTES - 1), (5, 10), (BLOCK_BYTES - 1, BLOCK_BYTES + 1), (BLOCK_BYTES, size)):
        assert read_all(cache, path, start, end, size) == content[start:end]
    Path(path).unlink()
    assert read_all(cache, path, BLOCK_BYTES, size, size) == content[BLOCK_BYTES:], "the last block is complete"
    with pytest.raises(OSError):
        cache.read(path, 0, 1, size)


def test_oldest_blocks_are_dropped(tmp_path: Path) -> None:
    cache = BlockCache(250)
    paths = [file_of(tmp_path, f"{i}.m4s", 100) for i in range(3)]
    for path in paths:
        cache.read(path, 0, 100, 100)
        Path(path).unlink()
    assert [len(cache.read(path, 0, 100, 100)) for path in paths[1:]] == [100, 100]
    with pytest.raises(OSError):
        cache.read(paths[0], 0, 100, 100)


def test_shortened_file_raises(tmp_path: Path) -> None:
    path, cache = file_of(tmp_path, "0.m4s", 100), BlockCache(1000)
    with pytest.raises(OSError):
        read_all(cache, path, 0, 200, 200)
