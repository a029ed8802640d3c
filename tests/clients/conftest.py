"""One server for the tests of both client libraries."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.seeds import SCOPES, SETTINGS
from tests.harness import ROOT, OTNet, distinct, make_film, running
from tests.studio import create_record, owner


@dataclass(frozen=True)
class Served:
    server: OTNet
    key: str
    reading_key: str
    uploading_key: str
    library: str
    film: Path

    @property
    def environment(self) -> dict[str, str]:
        return {"OTNET": self.server.url, "OTNET_KEY": self.key}

    def new_film(self, folder: Path, name: str = "Film.mp4") -> Path:
        """A film with a content of its own."""
        path = folder / name
        path.write_bytes(self.film.read_bytes())
        return distinct(path)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    base = tmp_path_factory.mktemp("clients")
    (base / "films").mkdir()
    film = make_film(base / "film.mp4", 0.5, size="160x90", sound=False)
    with running(base / "data", base / "films", **SETTINGS) as server, owner(server) as studio:
        key = create_record(studio, "api_keys", name="Client", scopes=SCOPES)["secret"]
        (library,) = studio.get("/api/v1/dashboard/libraries").json()["items"]
        reading = create_record(studio, "api_keys", name="Reader", scopes=["content:read"])["secret"]
        scopes = ["upload_link:write"]
        uploading = create_record(studio, "api_keys", name="Uploader", scopes=scopes)["secret"]
        yield Served(server, key, reading, uploading, library["id"], film)


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the clients note unfinished uploads."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture(scope="session")
def built() -> Path:
    """The built TypeScript client; `make test-setup` builds it."""
    folder = ROOT / "clients" / "typescript"
    if not (folder / "dist" / "index.js").exists():
        npm = [sys.executable, str(ROOT / "scripts" / "node.py"), "npm", "--prefix", str(folder)]
        for command in (["ci", "--no-audit", "--no-fund"], ["run", "build", "--silent"]):
            subprocess.run([*npm, *command], check=True)
    return folder / "dist"
