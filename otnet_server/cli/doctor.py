"""`otnet doctor`: checks the requirements of OTNet, one line each: ok, or what to do."""

from __future__ import annotations

import asyncio
import functools
import json as jsonlib
import shutil
import socket
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import get_args

from rich.markup import escape
from sqlalchemy.exc import SQLAlchemyError

from otnet_server import binaries
from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, DataOption, JsonOption, fail_plainly, out, settings_of
from otnet_server.cli.plan import choose_encoder
from otnet_server.cluster.consumers import ConsumerReport, reports
from otnet_server.config import Profile, Settings
from otnet_server.db.engine import Database, migrate, url_of
from otnet_server.errors import OtnetError
from otnet_server.playback.countries import open_database
from otnet_server.process import jail, runner
from otnet_server.process.command import Command, Limits

Check = tuple[str, bool, str]


@app.command()
@fail_plainly
def doctor(data: DataOption = None, config: ConfigOption = None, json: JsonOption = False) -> None:
    """Check binaries, encoders, the jail, disk, database and port. The exit code is 1 if a check fails."""
    settings = settings_of(config, data)
    checks = asyncio.run(examine(settings))
    if json:
        print(jsonlib.dumps([{"check": n, "ok": ok, "says": detail} for n, ok, detail in checks]))
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
    checks.append(_disk(settings.data))
    checks.append(await _run_check("database", lambda: _database(settings)))
    checks += await _events(settings)
    checks.append(_port(settings))
    return checks


async def _run_check(name: str, check: Callable[[], Awaitable[str]]) -> Check:
    try:
        return name, True, await check()
    except OtnetError as e:
        return name, False, f"{e.message} {e.remedy}"
    except Exception as e:
        return name, False, f"{type(e).__name__}: {e}"


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


def _disk(data: Path) -> Check:
    folder = data if data.exists() else data.absolute().parent
    free = shutil.disk_usage(folder if folder.exists() else Path.cwd()).free
    return (
        "disk",
        free > 5 << 30,
        f"{free / 2**30:.1f} GB free" + ("" if free > 5 << 30 else "; free at least 5 GB"),
    )


async def _database(settings: Settings) -> str:
    url = url_of(settings.database, settings.data)
    if not settings.database and not settings.data.exists():
        return "SQLite, created on first start"
    await asyncio.to_thread(migrate, url)
    return url.split("://")[0].split("+")[0] + ", schema up to date"


async def _events(settings: Settings) -> list[Check]:
    """A failed check for each plugin, and each part of the server, that could not handle events."""
    if not settings.database and not (settings.data / "otnet.db").exists():
        return []
    db = Database(url_of(settings.database, settings.data))
    try:
        failing = await reports(db)
    except SQLAlchemyError as e:
        return [("events", False, f"{type(e).__name__}: {e}")]
    finally:
        await db.close()
    return [("events", False, _event_failure(report)) for report in failing]


def _event_failure(report: ConsumerReport) -> str:
    if report.set_aside:
        remedy = f"correct the cause, then run “otnet events retry {report.name}”"
        return f"{report.name} has set aside {report.set_aside} events: {report.error}; {remedy}"
    return f"{report.name} fails on an event and is tried again: {report.error}"


def _port(settings: Settings) -> Check:
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((settings.server.host, settings.server.port))
        except OSError as e:
            return (
                "port",
                False,
                f"{settings.server.port} is not available ({e.strerror}); choose another with --port",
            )
    return "port", True, f"{settings.server.host}:{settings.server.port} is free"
