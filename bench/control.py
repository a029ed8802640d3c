"""The control plane with 100,000 pieces of content: search, lists and changes while as many files are found."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert

from bench.report import Row
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


def p99_ms(times: int, request: Callable[[], httpx.Response]) -> float:
    """p99 in milliseconds; every answer must be a good one."""
    times_ms = []
    for _ in range(times):
        started = time.perf_counter()
        response = request()
        times_ms.append(1000 * (time.perf_counter() - started))
        assert response.status_code == 200, response.text
        time.sleep(0.005)
    return statistics.quantiles(times_ms, n=100)[98]


def rows(work: Path, library: Path, quick: bool) -> list[Row]:
    """`library` is a folder of many files, which the server finds for the first time meanwhile."""
    count, times = (20_000, 150) if quick else (100_000, 400)
    data = work / "data-control"
    vocabulary = asyncio.run(fill_database(data, count))
    random_ = random.Random(11)
    options = ("--library", str(library), "--public")
    with serving(data, *options, OTNET_SERVER__RATE="1000000") as server, httpx.Client(base_url=server.url) as client:
        session = client.post("/api/v1/auth/login", json=OWNER).json()
        client.headers["X-CSRF-Token"] = session["csrf"]
        base = "/api/v1/dashboard/content"
        items: list[dict[str, Any]] = client.get(base, params={"limit": 50}).json()["items"]

        def search() -> httpx.Response:
            word = random_.choice(vocabulary)
            query_text = random_.choice(
                (word, word[: random_.randint(2, 5)], f"{word} {random_.choice(vocabulary)[:3]}")
            )
            return client.get(base, params={"q": query_text})

        def list_content() -> httpx.Response:
            sort = random_.choice(("-created_at", "title", "-release_date", "kind"))
            filters = random_.choice(
                ({}, {"kind": "film"}, {"release_date.gte": "2000-01-01"}, {"title.contains": "ka"})
            )
            return client.get(base, params={"sort": sort, **filters})

        def change_title() -> httpx.Response:
            id = random_.choice(items)["id"]
            return client.patch(f"{base}/{id}", json={"title": " ".join(random_.choices(vocabulary, k=3))})

        def view_page() -> httpx.Response:
            word = random_.choice(vocabulary)
            return client.get(random_.choice((
                "/api/v1/site/home", f"/api/v1/site/titles/{random_.choice(items)['id']}",
                f"/api/v1/site/genres/genre-{random_.randrange(GENRE_COUNT)}", f"/api/v1/site/search?q={word[:4]}",
            )))  # fmt: skip

        write = p99_ms(times // 2, change_title)
        view_ms = p99_ms(times, view_page)
        search_ms, list_ms = p99_ms(times, search), p99_ms(times, list_content)
        media_count = client.get("/api/v1/dashboard/media", params={"limit": 1, "total": "true"}).json()["total"]
    note = f"while files are found ({media_count:,} so far)"
    return [
        Row(f"search in {count:,} titles, p99", search_ms, "ms", "≤ 20", search_ms <= 20, note),
        Row(f"lists of {count:,} titles, p99", list_ms, "ms", "≤ 50", list_ms <= 50, note),
        Row(f"viewers' site of {count:,} titles, p99", view_ms, "ms", "≤ 50", view_ms <= 50, note),
        Row("changes meanwhile, p99", write, "ms", "none refused", True, note),
    ]  # fmt: skip
