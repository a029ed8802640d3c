"""Mistakes of operators: each command says in one line what is wrong, why, and what to do; exits with 2; and creates
nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy.exc import IntegrityError, OperationalError
from typer.testing import CliRunner

from otnet_server.cli import common, doctor, import_all
from otnet_server.cli.failures import explain
from otnet_server.config import load
from otnet_server.errors import ConfigError
from tests.harness import migrated_database

APP = import_all()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, log_configuration: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of all commands: `lib` is a library, `data` a data folder, `file` a file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(common.out, "_width", 400)
    (tmp_path / "lib").mkdir()
    (tmp_path / "other" / "lib").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "otnet.db").write_bytes(migrated_database())
    with closing(sqlite3.connect(tmp_path / "data" / "otnet.db")) as db:
        db.execute("PRAGMA journal_mode=WAL")  # as a server leaves it
    (tmp_path / "file").write_text("no film")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    return tmp_path


def run(line: str, **environment: str) -> Result:
    return CliRunner().invoke(APP, line.split(), env={"OTNET_SERVER__PORT": "0", "COLUMNS": "400", **environment})


def tree(folder: Path) -> dict[str, int]:
    return {str(p.relative_to(folder)): p.stat().st_mtime_ns for p in folder.rglob("*") if p.name != "data"}


DATABASES = (
    ("mysql://host/name", "database: Value error, must be empty or start with postgresql+psycopg://"),
    ("postgresql://host/name", "must be empty or start with postgresql+psycopg://"),
    ("nonsense", "must be empty or start with"),
    ("postgresql+psycopg://me:hidden@127.0.0.1:1/otnet", "The database can't be used: "),
    ("postgresql+psycopg://me@127.0.0.1:many/otnet", "database: Value error, must be a valid URL"),
)
OF_DATABASE = ("serve lib --data new", "scan --library lib --data data", "jobs", "jobs retry x", "events",
               "events failures", "events retry x", "migrate", "migrate --create --data new")  # fmt: skip
# The command, and a part of what it says.
MISTAKES: tuple[tuple[str, str], ...] = (
    *((f"{command} --data {path}", f"{said}")
      for command in ("serve lib", "migrate --create", "scan --library lib --create")
      for path, said in (("/proc/nope", "The data folder /proc/nope can't be created"),
                         ("file", "is not a folder"), ("file/x", "can't be created: Not a directory"))),
    *((f"{command} --data {path}", said)
      for command, said in (
          ("jobs", "contains no data of OTNet"), ("jobs retry x", "contains no data of OTNet"),
          ("events", "contains no data of OTNet"), ("events failures", "contains no data of OTNet"),
          ("events retry x", "contains no data of OTNet"),
          ("migrate", "contains no data of OTNet"), ("scan --library lib", "contains no data of OTNet"),
          ("token", "has no secret.key"), ("backup x.tar", "There is no database in"),
      )
      for path in ("typo", "file", "full")),
    *((f"{command} --config {path}", "otnet") for path in ("otnet", "otnet/x.toml")
      for command in ("serve", "jobs", "doctor", "token", "plugins", "backup x.tar", "restore file", "migrate")),
    ("serve file", "file is not a folder. Create it, or name another one."),
    ("serve lib none", "none is not a folder."),
    ("serve lib other/lib", "Two library folders are named “lib”"),
    ("scan --library none", "none is not a folder."),
    ("scan", "No library is configured."),
    ("serve lib --host 203.0.113.5", "can't listen on 203.0.113.5:0: Cannot assign requested address. Set --host"),
    ("serve lib --host no..name", "can't listen on no..name:0: it is not an address"),
    ("serve lib --port 70000", "server.port"),
    ("package file --out file", "The output folder"),
    ("package file --out /proc/x", "The output folder /proc/x can't be created"),
    ("package file --out out --work file", "The work folder"),
    ("package file --out out --profile best", "There is no profile “best”."),
    *((f"{command} none", "none does not exist. Name an existing media file.")
      for command in ("probe", "plan", "package --out out")),
    *((f"{command} lib", "lib is a folder, not a file.") for command in ("probe", "plan", "package --out out")),
    ("backup /none/b.tar --data data", "The backup can't be written to /none/b.tar: the folder /none does not exist."),
    ("backup lib --data data", "it is a folder"),
    ("restore none.tar --data new", "none.tar is not a file."),
    ("restore lib --data new", "lib is not a file."),
    ("restore file --data full", "is not empty"),
    ("restore file --data /proc/nope", "can't be created"),
    *((f"token --data data --hours {hours}", "Set --hours to a number that is more than 0") for hours in ("0", "-3", "nan", "inf", "1e9")),
    ("plugins new rss", "“rss” is the name of a plugin or a command of OTNet."),
    ("plugins new serve", "“serve” is the name of a plugin or a command of OTNet."),
    ("plugins new mine --into file", "is not a folder"),
    ("upload none --server http://h --key k", "none is not a file."),
    ("import-metadata none --server http://h --key k", "none is not a file."),
    ("import-metadata file --server localhost:8096 --key k", "“localhost:8096” is not the URL of a server."),
    ("upload file --server localhost:8096 --key k", "“localhost:8096” is not the URL of a server."),
)  # fmt: skip


@pytest.mark.parametrize(("line", "said"), MISTAKES)
def test_mistake_is_one_sentence_and_creates_nothing(here: Path, line: str, said: str) -> None:
    (here / "otnet").mkdir()
    before = tree(here)
    done = run(line)
    assert_mistake(done, said)
    assert tree(here) == before


@pytest.mark.parametrize(("url", "said"), DATABASES)
@pytest.mark.parametrize("line", OF_DATABASE)
def test_database_that_can_not_be_used_is_one_sentence(line: str, url: str, said: str) -> None:
    done = run(line, OTNET_DATABASE=url)
    assert_mistake(done, said)
    assert "hidden" not in done.stderr, "a password is shown"


def assert_mistake(done: Result, said: str) -> None:
    assert done.exit_code == 2 and said in done.stderr, (done.exit_code, done.stderr, done.exception)
    assert "Traceback" not in done.stderr and done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1 and re.fullmatch(r"✗ .+\. [^.].*\. \(\w+\)", lines[0]), done.stderr


@pytest.mark.parametrize("name", ["OTNET_SERVR__PORT", "OTNET_SERVER__PROT", "OTNET_LIBRARY"])
@pytest.mark.parametrize("line", ["serve", "jobs", "probe file", "token", "plugins", "backup x"])
def test_unknown_variable_is_refused(line: str, name: str) -> None:
    done = run(line, **{name: "1"})
    assert done.exit_code == 2 and re.search("SERVR|server.prot|LIBRARY", done.stderr)


def test_taken_port_is_a_mistake() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert_mistake(run(f"serve --data new --port {port}"), f"can't listen on 127.0.0.1:{port}")
    assert not Path("new").exists()


def test_configuration_that_is_not_utf_8_is_a_mistake(here: Path) -> None:
    (here / "otnet.toml").write_bytes(b"data = '\xff'")
    assert_mistake(run("jobs --config otnet.toml"), "otnet.toml is not valid TOML")


def test_plugin_folder_that_does_not_exist_is_a_mistake() -> None:
    for line in ("plugins", "serve lib --data new"):
        assert_mistake(run(line, OTNET_PLUGINS__DIR="/nope"), "plugins.dir is /nope, which is not a folder.")


def test_library_that_is_a_file_is_a_mistake(here: Path) -> None:
    (here / "otnet.toml").write_text("[[libraries]]\npath = 'file'\n")
    assert_mistake(run("serve --config otnet.toml"), "The library “file” is not a folder but a file")


@pytest.mark.parametrize("line", ["jobs", "migrate", "scan --library lib", "events", "serve lib"])
def test_file_that_is_no_database_is_a_mistake(here: Path, line: str) -> None:
    (here / "data" / "otnet.db").write_text("no database" * 1000)
    assert_mistake(run(f"{line} --data data"), "The database can't be used: file is not a database.")


def test_database_of_another_version_is_not_touched(here: Path) -> None:
    database = here / "data" / "otnet.db"

    def with_schema(version: str) -> None:
        with closing(sqlite3.connect(database)) as db, db:
            db.execute("UPDATE alembic_version SET version_num = ?", (version,))

    with_schema("0001")
    assert_mistake(run("jobs --data data"), "has schema 0001")
    with_schema("9999")
    for line in ("jobs", "migrate", "scan --library lib", "serve lib"):
        assert_mistake(run(f"{line} --data data"), "has schema 9999, and this version of OTNet knows schemas up to")


READ_ONLY = ("--help", "--version", "jobs", "events", "token", "plugins", "plugins new x --kind list", "doctor",
             "migrate", "backup x.tar", "probe film.mp4", "plan film.mp4", "serve --help")  # fmt: skip


@pytest.mark.parametrize("line", READ_ONLY)
def test_command_that_reads_creates_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    (tmp_path / "empty").mkdir()
    shutil.copy(here_film(tmp_path), tmp_path / "empty" / "film.mp4")
    monkeypatch.chdir(tmp_path / "empty")
    run(line)
    assert os.listdir() == ["film.mp4"]


def here_film(folder: Path) -> Path:
    (folder / "film").write_text("#EXTM3U\n")
    return folder / "film"


def test_scan_and_migrate_create_a_database_when_told(here: Path) -> None:
    assert run("migrate --create --data new").exit_code == 0
    assert (here / "new").stat().st_mode & 0o777 == 0o700
    assert (here / "new" / "otnet.db").stat().st_mode & 0o777 == 0o600
    assert run("scan --library lib --create --data another").exit_code == 0
    assert run("jobs --data another").exit_code == 0


def test_folder_that_is_given_twice_is_one_library(here: Path) -> None:
    (here / "link").symlink_to(here / "lib")
    settings = common.settings_of(folders=[Path("lib"), here / "lib", Path("lib/../lib"), Path("link")])
    assert [(x.name, x.path) for x in settings.libraries] == [("lib", here / "lib")]
    assert load(overrides={"libraries": [{"path": here}]}).libraries[0].path == here


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(13, "Permission denied", "/none/x"), "/none/x can't be used: permission denied."),
        (OSError(30, "Read-only file system", "/x"), "/x can't be written: its file system is read-only."),
        (OSError(28, "No space left on device"), "There is no space left for the output."),
        (OperationalError("SELECT", {}, Exception("gone\nfor good")), "The database can't be used: gone."),
        (ModuleNotFoundError("No module", name="psycopg"), "The driver of PostgreSQL is not installed."),
        (ModuleNotFoundError("No module", name="other"), None),
        (IntegrityError("INSERT", {}, Exception("unique")), None),
        (BrokenPipeError(32, "Broken pipe"), None),
        (KeyError("x"), None),
        (ConfigError("code", "It is wrong."), "It is wrong."),
    ],
    ids=repr,
)
def test_only_errors_that_operators_cause_are_explained(error: Any, sentence: str | None) -> None:
    explained = explain(error)
    assert (explained.message if explained is not None else None) == sentence


@pytest.mark.parametrize(
    ("check", "line", "said"),
    [
        ("data", "doctor --data file", "/file is not a folder; choose another with --data"),
        ("data", "doctor --data file/x", "can't be written: Not a directory"),
        ("data", "doctor --data new", "created on first start"),
        ("data", "doctor --data data", "can be written"),
        ("database", "doctor --data data", "sqlite, schema up to date"),
        ("port", "doctor --config taken.toml", "203.0.113.5:0: Cannot assign requested address"),
        ("database", "doctor --config away.toml", "The database can't be used: "),
    ],
)
def test_doctor_explains_each_check(
    here: Path, monkeypatch: pytest.MonkeyPatch, check: str, line: str, said: str
) -> None:
    async def skip(*_: Any) -> str:
        return "skipped"

    monkeypatch.setattr(doctor, "_version", skip)
    monkeypatch.setattr(doctor, "choose_encoder", skip)
    (here / "taken.toml").write_text("server.host = '203.0.113.5'\n")
    (here / "away.toml").write_text("database = 'postgresql+psycopg://me@127.0.0.1:1/otnet'\n")
    before = tree(here)
    (found,) = [c for c in json.loads(run(f"{line} --json").stdout) if c["check"] == check]
    assert said in found["says"], found
    assert found["ok"] == (said in ("created on first start", "can be written", "sqlite, schema up to date"))
    assert tree(here) == before
