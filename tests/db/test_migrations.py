"""Migrations lead from an empty and from an old database to the declared tables; changed declarations generate one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from otnet_server.db import engine as db
from otnet_server.db.search import Search
from otnet_server.db.tables import FIRST, metadata
from otnet_server.resources import SCHEMA
from tests.control.services import control_plane
from tests.harness import ROOT

AT = "2026-01-02T03:04:05.000Z"


def differences(url: str) -> list[Any]:
    engine = sa.create_engine(url)
    try:
        with engine.connect() as c:
            options = {"include_name": db.declared, "compare_type": True}
            return list(compare_metadata(MigrationContext.configure(c, opts=options), metadata))
    finally:
        engine.dispose()


def migrate_to(url: str, revision: str) -> sa.Engine:
    engine = sa.create_engine(url)
    with engine.begin() as c:
        command.upgrade(db._alembic(c), revision)
    return engine


def create_old_database(url: str) -> None:
    """Create a database of the first release with a ready and a failed title."""
    engine = migrate_to(url, "0001")
    tables = sa.MetaData()
    tables.reflect(engine)
    titles = {"aaaaaaaaaaaa": ("Der schöne Film", "ready", 90.5), "bbbbbbbbbbbb": ("Broken", "failed", None)}
    with engine.begin() as c:
        for id, (title, state, seconds) in titles.items():
            playing = f"r{id[1:]}" if state == "ready" else None
            row = {"id": id, "library": "films", "title": title, "present": True, "current": f"r{id[1:]}",
                   "playing": playing, "info": {"year": 2020}, "created_at": AT, "updated_at": AT}  # fmt: skip
            c.execute(tables.tables["media"].insert().values(row))
            revision = {"id": f"r{id[1:]}", "media": id, "path": f"/films/{id}.mp4", "fingerprint": id, "state": state,
                        "playable": state == "ready", "priority": 0, "duration_s": seconds,
                        "created_at": AT}  # fmt: skip
            c.execute(tables.tables["revision"].insert().values(revision))
        c.execute(
            tables.tables["chunk"].insert().values(revision="raaaaaaaaaaa", track="video", number=0, sizes={"a": [1]})
        )
        c.execute(tables.tables["outbox"].insert().values(at=AT, type="media.ready", data={"media": "aaaaaaaaaaaa"}))
    engine.dispose()


def test_migrating_an_empty_database_creates_the_declared_tables(url: str) -> None:
    db.migrate(url)
    assert differences(url) == []
    db.migrate(url)  # a second run changes nothing
    assert differences(url) == []


def test_migrating_an_old_database_keeps_its_rows(url: str) -> None:
    create_old_database(url)
    db.migrate(url)
    assert differences(url) == []
    engine = sa.create_engine(url)
    with engine.connect() as c:
        rows = {r["id"]: r for r in c.execute(sa.select(metadata.tables["media"])).mappings()}
        ready, broken = rows["aaaaaaaaaaaa"], rows["bbbbbbbbbbbb"]
        assert {r["organization"] for r in rows.values()} == {FIRST}
        assert (ready["state"], ready["duration_s"], ready["playable"]) == ("ready", 90.5, True)
        assert (broken["state"], broken["duration_s"], broken["playable"]) == ("failed", None, False)
        assert (ready["title"], ready["info"], ready["version"], ready["role"]) == (
            "Der schöne Film", {"year": 2020}, 1, "main")  # fmt: skip
        assert c.execute(sa.text("SELECT count(*) FROM chunk")).scalar_one() == 1
    engine.dispose()


def test_titles_of_an_old_database_are_listed_and_searchable(url: str, tmp_path: Path) -> None:
    """A server that starts on the old database lists its titles and finds them by search."""
    create_old_database(url)
    database = url.replace("sqlite:", "sqlite+aiosqlite:")
    with control_plane(tmp_path / "data", database=database) as p:
        assert [m["title"] for m in p.owner.items("media", sort="title")] == ["Broken", "Der schöne Film"]
        (found,) = p.owner.items("media", q="schon")
        assert (found["title"], found["state"]) == ("Der schöne Film", "ready")
        assert p.owner.patch(f"media/{found['id']}", json={"title": "Renamed"}).status_code == 200
        assert p.owner.items("media", q="schon") == [] and len(p.owner.items("media", q="renam")) == 1


def test_database_defaults_match_the_declared_defaults(url: str) -> None:
    """Rows inserted without the columns that have defaults get the declared defaults, on both databases."""
    db.migrate(url)
    engine = sa.create_engine(url)
    with engine.begin() as c:
        at = {"created_at": AT, "updated_at": AT}
        user, channel = metadata.tables["user"], metadata.tables["channel"]
        c.execute(sa.text('INSERT INTO "user" (id, created_at, updated_at, email, name) VALUES '
                          "('cccccccccccc', :created_at, :updated_at, 'a@b.de', 'A')"), at)  # fmt: skip
        c.execute(sa.text("INSERT INTO channel (id, created_at, updated_at, name, organization) VALUES "
                          f"('dddddddddddd', :created_at, :updated_at, 'One', '{FIRST}')"), at)  # fmt: skip
        assert c.execute(sa.select(user.c.two_factor)).scalar_one() is False
        assert c.execute(sa.select(channel.c.status, channel.c.time_zone)).one() == ("off", "UTC")
    engine.dispose()


def test_downgrade_deletes_links_that_play_as_a_viewer(url: str) -> None:
    """Without their viewer they would be preview links without conditions."""
    engine = migrate_to(url, "0033")
    with engine.begin() as c:
        c.execute(sa.text('INSERT INTO "user" (id, created_at, updated_at, email, name) VALUES '
                          f"('vvvvvvvvvvvv', '{AT}', '{AT}', 'a@b.de', 'A')"))  # fmt: skip
        c.execute(sa.text("INSERT INTO content (id, created_at, updated_at, organization, title, slug) VALUES "
                          f"('ffffffffffff', '{AT}', '{AT}', '{FIRST}', 'A', 'a')"))  # fmt: skip
        for id, viewer in (("aaaaaaaaaaaa", None), ("bbbbbbbbbbbb", "vvvvvvvvvvvv")):
            values = {"id": id, "viewer": viewer, "at": AT, "content": "ffffffffffff", "org": FIRST}
            c.execute(sa.text("INSERT INTO preview_link (id, created_at, updated_at, organization, content, viewer, "
                              "expires_at) VALUES (:id, :at, :at, :org, :content, :viewer, :at)"), values)  # fmt: skip
    with engine.begin() as c:
        command.downgrade(db._alembic(c), "0030")
        assert c.execute(sa.text("SELECT id FROM preview_link")).scalars().all() == ["aaaaaaaaaaaa"]
    db.migrate(url)
    assert differences(url) == []
    engine.dispose()


def test_declarations_need_no_new_migration() -> None:
    with pytest.raises(ValueError, match="nothing has changed"):
        db.make_migration("nothing")


FIELDS = """
        "colour_name": Text(label="Colour", sorted=True),
        "loud": Boolean(label="Loud", default=True),"""
CHANGE = """
from otnet_server.db.engine import make_migration, migrate
import sqlalchemy as sa, sys
print(make_migration("genres have a colour"))
for url in sys.argv[1:]:
    migrate(url)
    engine = sa.create_engine(url)
    columns = {c["name"]: c for c in sa.inspect(engine).get_columns("genre")}
    assert {"colour_name", "loud"} <= set(columns), columns
"""


def test_changed_declaration_generates_a_working_migration(tmp_path: Path, url: str) -> None:
    """In a copy of the checkout; the generated migration runs on both databases with existing rows."""
    copy = tmp_path / "checkout"
    shutil.copytree(
        ROOT / "otnet_server", copy / "otnet_server", ignore=shutil.ignore_patterns("__pycache__", "_front")
    )
    file = copy / "otnet_server/resources/catalogue.py"
    before, declared, after = file.read_text().partition("genre = Resource(")
    after = after.replace("fields={", "fields={" + FIELDS, 1)
    file.write_text(before.replace("import (", "import (\n    Boolean,", 1) + declared + after)
    db.migrate(url)
    engine = sa.create_engine(url)
    with engine.begin() as c:
        c.execute(sa.text("INSERT INTO genre (id, created_at, updated_at, name, organization) VALUES "
                          f"('eeeeeeeeeeee', '{AT}', '{AT}', 'Western', '{FIRST}')"))  # fmt: skip
    engine.dispose()
    done = subprocess.run([sys.executable, "-c", CHANGE, url], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = Path(done.stdout.strip().splitlines()[-1])
    assert made.parent == copy / "otnet_server/db/migrations/versions"
    assert made.name == f"{int(db.head()) + 1:04}_genres_have_a_colour.py"
    text = made.read_text()
    assert "'colour_name'" in text and "'loud'" in text and "ix_genre_by_colour_name" in text
    engine = sa.create_engine(url)
    with engine.connect() as c:
        assert c.execute(sa.text("SELECT name, loud FROM genre")).one() == ("Western", True)
    engine.dispose()


def test_migrate_make_reports_when_nothing_has_changed() -> None:
    argv = [sys.executable, "-c", "from otnet_server.cli import main; main()", "migrate", "make", "nothing"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "nothing has changed" in (done.stdout + done.stderr).lower()


def test_role_viewer_becomes_reader(url: str) -> None:
    engine = migrate_to(url, "0005")
    at = {"at": AT}
    with engine.begin() as c:
        c.execute(sa.text('INSERT INTO "user" (id, created_at, updated_at, email, name) '
                          "VALUES ('cccccccccccc', :at, :at, 'a@b.de', 'A')"), at)  # fmt: skip
        c.execute(sa.text('INSERT INTO membership (id, created_at, updated_at, organization, "user", role) '
                          f"VALUES ('dddddddddddd', :at, :at, '{FIRST}', 'cccccccccccc', 'viewer')"), at)  # fmt: skip
    engine.dispose()
    db.migrate(url)
    engine = sa.create_engine(url)
    with engine.connect() as c:
        assert c.execute(sa.text("SELECT role FROM membership")).scalar_one() == "reader"
    engine.dispose()


def test_addresses_of_existing_staff_are_verified(url: str) -> None:
    engine = migrate_to(url, "0010")
    tables = sa.MetaData()
    tables.reflect(engine)
    people = {"owner": ("owner", None), "viewer": ("audience", None), "linked": ("audience", ["oidc:4711"])}
    with engine.begin() as c:
        for id, (role, sign_ins) in people.items():
            row = {"id": id, "email": f"{id}@example.org", "name": id, "created_at": AT, "updated_at": AT}
            stored = {"sign_ins": sign_ins} if sign_ins else {}
            c.execute(sa.insert(tables.tables["user"]).values(**row, **stored))
            member = {
                "id": f"m-{id}",
                "organization": FIRST,
                "user": id,
                "role": role,
                "created_at": AT,
                "updated_at": AT,
            }
            c.execute(sa.insert(tables.tables["membership"]).values(**member))
    engine.dispose()
    db.migrate(url)
    engine = sa.create_engine(url)
    user, membership = metadata.tables["user"], metadata.tables["membership"]
    with engine.connect() as c:
        assert set(c.execute(sa.select(user.c.id).where(user.c.email_verified)).scalars()) == {"owner", "linked"}
        assert list(c.execute(sa.select(membership.c.user).where(membership.c.email_verified)).scalars()) == ["owner"]
        identities = c.execute(sa.select(metadata.tables["external_identity"])).all()
        assert [tuple(row) for row in identities] == [("oidc:4711", "linked")]
    engine.dispose()


def test_existing_users_are_searched_for_by_address(url: str) -> None:
    engine = migrate_to(url, "0043")
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.begin() as c:
        row = {"id": "u", "email": "mara.ek@example.org", "name": "Mära", "created_at": AT, "updated_at": AT}
        c.execute(sa.insert(tables.tables["user"]).values(**row))
        c.execute(sa.insert(tables.tables["search_row"]).values(resource="user", record="u"))
    engine.dispose()
    db.migrate(url)
    search = Search(sqlite=url.startswith("sqlite"))
    engine = sa.create_engine(url)
    with engine.connect() as c:
        for q in ("mara", "ek mar", "mara.ek@example.org", "example"):
            by_name, _ = search.matches(SCHEMA["user"], FIRST, q)
            assert list(c.execute(by_name).scalars()) == ["u"], q
    engine.dispose()
