"""The conformance suite for Storage. `make` returns a new, empty store each time.

Publishing depends on three requirements: an object exists completely or not at all, `open` gives the bytes that were
put, and a full or unavailable store raises StorageUnavailable (which a suite can't cause; test it in your own plugin).
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from otnet_server import OtnetError, Storage

MakeStorage = Callable[[], Storage]
OBJECT_KEY = "abc/123/720p/0.m4s"
OBJECT_BYTES = bytes(range(256)) * 300


async def read(store: Storage, key: str, start: int = 0, end: int | None = None) -> bytes:
    """The bytes that `open` gives."""
    return b"".join([block async for block in store.open(key, start, end)])


async def check_it_is_a_storage(make: MakeStorage) -> None:
    """The store has a name and every method of the protocol."""
    store = make()
    assert isinstance(store, Storage)
    assert isinstance(store.name, str) and store.name


async def check_what_was_put_is_read(make: MakeStorage) -> None:
    """`open` gives exactly the bytes that were put, also for empty objects."""
    store = make()
    for key, data in ((OBJECT_KEY, OBJECT_BYTES), ("abc/123/empty.vtt", b"")):
        await store.put(key, data)
        assert await read(store, key) == data


async def check_a_range_is_half_open(make: MakeStorage) -> None:
    """`open(key, start, end)` gives the bytes from `start` to `end`, exclusive."""
    store = make()
    await store.put(OBJECT_KEY, OBJECT_BYTES)
    for start, end in (
        (0, 1),
        (0, len(OBJECT_BYTES)),
        (100, 1000),
        (len(OBJECT_BYTES) - 1, len(OBJECT_BYTES)),
        (5, None),
    ):
        assert await read(store, OBJECT_KEY, start, end) == OBJECT_BYTES[start:end], (start, end)


async def check_an_absent_object_is_not_found(make: MakeStorage) -> None:
    """For an object that does not exist, `open` raises FileNotFoundError and `stat` returns None, also below an
    object."""
    store = make()
    await store.put(OBJECT_KEY, OBJECT_BYTES)
    for key in ("abc/123/720p/4.m4s", f"{OBJECT_KEY}/init.mp4", "other/1"):
        assert await store.stat(key) is None, key
        with contextlib.suppress(FileNotFoundError):
            await read(store, key)
            raise AssertionError(f"{key} was never put, but open gave it")


async def check_stat_tells_size_and_a_steady_tag(make: MakeStorage) -> None:
    """The entity tag changes exactly when the bytes change."""
    store = make()
    await store.put(OBJECT_KEY, OBJECT_BYTES)
    first, again = await store.stat(OBJECT_KEY), await store.stat(OBJECT_KEY)
    assert first is not None and first == again
    assert (first.key, first.size) == (OBJECT_KEY, len(OBJECT_BYTES))
    assert first.etag and not set(first.etag) & set('" \r\n'), "quotes are put around it in a header"
    await store.put(OBJECT_KEY, OBJECT_BYTES + b"more")
    changed = await store.stat(OBJECT_KEY)
    assert changed is not None and changed.etag != first.etag


async def check_put_replaces_whole(make: MakeStorage) -> None:
    """A second `put` replaces the object completely."""
    store = make()
    await store.put(OBJECT_KEY, OBJECT_BYTES)
    await store.put(OBJECT_KEY, b"short")
    assert await read(store, OBJECT_KEY) == b"short"


async def check_a_reader_sees_all_or_nothing(make: MakeStorage) -> None:
    """While an object is replaced, readers never see a part of it."""
    store = make()
    objects = {bytes([n]) * 200_000 for n in range(1, 9)}

    async def write() -> None:
        for data in objects:
            await store.put(OBJECT_KEY, data)

    async def reader() -> None:
        for _ in range(40):
            with contextlib.suppress(FileNotFoundError):
                assert await read(store, OBJECT_KEY) in objects, "a reader saw a part of an object"

    await asyncio.gather(write(), reader(), reader())


async def check_list_finds_what_is_below(make: MakeStorage) -> None:
    """`list` returns the full keys and sizes of all objects below the prefix, and none besides; without any it is
    empty."""
    store = make()
    keys = ["a/1/0.m4s", "a/1/4.m4s", "a/2/0.m4s", "ab/1/0.m4s"]
    for n, key in enumerate(keys):
        await store.put(key, b"x" * n)
    assert sorted([(o.key, o.size) async for o in store.list("a/1")]) == [("a/1/0.m4s", 0), ("a/1/4.m4s", 1)]
    assert sorted([o.key async for o in store.list("a")]) == keys[:3]
    assert sorted([o.key async for o in store.list("")]) == keys
    assert [o async for o in store.list("nothing/here")] == []


async def check_delete_takes_an_object_or_all_below(make: MakeStorage) -> None:
    """Deleting an object that does not exist is not an error. Keys that only start with the same characters remain."""
    store = make()
    for key in ("a/1/0.m4s", "a/1/4.m4s", "a/10/0.m4s"):
        await store.put(key, b"x")
    await store.delete("a/1/0.m4s")
    assert await store.stat("a/1/0.m4s") is None and await store.stat("a/1/4.m4s") is not None
    await store.delete("a/1")
    await store.delete("a/1")
    assert [o.key async for o in store.list("")] == ["a/10/0.m4s"]


async def check_a_large_object_comes_in_blocks(make: MakeStorage) -> None:
    """No block is larger than a few megabytes, so that a large object is never in memory as a whole."""
    store, data = make(), bytes(range(256)) * 65_536  # 16 MB
    await store.put(OBJECT_KEY, data)
    blocks = [block async for block in store.open(OBJECT_KEY, 7)]
    assert b"".join(blocks) == data[7:]
    assert max(map(len, blocks)) <= 8 << 20


async def check_reading_can_stop_early(make: MakeStorage) -> None:
    """A client may leave in the middle of an object; the store goes on to work."""
    store = make()
    await store.put(OBJECT_KEY, bytes(16 << 20))
    for _ in range(50):
        async for block in store.open(OBJECT_KEY):
            assert block
            break
    assert await read(store, OBJECT_KEY, 5, 10) == bytes(5)


async def check_put_file_stores_the_content(make: MakeStorage) -> None:
    """`put_file` stores the content of a file, also in place of an object. The file may be moved."""
    store = make()
    with tempfile.TemporaryDirectory() as folder:
        for data in (OBJECT_BYTES, b"short", b""):
            file = Path(folder) / "segment.m4s"
            file.write_bytes(data)
            await store.put_file(OBJECT_KEY, file)
            assert await read(store, OBJECT_KEY) == data
            stored = await store.stat(OBJECT_KEY)
            assert stored is not None and stored.size == len(data)


async def check_put_file_keeps_nothing_when_it_fails(make: MakeStorage) -> None:
    """A file that does not exist is an error and leaves the object as it was. Links are not followed, because the file
    may come from a tool that read a hostile source."""
    store = make()
    await store.put(OBJECT_KEY, b"before")
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / "link"
        link.symlink_to(Path(__file__))
        for file in (Path(folder) / "nothing", link):
            with contextlib.suppress(OSError, ValueError, OtnetError):
                await store.put_file(OBJECT_KEY, file)
                raise AssertionError(f"{file.name} was stored")
            assert await read(store, OBJECT_KEY) == b"before"


async def check_path_and_presigned_url_give_the_object(make: MakeStorage) -> None:
    """`path` returns a file with the bytes of the object, or None; `presign` an http(s) URL, or None."""
    store = make()
    await store.put(OBJECT_KEY, OBJECT_BYTES)
    path, url = store.path(OBJECT_KEY), await store.presign(OBJECT_KEY, 60)
    assert path is None or await asyncio.to_thread(path.read_bytes) == OBJECT_BYTES
    assert url is None or url.startswith(("http://", "https://"))


async def check_keys_stay_inside(make: MakeStorage) -> None:
    """A key that would point outside the store raises ValueError."""
    store = make()
    for key in ("../out", "a/../../out", "/etc/passwd", "a//b", ".", ""):
        try:
            await store.put(key, b"x")
        except ValueError:
            continue
        raise AssertionError(f"the key {key!r} was taken")


async def check_free_is_a_number_or_none(make: MakeStorage) -> None:
    """`free` returns a number of bytes, or None."""
    free = await make().free()
    assert free is None or free >= 0
