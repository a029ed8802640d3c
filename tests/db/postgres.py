"""A PostgreSQL server in a temporary folder that listens on a socket there; `scripts/debian.py` installs it.

PostgreSQL refuses to run as root; its processes then run as the user that its package created.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from otnet_server.db.engine import migrate
from tests.harness import until


def program_folder() -> Path | None:
    """The folder with the programs of the newest installed version."""
    folders = [Path(p).parent for p in (shutil.which("initdb"),) if p]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True)
    return next((f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()), None)


def unprivileged() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    names = {p.pw_name for p in pwd.getpwall()}
    account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


class Postgres:
    def __init__(self, folder: Path) -> None:
        self._folder, self._template = folder, ""

    def url(self, name: str, driver: str = "+psycopg") -> str:
        return f"postgresql{driver}://otnet@/{name}?host={self._folder}"

    def fresh(self, template: str = "template1") -> str:
        """The URL of a new database, empty unless it is copied from another one."""
        name = f"otnet_{secrets.token_hex(4)}"
        with psycopg.connect(self.url("postgres", ""), autocommit=True) as c:
            c.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def migrated(self) -> str:
        """The URL of a new database with the tables of the current version, copied from one that is migrated once."""
        if not self._template:
            migrate(url := self.fresh())
            self._template = make_url(url).database or ""
        return self.fresh(template=self._template)

    @contextmanager
    def away(self) -> Iterator[None]:
        """The server does not answer: open connections end, and new ones are refused."""
        socket = self._folder / ".s.PGSQL.5432"
        with psycopg.connect(self.url("postgres", ""), autocommit=True) as c:
            socket.rename(socket.with_name("away"))
            try:
                c.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
                yield
            finally:
                socket.with_name("away").rename(socket)


@contextmanager
def postgres() -> Iterator[Postgres]:
    programs = program_folder()
    assert programs is not None, "PostgreSQL is not there: run “python scripts/debian.py”"
    folder = Path(tempfile.mkdtemp(prefix="otnet-pg-", dir="/tmp"))  # the path of a socket has to be short
    who = unprivileged()
    if who:
        os.chown(folder, who["user"], who["group"])
    quiet: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "cwd": folder, **who}
    log = folder / "log"
    process: subprocess.Popen[bytes] | None = None
    try:
        make = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "otnet", "-A", "trust", "-E", "UTF8",
                "--locale", "C.UTF-8", "--no-sync"]  # fmt: skip
        subprocess.run(make, check=True, stderr=subprocess.DEVNULL, **quiet)
        options = {"listen_addresses": "", "unix_socket_directories": str(folder), "fsync": "off",
                   "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60",
                   "shared_buffers": "16MB"}  # fmt: skip
        argv = [str(programs / "postgres"), "-D", str(folder / "data")]
        argv += [word for n, v in options.items() for word in ("-c", f"{n}={v}")]
        with log.open("wb") as out:
            process = subprocess.Popen(argv, stderr=out, **quiet)
        server = Postgres(folder)

        def answers() -> bool:
            assert process is not None and process.poll() is None, log.read_text()
            try:
                psycopg.connect(server.url("postgres", "")).close()
            except psycopg.OperationalError:
                return False
            return True

        until("PostgreSQL answers", answers)
        yield server
    finally:
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)  # “fast” shutdown: open connections are closed
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)
