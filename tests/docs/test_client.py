"""The Python client and `otnet upload`, against a real server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from otnet_server.client import Client, Problem
from tests.docs.seeds import SCOPES
from tests.harness import ROOT, OTNet, make_film, running, until
from tests.studio import create_record, owner


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OTNet, str]]:
    base = tmp_path_factory.mktemp("client")
    for name in ("films", "clips"):
        (base / name).mkdir()
    with running(base / "data", base / "films", base / "clips") as server, owner(server) as client:
        yield server, create_record(client, "api_keys", name="Client", scopes=SCOPES)["secret"]


@pytest.fixture
def otnet(served: tuple[OTNet, str]) -> Iterator[Client]:
    with Client(served[0].url, served[1]) as client:
        yield client


def test_client_creates_updates_and_deletes_records(otnet: Client) -> None:
    made = otnet.create("content", title="Night Train", kind="film")
    version = otnet.etag("content", made["id"])
    assert otnet.update("content", made["id"], etag=version, age_rating=12)["age_rating"] == 12
    with pytest.raises(Problem) as changed:
        otnet.update("content", made["id"], etag=version, age_rating=16)
    assert (changed.value.status, changed.value.code) == (412, "changed_meanwhile") and changed.value.remedy
    assert otnet.act("content", made["id"], "publish")["status"] == "published"
    (result,) = otnet.bulk("content", "unpublish", [made["id"]])
    assert result["record"]["status"] == "draft"
    assert otnet.get("content", made["id"], fields="id,title") == {"id": made["id"], "title": "Night Train"}
    again = otnet.upsert("content", "cms/4711", title="By external id", metadata={"desk": "culture"})
    assert otnet.upsert("content", "cms/4711", title="Renamed")["id"] == again["id"]
    genre = otnet.create("genres", name="Client")
    otnet.update("content", again["id"], genres=[genre["id"]])
    with pytest.raises(Problem, match="is used by 1 piece of content"):
        otnet.delete("genres", genre["id"])
    assert otnet.delete("genres", genre["id"], cascade=True) == {"deleted": {"genre": 1}, "cleared": {"content": 1}}
    assert otnet.delete("content", again["id"]) == {}
    otnet.delete("content", made["id"])
    with pytest.raises(Problem) as gone:
        otnet.get("content", made["id"])
    assert gone.value.status == 404


def test_list_paginates_automatically_and_accepts_filters(otnet: Client) -> None:
    for number in range(7):
        otnet.create("genres", name=f"Genre {number}")
    assert [g["name"] for g in otnet.list("genres", limit=3, sort="name")] == [f"Genre {n}" for n in range(7)]
    found = otnet.list("genres", name=["Genre 1", "Genre 5"], created_at__gte="2020-01-01T00:00:00Z")
    assert {g["name"] for g in found} == {"Genre 1", "Genre 5"}


def test_problem_lists_the_invalid_fields(otnet: Client) -> None:
    with pytest.raises(Problem) as refused:
        otnet.create("programs", starts_at="tomorrow")
    assert {e["field"] for e in refused.value.errors} >= {"channel", "content", "starts_at"}
    assert refused.value.status == 422


def test_client_without_a_key_uses_the_public_api(served: tuple[OTNet, str]) -> None:
    with Client(served[0].url) as anybody:
        assert list(anybody.list("content")) == []
        with pytest.raises(Problem) as refused:
            anybody.create("content", title="No")
        assert refused.value.status == 405


class ScriptedServer:
    """A server that returns the given responses in order and records the requests."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers, self.asked, self.slept = list(answers), list[httpx.Request](), list[float]()

    def client(self) -> Client:
        def answer(request: httpx.Request) -> httpx.Response:
            self.asked.append(request)
            next_one = self.answers.pop(0)
            if isinstance(next_one, Exception):
                raise next_one
            return next_one

        return Client("http://otnet", "otk_x", transport=httpx.MockTransport(answer), sleep=self.slept.append)


def test_client_honours_retry_after() -> None:
    busy = httpx.Response(429, headers={"Retry-After": "7"})
    scripted = ScriptedServer(busy, httpx.Response(503), httpx.Response(201, json={"id": "a"}))
    assert scripted.client().create("content", title="T") == {"id": "a"}
    assert scripted.slept == [7.0, 1.0]
    assert len({r.headers["idempotency-key"] for r in scripted.asked}) == 1


def test_client_retries_only_repeatable_requests_after_connection_loss() -> None:
    lost = httpx.ConnectError("away")
    scripted = ScriptedServer(lost, httpx.Response(200, json={"id": "a"}))
    assert scripted.client().get("content", "a") == {"id": "a"}
    with pytest.raises(Problem) as failed:
        ScriptedServer(httpx.ReadError("cut")).client().act("media", "a", "reencode")
    assert (failed.value.status, failed.value.code) == (0, "connection")


def test_error_responses_without_a_problem_document_raise_problem() -> None:
    with pytest.raises(Problem) as failed:
        ScriptedServer(httpx.Response(502, text="<html>")).client().get("content", "a")
    assert (failed.value.status, failed.value.code) == (502, "http_502")


# --- otnet upload ---


def upload(server: OTNet, key: str, *arguments: str, state: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-c", "from otnet_server.cli import main; main()", "upload", *arguments]
    environment = os.environ | {"OTNET": server.url, "OTNET_KEY": key, "XDG_STATE_HOME": str(state)}
    environment |= {"PYTHONPATH": str(ROOT)}
    return subprocess.run(argv, capture_output=True, text=True, env=environment, cwd=state, **more)


def test_upload_command_uploads_files(served: tuple[OTNet, str], tmp_path: Path) -> None:
    server, key = served
    films = [make_film(tmp_path / f"{name}.mp4", seconds) for name, seconds in (("One", 1), ("Two", 2))]
    done = upload(server, key, *map(str, films), "--library", "films", state=tmp_path)
    assert done.returncode == 0 and "2 of 2 files uploaded." in done.stdout, done.stderr
    with Client(server.url, key) as client:
        until("they are media", lambda: len(list(client.list("media", title=["One", "Two"]))) == 2)


def test_upload_command_resumes_after_a_kill(served: tuple[OTNet, str], tmp_path: Path) -> None:
    """The process is killed during the upload; the same command sends the rest."""
    server, key = served
    film = make_film(tmp_path / "Long.mp4", 3)
    with film.open("ab") as file:
        file.write(b"\0\0\0\x08free" * (6 << 20))  # empty boxes: 48 MB
    argv = [
        sys.executable,
        "-c",
        "from otnet_server.cli import main; main()",
        "upload",
        str(film),
        "--library",
        "clips",
    ]
    environment = os.environ | {"OTNET": server.url, "OTNET_KEY": key, "XDG_STATE_HOME": str(tmp_path)}
    first = subprocess.Popen(argv, env=environment | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL, cwd=tmp_path)
    note = until("an upload is noted", lambda: next((tmp_path / "otnet" / "uploads").glob("*.json"), None), 30, 0.01)
    url = json.loads(note.read_text())["url"]
    headers = {"Authorization": f"Bearer {key}", "Tus-Resumable": "1.0.0"}

    def sent() -> int:
        return int(httpx.head(url, headers=headers).headers.get("upload-offset", "0"))

    until("some of it is there", lambda: sent() > 0 or first.poll() is not None, 30, 0.01)
    first.kill()
    first.wait()
    done = upload(server, key, str(film), "--library", "clips", state=tmp_path)
    assert done.returncode == 0 and "1 of 1 files uploaded." in done.stdout, done.stderr
    assert not note.exists()


def test_upload_command_explains_errors(served: tuple[OTNet, str], tmp_path: Path) -> None:
    server, key = served
    film = make_film(tmp_path / "Film.mp4", 1)
    unclear = upload(server, key, str(film), state=tmp_path)
    assert unclear.returncode == 1 and "No library is selected." in unclear.stderr and "films" in unclear.stderr
    missing = upload(server, key, "nowhere.mp4", "--library", "films", state=tmp_path)
    assert missing.returncode == 2 and "nowhere.mp4 is not a file." in missing.stderr
    wrong = upload(server, "otk_wrong", str(film), "--library", "films", state=tmp_path)
    assert wrong.returncode == 1 and "(bad_key)" in wrong.stderr
    (tmp_path / "text.mp4").write_text("no film")
    refused = upload(server, key, str(tmp_path / "text.mp4"), str(film), "--library", "films", state=tmp_path)
    assert refused.returncode == 1 and "1 of 2 files uploaded." in refused.stdout and "text.mp4" in refused.stderr
    assert "resume" not in refused.stderr, "the same file would be refused again"


# --- otnet import-metadata ---


def test_import_command_says_what_it_would_do_and_does_it(served: tuple[OTNet, str], tmp_path: Path) -> None:
    server, key = served
    (tmp_path / "films.csv").write_text("title,year,genres\nFrom a table,1999,Table\nBroken,soon,\n")
    environment = os.environ | {"OTNET": server.url, "OTNET_KEY": key, "PYTHONPATH": str(ROOT)}

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        argv = [
            sys.executable,
            "-c",
            "from otnet_server.cli import main; main()",
            "import-metadata",
            "films.csv",
            *options,
        ]
        return subprocess.run(argv, capture_output=True, text=True, env=environment, cwd=tmp_path)

    preview = run("--dry-run", "--create")
    assert preview.returncode == 1 and "1 titles would be created, 0 updated." in preview.stdout, preview.stderr
    assert "line 3: year must be a year" in preview.stderr and "1 of 2 rows would fail." in preview.stderr
    done = run("--create")
    assert done.returncode == 1 and "2 rows: 1 created, 0 updated, 0 unchanged." in done.stdout, done.stderr
    with Client(server.url, key) as client:
        assert [item["release_date"] for item in client.list("content", title="From a table")] == ["1999-01-01"]
