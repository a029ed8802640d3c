"""Browser pages that several tests use one after the other.

A new page starts a new process, which compiles all scripts again. That costs more than most tests, so a page is reused by
the next test that wants the same settings. Between two tests its cookies, storage, cache, routes and document are removed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page


class _ReusedPage:
    def __init__(self, browser: Browser, init: str, prepare: Callable[[Page], None] | None, settings: Any) -> None:
        self.page = browser.new_context(**settings).new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(f"{error}\n{error.stack}"))
        self.page.on(
            "console",
            lambda said: self.errors.append(said.text) if "Content Security Policy" in said.text else None,
        )
        if init:
            self.page.add_init_script(init)
        if prepare:
            prepare(self.page)

    def empty(self) -> bool:
        """Make the page as good as new; false if its test closed it."""
        if self.page.is_closed():
            return False
        context = self.page.context
        context.set_offline(False)
        self.page.unroute_all(behavior="ignoreErrors")
        url = urlsplit(self.page.url)
        if url.scheme in ("http", "https"):
            self.page.evaluate("sessionStorage.clear()")
        self.page.goto("about:blank")
        protocol = context.new_cdp_session(self.page)
        if url.netloc:
            origin = {"origin": f"{url.scheme}://{url.netloc}", "storageTypes": "all"}
            protocol.send("Storage.clearDataForOrigin", origin)
        protocol.send("Network.clearBrowserCache")
        protocol.detach()
        context.clear_cookies()
        context.clear_permissions()
        self.errors.clear()
        return True


class Pages:
    """The pages of one browser. Pages that a test opens at the same time are different pages in different contexts."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._free: dict[str, _ReusedPage] = {}
        self._in_use: list[tuple[str, _ReusedPage]] = []

    def open(
        self, *, width: int, height: int, init: str = "", prepare: Callable[[Page], None] | None = None, **settings: Any
    ) -> Page:
        """An empty page. `init` is a script that runs before those of each document; `prepare` is called for a new page
        only, and makes the same changes whenever the settings are the same."""
        key = json.dumps([init, prepare and prepare.__qualname__, settings], sort_keys=True)
        viewport = {"width": width, "height": height}
        reused = self._free.pop(key, None)
        if reused is None:
            reused = _ReusedPage(self.browser, init, prepare, settings | {"viewport": viewport})
        else:
            reused.page.set_viewport_size(viewport)  # type: ignore[arg-type]
        self._in_use.append((key, reused))
        return reused.page

    @property
    def errors(self) -> list[str]:
        """Script errors and CSP violations of the pages in use."""
        return [error for _, reused in self._in_use for error in reused.errors]

    @contextmanager
    def one_test(self) -> Iterator[Pages]:
        """Take back the pages that a test opened."""
        try:
            yield self
        finally:
            for key, reused in self._in_use:
                if key not in self._free and reused.empty():
                    self._free[key] = reused
                else:
                    reused.page.context.close()
            self._in_use.clear()
