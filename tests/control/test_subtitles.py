"""The subtitles of a media through the API, on both surfaces: what is stored where, and who may do it."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import httpx
import pytest

from otnet_server.ingest.subtitle_files import MAX_BYTES
from otnet_server.pipeline.library import fingerprint
from otnet_server.pipeline.rows import FoundFile
from tests.control.services import SCOPES, ControlPlane, Person

SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"


class Film:
    def __init__(self, studio: ControlPlane, folder: Path) -> None:
        self.studio, self.path = studio, folder / "Film.mp4"
        self.path.write_bytes(secrets.token_bytes(100))
        stat = self.path.stat()
        digest = fingerprint(self.path, stat.st_size)
        seen = FoundFile(str(self.path), "Films", "Film", stat.st_size, stat.st_mtime_ns, digest)
        (self.id,) = studio.run(studio.server.core.services.files.add_files([seen]))
        self.key = studio.owner.key("media:write", "media:read")
        self.base = f"media/{self.id}/subtitles"

    def put(self, data: bytes = SRT, **query: str) -> httpx.Response:
        return self.key.put(self.base, params=query or {"language": "de"}, content=data)

    def add(self, data: bytes = SRT, **query: str) -> Any:
        answer = self.key.post(self.base, params=query or {"language": "de"}, content=data)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def files(self) -> list[str]:
        return sorted(p.name for p in self.path.parent.iterdir())

    def recorded(self) -> list[str]:
        """The names of the files that OTNet has stored beside the film."""
        paths = [Path(r["path"]) for r in self.studio.rows("uploaded_file")]
        return sorted(p.name for p in paths if p.parent == self.path.parent)


@pytest.fixture
def film(studio: ControlPlane, tmp_path: Path) -> Film:
    return Film(studio, tmp_path)


def test_subtitles_are_stored_beside_the_film(film: Film) -> None:
    answer = film.put()
    assert answer.status_code == 201, answer.text
    assert answer.json() | {"id": ""} == {
        "id": "", "source": "file", "file": "Film.de.srt", "title": "", "language": "de", "roles": [], "default": False,
        "state": "waiting", "error": None, "url": None,
    }  # fmt: skip
    assert film.put(VTT, language="pt-BR", roles="sdh,forced").json()["file"] == "Film.pt-BR.forced.sdh.vtt"
    assert film.files() == ["Film.de.srt", "Film.mp4", "Film.pt-BR.forced.sdh.vtt"]
    assert (film.path.parent / "Film.de.srt").read_bytes() == SRT


def test_put_can_be_repeated(film: Film) -> None:
    assert [film.put().status_code for _ in range(2)] == [201, 200]
    replaced = film.put(VTT)
    assert (replaced.status_code, replaced.json()["file"]) == (200, "Film.de.vtt")
    film.put(roles="sdh", language="de")
    assert film.files() == ["Film.de.sdh.srt", "Film.de.vtt", "Film.mp4"]
    assert film.recorded() == ["Film.de.sdh.srt", "Film.de.vtt"]


def test_files_are_changed_by_their_id_with_a_key(film: Film) -> None:
    first, second = film.add(), film.add()
    assert (first["file"], second["file"]) == ("Film.de.srt", "Film.de.2.srt")
    changed = film.key.patch(f"{film.base}/{second['id']}", json={"language": "en", "default": True}).json()
    assert (changed["file"], changed["default"]) == ("Film.en.default.srt", True)
    replaced = film.key.put(f"{film.base}/{changed['id']}", content=VTT)
    assert (replaced.status_code, replaced.json()["file"]) == (200, "Film.en.default.vtt")
    listed = film.key.get(film.base).json()["items"]
    assert [item["file"] for item in listed] == ["Film.de.srt", "Film.en.default.vtt"]
    assert film.recorded() == ["Film.de.srt", "Film.en.default.vtt"]
    assert film.key.delete(f"{film.base}/{first['id']}").status_code == 204
    assert film.key.delete(f"{film.base}/{first['id']}").status_code == 404
    assert film.files() == ["Film.en.default.vtt", "Film.mp4"] and film.recorded() == ["Film.en.default.vtt"]


def test_json_with_text_is_accepted(film: Film) -> None:
    query = {"language": "en"}
    assert film.key.put(film.base, params=query, json={"text": SRT.decode()}).json()["file"] == "Film.en.srt"
    assert film.key.post(film.base, params=query, json={"text": SRT.decode()}).json()["file"] == "Film.en.2.srt"
    for body in ({"text": 1}, {}, {"text": "x", "name": "y"}, []):
        assert film.key.put(film.base, params=query, json=body).status_code == 422, body


def test_stored_subtitles_are_deleted_with_the_file_of_their_media(film: Film) -> None:
    film.put()
    added = film.add(language="fr")
    film.key.patch(f"{film.base}/{added['id']}", json={"roles": ["sdh"]})
    own = film.path.parent / "Film.en.srt"
    own.write_bytes(SRT)
    (english,) = [i for i in film.key.get(film.base).json()["items"] if i["language"] == "en"]
    film.key.patch(f"{film.base}/{english['id']}", json={"roles": ["forced"]})
    assert film.key.delete(f"media/{film.id}", params={"file": "true"}).status_code == 204
    assert film.files() == ["Film.en.forced.srt"], "that of the operator stays"


def test_links_are_neither_replaced_nor_followed(film: Film, tmp_path: Path) -> None:
    secret = tmp_path.parent / f"{tmp_path.name}-secret.srt"
    secret.write_text("own")
    (film.path.parent / "Film.en.srt").symlink_to(secret)
    assert film.put(language="en").json()["file"] == "Film.en.2.srt" and secret.read_text() == "own"


QUERIES = {"": 422, "language=": 422, "language=../../x": 422, "language=de/..": 422, "language=de&roles=x": 422,
           "language=de&x=1": 400, "language=de&role=sdh": 400, "language=de&language=en": 400, "language=de%00": 422,
           "language=de%0A": 422, "language=cc": 422, "language=sdh": 422, "language=foo": 422}  # fmt: skip


@pytest.mark.parametrize(("query", "status"), QUERIES.items())
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_malformed_queries_are_refused(film: Film, method: str, query: str, status: int) -> None:
    answer = film.key.request(method, f"{film.base}?{query}", content=SRT)
    assert answer.status_code == status, answer.text
    assert film.files() == ["Film.mp4"]


@pytest.mark.parametrize("data", [b"", b"no subtitles", b"\x00\x00\x01\xba\x00", b"<html></html>", b"\xff" * 100])
def test_other_data_are_refused(film: Film, data: bytes) -> None:
    answer = film.put(data)
    assert answer.status_code == 422 and answer.json()["errors"][0]["code"] == "not_subtitles", answer.text
    assert film.files() == ["Film.mp4"]


def test_large_bodies_are_refused(film: Film) -> None:
    assert film.put(SRT + b" " * MAX_BYTES).status_code == 413


def test_missing_film_is_reported(film: Film) -> None:
    film.path.unlink()
    assert film.put().json()["code"] == "no_file" and film.files() == []


def test_unknown_media_and_files_do_not_exist(film: Film) -> None:
    assert film.key.get("media/0123456789ab/subtitles").status_code == 404
    assert film.key.get("media/%00/subtitles").status_code == 404
    for method, more in (("PATCH", {"json": {"language": "de"}}), ("PUT", {"content": SRT}), ("DELETE", {})):
        assert film.key.request(method, f"{film.base}/..%2Fx", **more).status_code == 404, method  # type: ignore[arg-type]
        assert film.key.request(method, f"{film.base}/{'0' * 16}", **more).status_code == 404, method  # type: ignore[arg-type]


def test_subtitles_need_the_permission_to_change_media(film: Film, owner: Person) -> None:
    added = film.add()
    reading = owner.key(*(s for s in SCOPES if s != "media:write"))
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", film.base, {"params": {"language": "de"}, "content": SRT}),
        ("PUT", film.base, {"params": {"language": "de"}, "content": SRT}),
        ("PUT", f"{film.base}/{added['id']}", {"content": SRT}),
        ("PATCH", f"{film.base}/{added['id']}", {"json": {}}),
        ("DELETE", f"{film.base}/{added['id']}", {}),
    ]
    for method, path, more in requests:
        assert reading.request(method, path, **more).json()["code"] == "scope_missing", method
        assert owner.colleague("reader").request(method, path, **more).json()["code"] == "role_too_low", method
    assert reading.get(film.base).status_code == 200
    assert owner.key("media:write").get(film.base).json()["code"] == "scope_missing"
    assert owner.colleague("editor").put(film.base, params={"language": "de"}, content=SRT).status_code == 200
