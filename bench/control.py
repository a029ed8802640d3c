"""The control plane with 100,000 pieces of content: search, lists and changes while as many files are found.

The references are the same full-text queries and similar lists with `sqlite3` alone, before the server starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert

from bench.report import Row, timed
from bench.serve import serving
from otnet_server.db.engine import Database, migrate, url_of
from otnet_server.db.records import Records, new_id, now
from otnet_server.db.search import Search
from otnet_server.db.tables import FIRST, metadata
from otnet_server.identity.accounts import Accounts
from otnet_server.identity.secret_box import SecretBox
from otnet_server.playback.tokens import secret_of
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.slug import slug_of

SYLLABLES = ("ka lo mi ra to ne su vi da po el an or is um che gra ble sto fri").split()  # noqa: SIM905
OWNER = {"email": "ann@example.org", "password": "a long password"}
BATCH_ROWS = 2000
GENRE_COUNT = 20
SQL_FILTERS = ("true", "kind = 'film'", "release_date >= '2000-01-01'", "title LIKE '%ka%'")
SQL_ORDERS = ("created_at DESC", "title", "release_date DESC", "kind")


def words(random_: random.Random, count: int) -> list[str]:
    return ["".join(random_.choice(SYLLABLES) for _ in range(random_.randint(2, 4))) for _ in range(count)]


async def fill_database(data: Path, count: int) -> list[str]:
    """A server's data with an owner and `count` pieces of content; returns the words of their titles."""
    data.mkdir(parents=True, exist_ok=True)
    url = url_of("", data)
    migrate(url)
    db = Database(url)
    random_, search, at = random.Random(7), Search(db.sqlite), now()
    vocabulary = words(random_, 4000)
    genres = [{"id": new_id(), "organization": FIRST, "name": f"Genre {n}", "slug": f"genre-{n}", "created_at": at,
               "updated_at": at} for n in range(GENRE_COUNT)]  # fmt: skip
    async with db.write() as c:
        await c.execute(insert(metadata.tables["genre"]), genres)
    for first in range(0, count, BATCH_ROWS):
        rows = []
        for number in range(first, min(first + BATCH_ROWS, count)):
            title = " ".join(random_.choices(vocabulary, k=3)).capitalize()
            rows.append({
                "id": new_id(), "organization": FIRST, "title": title, "slug": f"{slug_of(title)}-{number}",
                "kind": random_.choice(("film", "clip", "episode")),
                "synopsis": " ".join(random_.choices(vocabulary, k=12)),
                "release_date": f"{random_.randint(1950, 2026)}-01-01", "created_at": at, "updated_at": at,
                "status": "published", "visibility": "public",
            })  # fmt: skip
        async with db.write() as c:
            await c.execute(insert(metadata.tables["content"]), rows)
            await search.add(c, SCHEMA["content"], rows)
            links = [{"record": r["id"], "target": random_.choice(genres)["id"], "position": 0} for r in rows]
            await c.execute(insert(metadata.tables["content_genres"]), links)
    accounts = Accounts(db, Records(search), SecretBox(secret_of(data)))
    code = await accounts.setup_code()
    assert code is not None
    await accounts.set_up(code, "Bench", "Ann", OWNER["email"], OWNER["password"])
    await db.close()
    return vocabulary


def p99_ms(times: int, call: Callable[[], object]) -> float:
    """The 99th percentile of the time of a call, in milliseconds."""
    times_ms = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        times_ms.append(1000 * (time.perf_counter() - started))
        time.sleep(0.005)
    return statistics.quantiles(times_ms, n=100)[98]


def sqlite_p99_ms(data: Path, vocabulary: list[str], times: int) -> tuple[float, float]:
    """p99 in milliseconds of (searches, lists) of content with `sqlite3` alone."""
    random_ = random.Random(11)
    with contextlib.closing(sqlite3.connect(data / "otnet.db")) as db:

        def search() -> None:
            for query in Search(sqlite=True).matches(SCHEMA["content"], FIRST, search_text(random_, vocabulary)):
                ids = db.execute(str(query), query.compile().params).fetchmany(51)
                marks = ",".join("?" * len(ids))
                db.execute(f"SELECT * FROM content WHERE id IN ({marks})", [id for (id,) in ids]).fetchall()
                if len(ids) > 50:
                    break

        def list_content() -> None:
            where, order = random_.choice(SQL_FILTERS), random_.choice(SQL_ORDERS)
            db.execute(f"SELECT * FROM content WHERE {where} ORDER BY {order} LIMIT 50").fetchall()

        return p99_ms(times, search), p99_ms(times, list_content)


def search_text(random_: random.Random, vocabulary: list[str]) -> str:
    word = random_.choice(vocabulary)
    return random_.choice((word, word[: random_.randint(2, 5)], f"{word} {random_.choice(vocabulary)[:3]}"))


def rows(work: Path, library: Path, quick: bool) -> list[Row]:
    """`library` is a folder of many files, which the server finds for the first time meanwhile."""
    count, times = (20_000, 150) if quick else (100_000, 400)
    data = work / "data-control"
    vocabulary = asyncio.run(fill_database(data, count))
    search_reference, list_reference = sqlite_p99_ms(data, vocabulary, times)
    random_ = random.Random(11)
    options = ("--library", str(library), "--public")
    with serving(data, *options, OTNET_SERVER__RATE="1000000") as server, httpx.Client(base_url=server.url) as client:
        session = client.post("/api/v1/auth/login", json=OWNER).json()
        client.headers["X-CSRF-Token"] = session["csrf"]
        base = "/api/v1/dashboard/content"
        items: list[dict[str, Any]] = client.get(base, params={"limit": 50}).json()["items"]

        def search() -> None:
            client.get(base, params={"q": search_text(random_, vocabulary)}).raise_for_status()

        def list_content() -> None:
            sort = random_.choice(("-created_at", "title", "-release_date", "kind"))
            filters = random_.choice(
                ({}, {"kind": "film"}, {"release_date.gte": "2000-01-01"}, {"title.contains": "ka"})
            )
            client.get(base, params={"sort": sort, **filters}).raise_for_status()

        def change_title() -> None:
            id = random_.choice(items)["id"]
            title = " ".join(random_.choices(vocabulary, k=3))
            client.patch(f"{base}/{id}", json={"title": title}).raise_for_status()

        def view_page() -> None:
            word = random_.choice(vocabulary)
            client.get(random_.choice((
                "/api/v1/site/home", f"/api/v1/site/titles/{random_.choice(items)['id']}",
                f"/api/v1/site/genres/genre-{random_.randrange(GENRE_COUNT)}", f"/api/v1/site/search?q={word[:4]}",
            ))).raise_for_status()  # fmt: skip

        write = p99_ms(times // 2, change_title)
        view_ms = p99_ms(times, view_page)
        search_ms, list_ms = p99_ms(times, search), p99_ms(times, list_content)
        media_count = client.get("/api/v1/dashboard/media", params={"limit": 1, "total": "true"}).json()["total"]
    note = f"while files are found ({media_count:,} so far)"
    return [
        timed(f"search in {count:,} titles, p99", search_ms, "ms", 20, search_reference, 6, "SQLite alone", note),
        timed(f"lists of {count:,} titles, p99", list_ms, "ms", 50, list_reference, 8, "SQLite alone", note),
        timed(f"viewers' site of {count:,} titles, p99", view_ms, "ms", 50, list_reference, 8,
              "lists of SQLite alone", note),
        Row("changes meanwhile, p99", write, "ms", "none refused", True, note),
    ]  # fmt: skip
