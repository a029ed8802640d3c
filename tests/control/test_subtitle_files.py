"""Subtitles that are sent with a request: where they are stored, and what they can't replace."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from otnet_server.control.subtitle_files import MAX_BYTES, checked_extension
from otnet_server.errors import ApiError
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

    def put(self, data: bytes = SRT, **query: str) -> httpx.Response:
        return self.key.put(f"media/{self.id}/subtitles", params=query or {"language": "de"}, content=data)

    def files(self) -> list[str]:
        return sorted(p.name for p in self.path.parent.iterdir())


@pytest.fixture
def film(studio: ControlPlane, tmp_path: Path) -> Iterator[Film]:
    yield Film(studio, tmp_path)


def test_subtitles_are_stored_beside_the_film(film: Film) -> None:
    answer = film.put()
    assert (answer.status_code, answer.json()) == (200, {"name": "Film.de.srt", "language": "de", "role": None})
    assert film.put(VTT, language="pt-BR", role="sdh").json()["name"] == "Film.pt-BR.sdh.vtt"
    assert film.files() == ["Film.de.srt", "Film.mp4", "Film.pt-BR.sdh.vtt"]
    assert (film.path.parent / "Film.de.srt").read_bytes() == SRT


def test_new_subtitles_replace_those_of_another_format(film: Film) -> None:
    film.put()
    assert film.put(VTT).json()["name"] == "Film.de.vtt"
    assert film.files() == ["Film.de.vtt", "Film.mp4"]
    assert film.put(VTT.replace(b"Hello", b"Hi")).status_code == 200
    assert b"Hi" in (film.path.parent / "Film.de.vtt").read_bytes()


def test_json_with_text_is_accepted(film: Film) -> None:
    path, query = f"media/{film.id}/subtitles", {"language": "en"}
    assert film.key.put(path, params=query, json={"text": SRT.decode()}).json()["name"] == "Film.en.srt"
    for body in ({"text": 1}, {}, {"text": "x", "name": "y"}, []):
        assert film.key.put(path, params=query, json=body).status_code == 422, body


def test_files_of_the_operator_are_neither_replaced_nor_deleted(film: Film) -> None:
    own = film.path.parent / "Film.de.srt"
    own.write_text("own")
    assert film.put().json()["code"] == "subtitles_exist" and own.read_text() == "own"
    answer = film.key.delete(f"media/{film.id}/subtitles", params={"language": "de"})
    assert answer.status_code == 404 and own.read_text() == "own"
    (film.path.parent / "Film.en.srt").symlink_to(own)
    assert film.put(language="en").status_code == 409 and own.read_text() == "own"


def test_stored_subtitles_are_deleted(film: Film) -> None:
    film.put(role="forced", language="de")
    path = f"media/{film.id}/subtitles"
    assert film.key.delete(path, params={"language": "de"}).status_code == 404
    assert film.key.delete(path, params={"language": "de", "role": "forced"}).status_code == 204
    assert film.files() == ["Film.mp4"] and not [
        r for r in film.studio.rows("uploaded_file") if r["path"].startswith(str(film.path.parent))
    ]


def test_stored_subtitles_are_deleted_with_the_file_of_their_media(film: Film) -> None:
    film.put()
    (film.path.parent / "Film.en.srt").write_bytes(SRT)
    assert film.key.delete(f"media/{film.id}", params={"file": "true"}).status_code == 204
    assert film.files() == ["Film.en.srt"], "that of the operator stays"


QUERIES = ["", "language=", "language=../../x", "language=de/..", "language=DE", "language=de&role=x", "language=de&x=1",
           "language=de&language=en", "language=de%00", "language=de%0A",
           "language=cc", "language=sdh", "language=foo", "language=sub"]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_malformed_queries_are_refused(film: Film, query: str) -> None:
    answer = film.key.put(f"media/{film.id}/subtitles?{query}", content=SRT)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_query"), answer.text
    assert film.files() == ["Film.mp4"]


@pytest.mark.parametrize("data", [b"", b"no subtitles", b"\x00\x00\x01\xba\x00", b"<html></html>", b"\xff" * 100])
def test_other_data_are_refused(film: Film, data: bytes) -> None:
    assert film.put(data).json()["code"] == "no_subtitles" and film.files() == ["Film.mp4"]


def test_external_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE tt [<!ENTITY x SYSTEM "file:///etc/passwd">]><tt xmlns="http://www.w3.org/ns/ttml">&x;</tt>'
    with pytest.raises(ApiError):
        checked_extension(bomb, "en")


def test_large_bodies_are_refused(film: Film) -> None:
    assert film.put(SRT + b" " * MAX_BYTES).status_code == 413


def test_subtitles_need_the_permission_to_change_media(film: Film, owner: Person) -> None:
    path, query = f"media/{film.id}/subtitles", {"language": "de"}
    key = owner.key(*(s for s in SCOPES if s != "media:write"))
    assert key.put(path, params=query, content=SRT).json()["code"] == "scope_missing"
    assert owner.colleague("reader").put(path, params=query, content=SRT).json()["code"] == "role_too_low"
    assert owner.colleague("editor").put(path, params=query, content=SRT).status_code == 200


def test_library_that_can_not_be_written_is_reported(film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(target: Path, data: bytes) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("otnet_server.control.subtitle_files._write", refuse)
    answer = film.put()
    assert (answer.status_code, answer.json()["code"]) == (503, "library_not_writable")
