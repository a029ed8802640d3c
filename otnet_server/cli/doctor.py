"""`otnet doctor`: checks the requirements of OTNet, one line each: ok, or what to do."""

from __future__ import annotations

import asyncio
import functools
import http.client
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import get_args

from rich.markup import escape
from sqlalchemy.exc import SQLAlchemyError

from otnet_server import binaries, data_folder
from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, DataOption, JsonOption, out, print_json, settings_of
from otnet_server.cli.failures import explain
from otnet_server.cli.listening import ADDRESS_IN_USE, listen, local_address
from otnet_server.cli.plan import choose_encoder
from otnet_server.cluster.consumers import ConsumerReport, reports
from otnet_server.config import Profile, Settings
from otnet_server.db.engine import Database, check_not_newer, head, schema_of, url_of
from otnet_server.errors import ConfigError
from otnet_server.playback.countries import open_database
from otnet_server.process import jail, runner
from otnet_server.process.command import Command, Limits
from otnet_server.protection.master_keys import FILE_NAME, MasterKeyMissing, VaultLocked
from otnet_server.protection.services import master_keys, opened_vault
from otnet_server.protection.vault import data_keys_in_use

Check = tuple[str, bool, str]


@app.command()
def doctor(data: DataOption = None, config: ConfigOption = None, json: JsonOption = False) -> None:
    """Check binaries, encoders, the jail, data folder, disk, database and port. The exit code is 1 if a check fails."""
    settings = settings_of(config, data)
    checks = asyncio.run(examine(settings))
    if json:
        print_json([{"check": n, "ok": ok, "says": detail} for n, ok, detail in checks])
    else:
        for name, ok, detail in checks:
            out.print(f"{'[green]ok[/]  ' if ok else '[red]bad[/] '} {name:<12} {escape(detail)}", soft_wrap=True)
    sys.exit(0 if all(ok for _, ok, _ in checks) else 1)


async def examine(settings: Settings) -> list[Check]:
    """Run all checks; returns (name, ok, detail) for each. A failing check does not raise."""
    tools = binaries.find(settings.tools)
    checks: list[Check] = []
    for name, argv in {
        "ffmpeg": (tools.ffmpeg, "-version"),
        "ffprobe": (tools.ffprobe, "-version"),
        "packager": (tools.packager, "--version"),
    }.items():
        checks.append(await _run_check(name, lambda argv=argv: _version(argv)))  # type: ignore[misc]
    for codec in get_args(Profile.model_fields["codec"].annotation):
        profile = Profile(codec=codec)
        choose = functools.partial(choose_encoder, settings, profile)
        checks.append(await _run_check(f"{codec} encoder", choose))
    level = jail.level()
    checks.append(("jail", level.name == "full", f"{level.name}: {', '.join(level.enforced)}"))
    checks.append(await _run_check("countries", lambda: _countries(settings)))
    checks.append(_data(settings.data))
    checks.append(_disk(settings.data))
    checks.append(await _run_check("database", lambda: _database(settings)))
    checks.append(await _run_check("vault", lambda: _vault(settings)))
    checks += await _events(settings)
    checks.append(await asyncio.to_thread(_port, settings))
    return checks


async def _run_check(name: str, check: Callable[[], Awaitable[str]]) -> Check:
    try:
        return name, True, await check()
    except Exception as e:
        return name, False, str(explain(e) or f"{type(e).__name__}: {e}")


async def _version(argv: tuple[str, ...]) -> str:
    with tempfile.TemporaryDirectory() as work:
        result = await runner.run(Command(argv, Path(work).resolve(), limits=Limits(wall_s=20)))
    text = (result.stdout.decode("utf-8", "replace") or result.log_tail).strip().splitlines()
    return " ".join(text[0].split()[:3]) if text else argv[0]


async def _countries(settings: Settings) -> str:
    database = open_database(settings.server.country_database)
    if database is None:
        return "no country database: titles with regions refuse; set server.country_database"
    return f"{database.name}, built {database.date}" if database.date else database.name


def _data(data: Path) -> Check:
    """Whether the data folder can be written, or created. Nothing is left in it."""
    folder = _existing(data)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as e:
        reason = "is not a folder" if folder == data and not data.is_dir() else f"can't be written: {e.strerror}"
        return "data", False, f"{data} {reason}; choose another with --data, or correct its permissions"
    return "data", True, f"{data} can be written" if folder == data else f"{data}, created on first start"


def _existing(path: Path) -> Path:
    """The path, or the nearest parent that exists."""
    return next(p for p in (path, *path.absolute().parents) if os.path.exists(p))  # noqa: PTH110  (never raises)


def _disk(data: Path) -> Check:
    free = shutil.disk_usage(_existing(data)).free
    return (
        "disk",
        free > 5 << 30,
        f"{free / 2**30:.1f} GB free" + ("" if free > 5 << 30 else "; free at least 5 GB"),
    )


async def _database(settings: Settings) -> str:
    url = url_of(settings.database, settings.data)
    kind, version = url.partition("+")[0], await asyncio.to_thread(schema_of, url)
    check_not_newer(version)
    if version is None:
        return f"{kind}, created on first start"
    return f"{kind}, schema " + ("up to date" if version == head() else f"{version}, upgraded on the next start")


async def _vault(settings: Settings) -> str:
    """Whether the master keys of the vault are there."""
    url = url_of(settings.database, settings.data)
    exists = settings.vault.master_key or settings.vault.key_service or (settings.data / FILE_NAME).is_file()
    says = "the master key is created on first start"
    if exists:
        master_keys(settings)
        says = "the master key can be read"
    if await asyncio.to_thread(schema_of, url) != head():
        return says
    db = Database(url)
    try:
        problem: VaultLocked | None = None
        if not exists:
            in_use = await data_keys_in_use(db)
            problem = MasterKeyMissing(in_use[0].master_key) if in_use else None
        else:
            async with opened_vault(settings, db) as vault:
                problem = await vault.problem()
    finally:
        await db.close()
    if problem is not None:
        raise problem
    return "the master key opens every data key" if exists else says


async def _events(settings: Settings) -> list[Check]:
    """A failed check for each plugin, and each part of the server, that could not handle events."""
    url = url_of(settings.database, settings.data)
    db = None
    try:
        if await asyncio.to_thread(schema_of, url) != head():
            return []
        db = Database(url)
        failing = await reports(db)
    except (SQLAlchemyError, OSError):
        return []  # the check of the database says why
    finally:
        if db is not None:
            await db.close()
    return [("events", False, _event_failure(report)) for report in failing]


def _event_failure(report: ConsumerReport) -> str:
    if report.set_aside:
        remedy = f"correct the cause, then run “otnet events retry {report.name}”"
        return f"{report.name} has set aside {report.set_aside} events: {report.error}; {remedy}"
    return f"{report.name} fails on an event and is tried again: {report.error}"


def _port(settings: Settings) -> Check:
    """Whether the server can listen on its address, or does already."""
    host, port = settings.server.host, settings.server.port
    try:
        listen(host, port).close()
    except ConfigError as e:
        pid = data_folder.holder(settings.data)
        if e.code == ADDRESS_IN_USE and pid and _is_otnet(host, port):
            return "port", True, f"{host}:{port} is used by your running server (pid {pid})"
        return "port", False, str(e)
    return "port", True, f"{host}:{port} is free"


def _is_otnet(host: str, port: int) -> bool:
    """Whether the process that listens on a port answers as OTNet does."""
    connection = http.client.HTTPConnection(local_address(host), port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().read() == b'{"status":"ok"}'
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
