"""What a Storage must do. `make` gives a new, empty store each time it is called.

Publishing stands on three of these: an object is there whole or not at all, what was put is what is got,
and a full or absent store says so with StorageUnavailable (which no suite can cause from outside: test it
in your own plugin).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from otnet_server import Storage

Make = Callable[[], Storage]
KEY = "abc/123/720p/0.m4s"
BYTES = bytes(range(256)) * 300


async def check_it_is_a_storage(make: Make) -> None:
    """A name to show, and every method of the protocol."""
    store = make()
    assert isinstance(store, Storage)
    assert isinstance(store.name, str) and store.name


async def check_what_was_put_is_got(make: Make) -> None:
    """Byte for byte, empty objects too."""
    store = make()
    for key, data in ((KEY, BYTES), ("abc/123/empty.vtt", b"")):
        await store.put(key, data)
        assert await store.get(key) == data


async def check_a_range_is_half_open(make: Make) -> None:
    """`get(key, start, end)` gives the bytes from `start` up to, not including, `end`."""
    store = make()
    await store.put(KEY, BYTES)
    for start, end in ((0, 1), (0, len(BYTES)), (100, 1000), (len(BYTES) - 1, len(BYTES)), (5, None)):
        assert await store.get(KEY, start, end) == BYTES[start:end], (start, end)


async def check_an_absent_object_is_not_found(make: Make) -> None:
    """`get` raises FileNotFoundError; `stat` says None, also below an object."""
    store = make()
    await store.put(KEY, BYTES)
    for key in ("abc/123/720p/4.m4s", f"{KEY}/init.mp4", "other/1"):
        assert await store.stat(key) is None, key
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            await store.get(key)
            raise AssertionError(f"{key} was never put, and yet it was got")


async def check_stat_tells_size_and_a_steady_tag(make: Make) -> None:
    """The same bytes keep their entity tag; other bytes under the same key get another one."""
    store = make()
    await store.put(KEY, BYTES)
    first, again = await store.stat(KEY), await store.stat(KEY)
    assert first is not None and first == again
    assert (first.key, first.size) == (KEY, len(BYTES))
    assert first.etag and not set(first.etag) & set('" \r\n'), "quotes are put around it in a header"
    await store.put(KEY, BYTES + b"more")
    changed = await store.stat(KEY)
    assert changed is not None and changed.etag != first.etag


async def check_put_replaces_whole(make: Make) -> None:
    """A second `put` under a key leaves nothing of the first."""
    store = make()
    await store.put(KEY, BYTES)
    await store.put(KEY, b"short")
    assert await store.get(KEY) == b"short"


async def check_a_reader_sees_all_or_nothing(make: Make) -> None:
    """While objects are put again and again, nobody ever reads a part of one."""
    store = make()
    whole = {bytes([n]) * 200_000 for n in range(1, 9)}

    async def write() -> None:
        for data in whole:
            await store.put(KEY, data)

    async def read() -> None:
        for _ in range(40):
            with contextlib.suppress(FileNotFoundError):
                assert await store.get(KEY) in whole, "a reader saw a part of an object"

    await asyncio.gather(write(), read(), read())


async def check_list_finds_what_is_below(make: Make) -> None:
    """Whole keys with their sizes, all below the prefix and nothing beside it. An absent prefix is empty."""
    store = make()
    keys = ["a/1/0.m4s", "a/1/4.m4s", "a/2/0.m4s", "ab/1/0.m4s"]
    for n, key in enumerate(keys):
        await store.put(key, b"x" * n)
    assert sorted([(o.key, o.size) async for o in store.list("a/1")]) == [("a/1/0.m4s", 0), ("a/1/4.m4s", 1)]
    assert sorted([o.key async for o in store.list("a")]) == keys[:3]
    assert sorted([o.key async for o in store.list("")]) == keys
    assert [o async for o in store.list("nothing/here")] == []


async def check_delete_takes_an_object_or_all_below(make: Make) -> None:
    """What is not there is no error; neighbours with the same beginning stay."""
    store = make()
    for key in ("a/1/0.m4s", "a/1/4.m4s", "a/10/0.m4s"):
        await store.put(key, b"x")
    await store.delete("a/1/0.m4s")
    assert await store.stat("a/1/0.m4s") is None and await store.stat("a/1/4.m4s") is not None
    await store.delete("a/1")
    await store.delete("a/1")
    assert [o.key async for o in store.list("")] == ["a/10/0.m4s"]


async def check_path_and_url_are_honest(make: Make) -> None:
    """`path` names a file with the object's bytes, or is None; `url` is an http(s) address, or None."""
    store = make()
    await store.put(KEY, BYTES)
    path, url = store.path(KEY), store.url(KEY)
    assert path is None or await asyncio.to_thread(path.read_bytes) == BYTES
    assert url is None or url.startswith(("http://", "https://"))


async def check_keys_stay_inside(make: Make) -> None:
    """A key that would leave the store is refused (ValueError), should one ever come so far."""
    store = make()
    for key in ("../out", "a/../../out", "/etc/passwd", "a//b", ".", ""):
        try:
            await store.put(key, b"x")
        except ValueError:
            continue
        raise AssertionError(f"the key {key!r} was taken")


async def check_free_is_a_number_or_none(make: Make) -> None:
    """Bytes that still fit."""
    free = await make().free()
    assert free is None or free >= 0
