"""Who may upload or import a file of which content."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from tests.control.services import Client, ControlPlane, Person, control_plane


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Any:
    base = tmp_path_factory.mktemp("targets")
    (base / "Films").mkdir()
    with control_plane(base / "data", libraries=({"path": base / "Films", "name": "Films"},)) as made:
        yield made


def upload(client: Client, **metadata: str) -> Any:
    pairs = {"filename": "film.mp4", **metadata}
    header = ",".join(f"{n} {base64.b64encode(v.encode()).decode()}" for n, v in pairs.items())
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": "9", "Upload-Metadata": header}
    return client.post("uploads", headers=tus)


def start_import(client: Client, **values: Any) -> Any:
    return client.post("imports", json={"url": "https://example.invalid/film.mp4", **values})


def library(owner: Person) -> str:
    return str(owner.items("libraries")[0]["id"])


def test_content_of_an_upload_exists_in_the_organization(studio: ControlPlane) -> None:
    owner, films = studio.owner, library(studio.owner)
    own = owner.make("content", title="Own")["id"]
    foreign = studio.organization("Others", "others@example.org").make("content", title="Foreign")["id"]
    assert upload(owner, library=films, content=own).status_code == 201
    assert upload(owner, library=films, content=own, role="trailer", filetype="video/mp4").status_code == 201
    for content in (foreign, "f" * 12, "../x", "é"):
        refused = upload(owner, library=films, content=content)
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown_content"), content
        assert content[:12] in refused.json()["title"]
        assert start_import(owner, library=films, content=content).status_code in (404, 422)


def test_unknown_metadata_are_refused_by_name(studio: ControlPlane) -> None:
    refused = upload(studio.owner, library=library(studio.owner), colour="red")
    assert refused.status_code == 400 and "“colour”" in refused.json()["title"]
    assert "filename, library, content, role" in refused.json()["remedy"]
    refused = start_import(studio.owner, library=library(studio.owner), colour="red")
    assert [e["field"] for e in refused.json()["errors"]] == ["colour"]
    refused = start_import(studio.owner, library=library(studio.owner), role="star")
    assert [e["field"] for e in refused.json()["errors"]] == ["role"]


@pytest.mark.parametrize("scope", ["content:write", "media:write", ""])
def test_a_key_needs_a_scope_to_change_the_files_of_content(studio: ControlPlane, scope: str) -> None:
    content = studio.owner.make("content", title="Film")["id"]
    key = studio.owner.key("upload:write", *filter(None, [scope]))
    answers = [
        upload(key, library=library(studio.owner), content=content),
        start_import(key, library=library(studio.owner), content=content),
    ]
    for answer in answers:
        assert answer.status_code == (403 if not scope else 201 if answer is answers[0] else answer.status_code)
        if not scope:
            assert answer.json()["code"] == "scope_missing" and "content:write" in answer.text


def test_files_of_content_need_a_library_of_the_organization(studio: ControlPlane, tmp_path: Path) -> None:
    content = studio.owner.make("content", title="Film")["id"]
    assert upload(studio.owner, library="f" * 12, content=content).json()["code"] == "unknown_library"
