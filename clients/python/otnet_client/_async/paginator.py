"""Lists that read page after page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Generic, TypeVar

from otnet_client._record import Page

T = TypeVar("T")


class AsyncPaginator(Generic[T]):
    """The records of a list. `async for` goes through all of them, and reads a page when it is needed."""

    def __init__(self, read: Callable[[str | None], Awaitable[Page[T]]]) -> None:
        self._read = read

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item

    async def pages(self) -> AsyncIterator[Page[T]]:
        """The pages, one after the other."""
        cursor = None
        while True:
            page = await self._read(cursor)
            yield page
            if page.next is None or page.next == cursor:
                return
            cursor = page.next

    async def first_page(self) -> Page[T]:
        """The first page only, with `total` if the list was requested with `total=True`."""
        return await self._read(None)
