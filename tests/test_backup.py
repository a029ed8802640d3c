"""Backup and restore: complete, verified, private, and safe against hostile archives."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from otnet_server.backup import BackupError, backup, restore
from otnet_server.cli import import_all
from otnet_server.data_folder import keep_private
from otnet_server.protection.master_keys import FILE_NAME
from tests.control.services import control_plane
from tests.harness import ROOT, make_film, migrated_database, running
from tests.protection.titles import key_ids, licence, play, protected_title
from tests.studio import DASHBOARD, OWNER, create_record, owner


def otnet(*argv: object) -> None:
    """Run a command in this process."""
    done = CliRunner().invoke(import_all(), list(map(str, argv)))
    assert done.exit_code == 0, done.output


def otnet_process(*argv: object) -> str:
    command = [sys.executable, "-c", "from otnet_server.cli import main; main()", *map(str, argv)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rows(database: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        names = [
            r[0] for r in db.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite%'")
        ]
        return {n: sorted(db.execute(f'select * from "{n}"').fetchall(), key=repr) for n in names}


def files(data: Path) -> dict[str, str]:
    found = {}
    for path in sorted((data / "media").rglob("*")):
        if path.is_file():
            found[str(path.relative_to(data))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def test_backup_of_a_running_server_restores_everything(tmp_path: Path) -> None:
    library = tmp_path / "library"
    make_film(library / "Film.mp4", 3, size="160x90")
    with running(tmp_path / "data", library) as server, owner(server) as ann:
        server.settled("Film")
        create_record(ann, "genres", name="Science")
        stop = threading.Event()

        def busy() -> None:
            number = 0
            while not stop.is_set():
                create_record(ann, "people", name=f"Person {number}")
                number += 1

        writing = threading.Thread(target=busy)
        writing.start()
        try:
            said = otnet_process("backup", tmp_path / "whole.tar", "--data", tmp_path / "data")
        finally:
            stop.set()
            writing.join()
        assert "files were backed up to" in said
        media = files(tmp_path / "data")
    otnet("restore", tmp_path / "whole.tar", "--data", tmp_path / "new")
    assert files(tmp_path / "new") == media
    with tarfile.open(tmp_path / "whole.tar") as tar:
        tar.extract("otnet.db", tmp_path / "copy", filter="data")
    assert rows(tmp_path / "copy" / "otnet.db") == rows(tmp_path / "new" / "otnet.db")
    people = rows(tmp_path / "new" / "otnet.db")["person"]
    assert rows(tmp_path / "data" / "otnet.db")["media"] == rows(tmp_path / "new" / "otnet.db")["media"]
    assert len(people) <= len(rows(tmp_path / "data" / "otnet.db")["person"])
    with running(tmp_path / "new", library) as again:
        with again.client as client:
            signed_in = client.post("/api/v1/auth/login", json={k: OWNER[k] for k in ("email", "password")})
            assert signed_in.status_code == 200, signed_in.text
            assert client.get(f"{DASHBOARD}/genres").json()["items"][0]["name"] == "Science"
            assert client.get(f"{DASHBOARD}/people?limit=1&total=true").json()["total"] == len(people)
        film = again.settled("Film")
        assert again.get(film["playback"]["hls"]).status_code == 200


def small_data_folder(folder: Path) -> Path:
    folder.mkdir()
    (folder / "otnet.db").write_bytes(migrated_database())
    (folder / "media").mkdir()
    (folder / "media" / "a.m4s").write_bytes(b"abc" * 1000)
    (folder / "secret.key").write_bytes(b"s" * 32)
    (folder / "master.key").write_text("never in a backup")
    return folder


def test_truncated_or_modified_backup_is_refused(tmp_path: Path) -> None:
    whole = tmp_path / "whole.tar"
    assert backup(small_data_folder(tmp_path / "data"), whole, "0002") == 3
    data = whole.read_bytes()
    (tmp_path / "cut.tar").write_bytes(data[: len(data) // 2])
    (tmp_path / "changed.tar").write_bytes(data.replace(b"abcabc", b"abcabd", 1))
    for name in ("cut.tar", "changed.tar"):
        with pytest.raises(BackupError, match=r"truncated|can't be read|wrong"):
            restore(tmp_path / name, tmp_path / f"new-{name}")
    assert restore(whole, tmp_path / "new") == 3
    assert b"never in a backup" not in data and not (tmp_path / "new" / "master.key").exists()
    for private in (whole, tmp_path / "new", tmp_path / "new" / "secret.key", tmp_path / "new" / "otnet.db"):
        assert private.stat().st_mode & 0o077 == 0, private
    with pytest.raises(BackupError, match="is not empty"):
        restore(whole, tmp_path / "new")
    with pytest.raises(BackupError, match="no database"):
        backup(tmp_path / "nowhere", whole, "0002")


def test_backup_with_path_traversal_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        (tmp_path / "x").write_text("x")
        tar.add(tmp_path / "x", "../outside")
    with pytest.raises(BackupError, match="is outside"):
        restore(tmp_path / "evil.tar", tmp_path / "new")
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("names", [("a", "a"), ("a", "a/b"), ("a/b", "a"), ("b" * 300,), ("./secret.key",)], ids=str)
def test_backup_with_invalid_names_is_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    with tarfile.open(tmp_path / "odd.tar", "w") as tar:
        for name in names:
            (tmp_path / "x").write_text("x")
            tar.add(tmp_path / "x", name)
    with pytest.raises(BackupError):
        restore(tmp_path / "odd.tar", tmp_path / "new")
    assert all(p.stat().st_mode & 0o077 == 0 for p in (tmp_path / "new").rglob("*") if p.is_file())


def test_data_folder_is_private_to_its_owner(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    with running(data, options=()) as server:
        assert data.stat().st_mode & 0o777 == 0o700
        for path in server.data.glob("otnet.db*"):
            assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize(
    ("mode", "files", "after"),
    [(0o755, (), 0o700), (0o755, ("otnet.db",), 0o700), (0o755, ("secret.key", "x"), 0o700), (0o755, ("x",), 0o755),
     (0o1777, (), 0o1777), (0o1777, ("otnet.db",), 0o1777)],
)  # fmt: skip
def test_only_otnet_data_folders_are_made_private(
    tmp_path: Path, mode: int, files: tuple[str, ...], after: int
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(mode)
    for name in files:
        (data / name).touch()
    keep_private(data, sqlite=True)
    assert data.stat().st_mode & 0o7777 == after
    assert (data / "otnet.db").stat().st_mode & 0o077 == 0


def test_backup_over_an_earlier_one_is_private(tmp_path: Path) -> None:
    (tmp_path / "whole.tar").write_bytes(b"earlier")
    (tmp_path / "whole.tar").chmod(0o644)
    backup(small_data_folder(tmp_path / "data"), tmp_path / "whole.tar", "0002")
    assert (tmp_path / "whole.tar").stat().st_mode & 0o077 == 0


def test_data_folder_with_postgresql_has_no_sqlite_file(tmp_path: Path) -> None:
    keep_private(tmp_path / "data", sqlite=False)
    assert list((tmp_path / "data").iterdir()) == []


def test_media_in_a_configured_folder_are_backed_up(tmp_path: Path) -> None:
    data, root = tmp_path / "data", tmp_path / "elsewhere"
    (root / "a").mkdir(parents=True)
    (root / "a" / "0.m4s").write_bytes(b"segment")
    data.mkdir()
    (data / "otnet.db").write_bytes(migrated_database())
    (data / "media").mkdir()
    (data / "media" / "old.m4s").write_bytes(b"of an earlier configuration")
    (tmp_path / "otnet.toml").write_text(f'data = "{data}"\n[plugins.config.local_storage]\nroot = "{root}"\n')
    otnet("backup", tmp_path / "whole.tar", "--config", tmp_path / "otnet.toml")
    restore(tmp_path / "whole.tar", tmp_path / "new")
    assert (tmp_path / "new" / "media" / "a" / "0.m4s").read_bytes() == b"segment"
    assert not (tmp_path / "new" / "media" / "old.m4s").exists()


def test_missing_media_folder_is_reported(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "otnet.db").close()
    with pytest.raises(BackupError, match="is not available"):
        backup(tmp_path, tmp_path / "whole.tar", "1", media=tmp_path / "nothing")


def test_media_folder_without_the_media_is_reported(tmp_path: Path) -> None:
    """An empty mount point, for example. Nothing that looks like a backup is left."""
    (tmp_path / "otnet.db").write_bytes(migrated_database())
    with closing(sqlite3.connect(tmp_path / "otnet.db")) as db, db:
        title = {"id": "aaaa", "library": "Films", "title": "Film", "present": 1, "info": "{}", "playing": "bbbb"}
        required = [row[1] for row in db.execute("pragma table_info(media)") if row[3] and row[4] is None]
        values = {name: title.get(name, "x") for name in {*required, *title}}
        db.execute(
            f"insert into media ({', '.join(values)}) values ({', '.join('?' * len(values))})", [*values.values()]
        )
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(BackupError, match="has no file of any of the 1 playable titles"):
        backup(tmp_path, tmp_path / "whole.tar", "1", media=tmp_path / "elsewhere")
    assert {path.name for path in tmp_path.iterdir()} == {"otnet.db", "elsewhere"}
    (tmp_path / "elsewhere" / "aaaa" / "bbbb").mkdir(parents=True)
    (tmp_path / "elsewhere" / "aaaa" / "bbbb" / "poster.jpg").write_bytes(b"jpeg")
    assert backup(tmp_path, tmp_path / "whole.tar", "1", media=tmp_path / "elsewhere") >= 2


def test_protected_title_of_a_backup_plays_with_its_master_key_alone(tmp_path: Path) -> None:
    """Without it, the new server starts and says what is missing. After the key was put back, licences are granted."""
    saved, archive, new = tmp_path / "saved.key", tmp_path / "whole.tar", tmp_path / "new"
    with control_plane(tmp_path / "data") as plane:
        content, media = protected_title(plane, "public")
        token = play(plane.anonymous(), content)["drm"]["token"]
        assert licence(plane, token, media).status_code == 200
        otnet("backup", archive, "--data", tmp_path / "data")
        saved.write_bytes((tmp_path / "data" / FILE_NAME).read_bytes())
    otnet("restore", archive, "--data", new)
    assert not (new / FILE_NAME).exists()
    with control_plane(new) as plane:
        refused = plane.anonymous().get(f"/api/v1/playback/{content}")
        assert (refused.status_code, refused.json()["code"]) == (503, "vault_locked")
        assert "master key" in refused.json()["title"] and FILE_NAME in refused.json()["remedy"]
        assert plane.anonymous().get("/api/v1/site/home").status_code == 200, "the rest goes on"
    (new / FILE_NAME).write_bytes(saved.read_bytes())
    with control_plane(new) as plane:
        token = play(plane.anonymous(), content)["drm"]["token"]
        granted = licence(plane, token, media)
        assert granted.status_code == 200 and len(granted.json()["keys"]) == len(key_ids(plane, media))
