"""A database for each test, as in tests/cluster, but on SQLite unless it says otherwise, and a control plane whose live streams are kept in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from otnet_server.live.ingest import IngestService
from tests.cluster.conftest import connect  # noqa: F401  (a fixture)
from tests.control.services import ControlPlane, control_plane
from tests.harness import migrated_database
from tests.live.streams import KeptStreams

PORTS = {name: {"port": 0} for name in ("ingest_rtmp", "ingest_srt")}


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if getattr(request, "param", "sqlite") == "sqlite":
        (tmp_path / "otnet.db").write_bytes(migrated_database())
        return f"sqlite+aiosqlite:///{tmp_path / 'otnet.db'}"
    return str(request.getfixturevalue("postgres_server").migrated())


@pytest.fixture(scope="module")
def streams() -> KeptStreams:
    return KeptStreams()


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory, streams: KeptStreams) -> Iterator[ControlPlane]:
    with pytest.MonkeyPatch.context() as patch:
        make = IngestService.__init__

        def with_kept_streams(service: IngestService, db: Any, leases: Any, feed: Any, _: Any, *more: Any) -> None:
            make(service, db, leases, feed, streams, *more)

        patch.setattr(IngestService, "__init__", with_kept_streams)
        with control_plane(tmp_path_factory.mktemp("live") / "data", plugins={"config": PORTS}) as running:
            yield running
