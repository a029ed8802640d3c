"""Imports: files that the server downloads from a URL into a library.

An import runs in the background; a limited number run at once, the others wait. Its state can be read until some time
after its end. The progress is recorded next to the bytes, so that an import resumes after a restart if the remote
server supports it. The file type is checked by the first bytes and again when the file is complete. The file gets a
clean name and enters the library atomically, like uploads (`files.arrive`).
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from otnet_server.errors import ApiError, OtnetError, StorageUnavailable
from otnet_server.ingest import names
from otnet_server.ingest.addresses import PUBLIC, Rules
from otnet_server.ingest.downloads import DownloadFailed, Fetched, Limits, download
from otnet_server.ingest.files import (
    DISK_FULL_ERRNOS,
    arrive,
    disk_full,
    free_bytes,
    off_loop,
    read_json,
    remove_arrival_leftovers,
    write_json,
)  # fmt: skip
from otnet_server.ingest.guarded import MAX_REDIRECTS, client
from otnet_server.ingest.targets import NoTargets, Target, Targets
from otnet_server.ingest.uploads import Owner, check_media
from otnet_server.logs import log
from otnet_server.pipeline.sniff import HEAD_BYTES, Refused

MAX_ATTEMPTS = 6
FETCH_S = 30.0
NO_TARGET = Target()
FETCHED = ".fetched"


@dataclass(frozen=True)
class Import:
    """One import. `state`: running (or waiting for a slot), arriving, done, failed. `error`: code, message and remedy.
    `expires` is in seconds since 1970, when it is deleted."""

    id: str
    owner: Owner
    url: str
    folder: str
    name: str
    expires: float
    state: str = "running"
    fetched: Fetched = Fetched()
    content: str = ""
    role: str = "main"
    error: dict[str, str] | None = None

    def document(self) -> dict[str, Any]:
        """The import as the API returns it."""
        state = "running" if self.state == "arriving" else self.state
        bytes_, total = self.fetched.size, self.fetched.total
        return {"id": self.id, "state": state, "name": self.name or self.fetched.name, "bytes": bytes_, "total": total,
                "error": self.error}  # fmt: skip


def backoff_s(failures: int) -> float:
    """Seconds to wait after `failures` failures in a row, with jitter; at most 90."""
    return min(60.0, 2.0**failures) * (0.5 + secrets.randbelow(500) / 1000)


class Imports:
    """The imports of all owners. `accepts(name)` checks a file name; `check(name, path)` checks the bytes, returns the
    name of the demuxer and raises Refused; `pause(failures)` returns the seconds before the next attempt."""

    def __init__(
        self,
        folder: Path,
        *,
        limits: Limits,
        accepts: Callable[[str], bool],
        rules: Rules = PUBLIC,
        targets: Targets | None = None,
        check: Callable[[str, Path], str] = check_media,
        at_once: int = 2,
        max_open: int = 100,
        free: Callable[[Path], int] = free_bytes,
        expires_s: float = 86400,
        pause: Callable[[int], float] = backoff_s,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._folder, self._limits, self._accepts, self._rules = folder, limits, accepts, rules
        self._check, self._free, self._pause, self._now = check, free, pause, now
        self._expires_s, self._max_open = expires_s, max_open
        self._targets: Targets = targets or NoTargets()
        self._slots = asyncio.Semaphore(at_once)
        self._imports: dict[str, Import] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._http: httpx.AsyncClient | None = None

    async def open(self) -> None:
        """Start, and resume the unfinished imports of an earlier process."""
        self._http = client(self._rules.allow, ports=self._rules.ports, redirects=MAX_REDIRECTS)
        await off_loop(self._load)
        await self.sweep()
        for job in list(self._imports.values()):
            if job.state in ("running", "arriving"):
                self._schedule(job)

    async def close(self) -> None:
        """Stop all imports; the next `open` resumes them."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        if self._http is not None:
            await self._http.aclose()

    async def start(self, url: str, library: Path, owner: Owner, name: str = "", target: Target = NO_TARGET) -> str:
        """Start an import; returns its id. `name` is the file name (default: the remote server's name for it).

        Raises Blocked for a URL that is not allowed, ApiError (404) for unknown content, ApiError (429) when the owner
        has too many running imports.
        """
        self._rules.check_url(url)
        if target.content:
            await self._targets.check(target, owner)
        if sum(1 for job in self.owned_by(owner) if job.state in ("running", "arriving")) >= self._max_open:
            raise ApiError(
                429, "too_many_imports", f"You have {self._max_open} imports running.", "Wait until some have finished."
            )
        job = Import(
            secrets.token_hex(16), owner, url, str(library), names.clean(name), 0,
            content=target.content, role=target.role,
        )  # fmt: skip
        await off_loop(self._folder.mkdir, parents=True, exist_ok=True, mode=0o700)
        await self._save(job)
        self._schedule(job)
        return job.id

    async def fetch(self, url: str, max_bytes: int) -> bytes:
        """The bytes of a small file at a URL. Raises Blocked, DownloadFailed and StorageUnavailable."""
        await off_loop(self._folder.mkdir, parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{secrets.token_hex(16)}{FETCHED}"
        limits = replace(self._limits, max_bytes=max_bytes, total_s=FETCH_S)
        try:
            await download(url, path, limits=limits, http=self._http, free=self._free)
            return await off_loop(path.read_bytes)
        finally:
            await off_loop(path.unlink, missing_ok=True)

    def state(self, id: str, owner: Owner) -> Import | None:
        job = self._imports.get(id)
        return job if job is not None and job.owner == owner else None

    def arrived_as(self, id: str, owner: Owner) -> Path | None:
        """The path of a file that has arrived in its library."""
        job = self.state(id, owner)
        return Path(job.folder) / job.name if job is not None and job.state == "done" else None

    def owned_by(self, owner: Owner) -> list[Import]:
        return [job for job in self._imports.values() if job.owner == owner]

    async def cancel(self, id: str, owner: Owner) -> bool:
        """Cancel and delete an import; False when it does not exist. A file in its library stays."""
        if self.state(id, owner) is None:
            return False
        if task := self._tasks.get(id):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self._forget(id)
        return True

    async def sweep(self) -> int:
        """Delete expired imports; returns how many."""
        ended = [
            i for i, job in self._imports.items() if job.state in ("done", "failed") and job.expires <= self._now()
        ]
        for id in ended:
            await self._forget(id)
        return len(ended)

    def _schedule(self, job: Import) -> None:
        task = self._tasks[job.id] = asyncio.ensure_future(self._run(job.id))
        task.add_done_callback(lambda _: self._tasks.pop(job.id, None))

    async def _run(self, id: str) -> None:
        try:
            async with self._slots:
                if self._imports[id].state == "running":
                    await self._fetch(id)
                    await self._check_bytes(id)
                await self._move_into_library(id)
        except OtnetError as error:
            await self._fail(id, error)
        except OSError as error:
            await self._fail(id, disk_full() if error.errno in DISK_FULL_ERRNOS else _disk_error(error))
        except Exception:
            log.exception("an import failed with an internal error", id=id)
            await self._fail(id, OtnetError("internal", "An internal error occurred.", "See the server's log."))

    async def _fetch(self, id: str) -> None:
        failures, max_kept = 0, self._imports[id].fetched.kept
        while True:
            try:
                await download(
                    self._imports[id].url, self._data_path(id), limits=self._limits, resume=self._imports[id].fetched,
                    progress=lambda fetched: self._progress(id, fetched), http=self._http, free=self._free,
                )  # fmt: skip
                return
            except DownloadFailed as error:
                kept = self._imports[id].fetched.kept
                failures, max_kept = (1 if kept > max_kept else failures + 1), max(kept, max_kept)
                if not error.retryable or failures >= MAX_ATTEMPTS:
                    raise
                await asyncio.sleep(self._pause(failures))

    async def _progress(self, id: str, fetched: Fetched) -> None:
        job = self._imports[id]
        had_head = job.fetched.size >= HEAD_BYTES
        self._imports[id] = replace(job, fetched=fetched)
        if not had_head and fetched.size >= HEAD_BYTES:
            await self._check_bytes(id)
        if fetched.kept != job.fetched.kept or fetched.etag != job.fetched.etag:
            await self._save(self._imports[id])

    async def _check_bytes(self, id: str) -> None:
        """Check the type of the file by its bytes, and the name that it will get. Raises Refused."""
        job = self._imports[id]
        demuxer = await off_loop(self._check, job.name, self._data_path(id))
        name = job.name or job.fetched.name or "import"
        if not self._accepts(name):
            name = names.with_suffix(name, demuxer)
        if not self._accepts(name):
            raise Refused("type_not_accepted", f"The type of “{name}” is not supported.")
        self._imports[id] = replace(job, name=name)

    async def _move_into_library(self, id: str) -> None:
        job = self._imports[id]
        folder, data, name = Path(job.folder), self._data_path(id), job.name
        if await off_loop(data.exists):
            await self._save(replace(job, state="arriving"))
            await self._targets.announce(Target(job.content, job.role), job.owner, data)
            path = await off_loop(arrive, data, folder, name, id)
            await self._targets.arrived(path)
            name = path.name
        else:
            await off_loop(remove_arrival_leftovers, folder, id)
        await self._save(replace(job, state="done", name=name, expires=self._now() + self._expires_s))
        log.info("a file was imported", name=name, bytes=job.fetched.size)

    async def _fail(self, id: str, error: OtnetError) -> None:
        await off_loop(self._data_path(id).unlink, missing_ok=True)
        details = {"code": error.code, "message": error.message, "remedy": error.remedy}
        failed = replace(self._imports[id], state="failed", error=details, expires=self._now() + self._expires_s)
        self._imports[id] = failed
        with suppress(OSError):
            await self._save(failed)

    async def _save(self, job: Import) -> None:
        await off_loop(write_json, self._folder / f"{job.id}.json", asdict(job))
        self._imports[job.id] = job

    async def _forget(self, id: str) -> None:
        self._imports.pop(id, None)
        for path in (self._folder / f"{id}.json", self._data_path(id)):
            await off_loop(path.unlink, missing_ok=True)

    def _load(self) -> None:
        for path in self._folder.glob(f"*{FETCHED}"):
            path.unlink(missing_ok=True)
        for path in self._folder.glob("*.json"):
            record = read_json(path)
            with suppress(TypeError, KeyError):
                if record is not None:
                    job = Import(**record | {"fetched": Fetched(**record["fetched"])})
                    self._imports[job.id] = job

    def _data_path(self, id: str) -> Path:
        return self._folder / f"{id}.data"


def _disk_error(error: OSError) -> StorageUnavailable:
    return StorageUnavailable("disk_error", f"The disk failed: {error.strerror}.", "Check the server's disk.")
