"""Grants and streams on PostgreSQL, where several processes share the database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlalchemy as sa

from tests.control.services import Person, control_plane
from tests.db.postgres import Postgres
from tests.playback.test_entitlements import prepared, sql_and_pure_rule
from tests.playback.titles import content_in, ready_media


def test_sql_and_the_pure_rule_agree_on_postgresql(postgres_server: Postgres) -> None:
    url = postgres_server.migrated()
    for c in prepared(sa.create_engine(url)):
        for seed in range(15):
            by_sql, by_rule = sql_and_pure_rule(c, seed)
            assert by_sql == by_rule, seed


def test_limit_of_streams_holds_over_two_processes(postgres_server: Postgres, tmp_path: Path) -> None:
    database = postgres_server.migrated()
    with control_plane(tmp_path / "a", database=database) as first:
        content = content_in(first.owner, "members")
        ready_media(first, "members", content)
        first.set("organization", first.owner.organization, max_streams=2)
        email = first.owner.colleague("audience").document["user"]["email"]
        with control_plane(tmp_path / "b", database=database) as second:
            sign_ins = [Person(plane).sign_in(email) for plane in (first, second) * 4]
            with ThreadPoolExecutor(8) as pool:
                answers = list(pool.map(lambda who: who.get(f"/api/v1/playback/{content}").status_code, sign_ins))
            assert sorted(answers) == [200] * 2 + [409] * 6
            playing = next(who for who, status in zip(sign_ins, answers, strict=True) if status == 200)
            again = playing.get(f"/api/v1/playback/{content}?resumes=%00")
            assert again.status_code == 200, "PostgreSQL has no null characters"
