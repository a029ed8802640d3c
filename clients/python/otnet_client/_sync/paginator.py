# Generated from _async/paginator.py by scripts/client_types.py. Do not edit.
"""Lists that read page after page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from otnet_client._record import Page

T = TypeVar("T")


class Paginator(Generic[T]):
    """The records of a list. `for` goes through all of them, and reads a page when it is needed."""

    def __init__(self, read: Callable[[str | None], Page[T]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            for item in page.items:
                yield item

    def pages(self) -> Iterator[Page[T]]:
        """The pages, one after the other."""
        cursor = None
        while True:
            page = self._read(cursor)
            yield page
            if page.next is None or page.next == cursor:
                return
            cursor = page.next

    def first_page(self) -> Page[T]:
        """The first page only, with `total` if the list was requested with `total=True`."""
        return self._read(None)
