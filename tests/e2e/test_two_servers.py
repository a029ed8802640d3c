"""Two servers that share a PostgreSQL database, a data folder and a library: each title is encoded once, both serve it,
and one goes on when the other dies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import m3u8
import psycopg
import pytest

from tests.db.postgres import Postgres
from tests.gate import Gate
from tests.harness import OTNet, make_film, until


@dataclass
class Pair:
    """Two servers, and the URL of their database. They encode one segment for each permit of `gate`."""

    servers: list[OTNet]
    database: str
    library: Path
    gate: Gate


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres) -> Iterator[Pair]:
    folder, url = tmp_path_factory.mktemp("pair"), postgres_server.migrated()
    gate, library = Gate(folder / "permits"), folder / "library"
    library.mkdir()
    config = folder / "otnet.toml"
    config.write_text(
        f"[work]\nlease_s = 3\n{gate.config}[profiles.small]\nheights = [180]\npreset = 'ultrafast'\nchunk_segments = 1\n"
        f"[[libraries]]\nprofile = 'small'\npath = {json.dumps(str(library))}\n"
    )
    options = ("--public", "--config", str(config))
    servers = [OTNet(folder / "data", [], options, {"OTNET_DATABASE": url}) for _ in range(2)]
    try:
        yield Pair(servers, url.replace("+psycopg", ""), library, gate)
    finally:
        for server in servers:
            server.stop()


@pytest.fixture
def pair(both: Pair) -> Pair:
    """The pair, with both servers running and a closed gate."""
    both.gate.close()
    for server in both.servers:
        if not server.running:
            server.start()
    return both


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as db:
        return db.execute(query).fetchall()  # type: ignore[call-overload,no-any-return]


def segments(server: OTNet, title: dict[str, Any]) -> list[str]:
    """The paths of all segments of the lowest rung."""
    base = f"/media/{title['id']}/{title['revision']}/{title['tracks']['video'][-1]['name']}"
    playlist = m3u8.loads(server.get(f"{base}/index.m3u8").text)
    return [f"{base}/{segment.uri}" for segment in playlist.segments]


def test_title_is_encoded_once_and_served_by_both(pair: Pair) -> None:
    pair.gate.open()
    make_film(pair.library / "Film.mp4", 8)
    titles = [server.settled("Film") for server in pair.servers]
    assert [t["state"] for t in titles] == ["ready", "ready"] and titles[0]["id"] == titles[1]["id"]
    # Each event once: nobody found, planned or published anything twice.
    found = rows(
        pair.database,
        "select type from change where type like 'media.%' and type <> 'media.linked' "
        f"and data->>'media' = '{titles[0]['id']}' order by tx, id",
    )
    assert [type for (type,) in found] == [
        f"media.{s}" for s in ("found", "probed", "planned", "encoding", "playable", "ready")
    ]
    for server in pair.servers:
        for path in segments(server, titles[0]):
            assert server.get(path).status_code == 200
    assert rows(pair.database, "select count(distinct holder) from lease where name in ('libraries', 'consumers')") == [
        (1,)
    ]


def test_server_goes_on_when_the_other_dies(pair: Pair) -> None:
    one, two = pair.servers
    library, gate = pair.library, pair.gate
    make_film(library / "Long Film.mp4", 32)
    gate.permit(2)  # of 9
    title = one.wait("Long Film", lambda m: m["playable"])
    ((holder,),) = rows(pair.database, f"select holder from lease where name = 'revision:{title['revision']}'")
    pid = int(str(holder).split(":")[1])
    dead, alive = (one, two) if one.process is not None and one.process.pid == pid else (two, one)
    # A viewer of the server that does not encode waits for a segment, and gets it when the other has published it.
    asked = segments(alive, title)[3]
    gate.permit(3)
    until("the segment is served by the other", lambda: alive.get(asked).status_code == 200)
    assert alive.title("Long Film")["state"] == "encoding"
    dead.kill()
    gate.open()
    assert alive.settled("Long Film")["state"] == "ready"
    for path in segments(alive, title):
        assert alive.get(path).status_code == 200
    make_film(library / "Later.mp4", 2)
    assert alive.settled("Later")["state"] == "ready", "it watches the library now"
