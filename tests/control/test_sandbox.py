"""Sandboxes: organizations in test mode, with keys and a library of their own."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path

import pytest

from tests.control.services import ControlPlane, PartnerClient, Person
from tests.harness import ffmpeg, until

TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture(scope="module")
def sandbox(studio: ControlPlane) -> Person:
    made = studio.owner.make("organizations", name="Harbour Films (sandbox)", mode="test")
    return inside(studio.owner, made["id"])


def inside(person: Person, organization: str) -> Person:
    """The same person in another session, in this organization."""
    return Person(person.plane).sign_in(person.document["user"]["email"]).switch(organization)


def test_keys_of_a_sandbox_are_recognizable_and_see_only_the_sandbox(owner: Person, sandbox: Person) -> None:
    film = owner.make("content", kind="film", title="The live film")
    made = sandbox.make("api_keys", name="Integration", scopes=["content:read", "content:write"])
    assert re.fullmatch(r"otk_test_[A-Za-z0-9]{46}", made["secret"]) and made["prefix"] == made["secret"][:17]
    key = PartnerClient(sandbox.plane, made["secret"])
    assert key.items("content") == [] and key.get(f"content/{film['id']}").status_code == 404
    mine = key.make("content", kind="film", title="A test")
    assert [c["id"] for c in key.items("content")] == [mine["id"]]
    assert mine["id"] not in owner.get("content").text
    rotated = sandbox.post(f"api_keys/{made['id']}/rotate", json={"overlap_hours": 0}).json()
    assert rotated["secret"].startswith("otk_test_") and rotated["secret"] != made["secret"]


def test_mode_is_chosen_at_creation_only(owner: Person, sandbox: Person) -> None:
    (organization,) = sandbox.items("organizations")
    answer = sandbox.patch(f"organizations/{organization['id']}", json={"mode": "live"})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "mode"
    assert owner.items("organizations")[0]["mode"] == "live"


def test_sandbox_has_no_host_name(sandbox: Person) -> None:
    (organization,) = sandbox.items("organizations")
    answer = sandbox.patch(f"organizations/{organization['id']}", json={"host": "tv.example.org"})
    assert answer.status_code == 409 and answer.json()["errors"][0]["code"] == "sandbox"


def test_session_lists_the_mode_of_each_organization(sandbox: Person) -> None:
    document = sandbox.get("/api/v1/auth/session").json()
    assert document["organization"]["mode"] == "test"
    assert sorted(o["mode"] for o in document["organizations"]) == ["live", "test"]


def test_uploaded_file_belongs_to_the_sandbox(sandbox: Person, owner: Person, tmp_path: Path) -> None:
    """An organization other than the first has a library of its own, which is watched as soon as it exists."""
    ffmpeg("-f", "lavfi", "-i", "sine=440:d=1", str(tmp_path / "tone.wav"))
    data = (tmp_path / "tone.wav").read_bytes()
    key = sandbox.key("upload:write", "library:read", "media:read")
    (library,) = key.items("libraries")
    assert library["label"] == "Uploads"
    names = {"filename": "tone.wav", "library": library["id"]}
    metadata = ",".join(f"{n} {b64encode(v.encode()).decode()}" for n, v in names.items())
    headers = TUS | {
        "Upload-Length": str(len(data)), "Upload-Metadata": metadata, "Content-Type": "application/offset+octet-stream"
    }  # fmt: skip
    answer = key.post("/api/v1/partner/uploads", headers=headers, content=data)
    assert answer.status_code == 201, answer.text
    arrived = f"{answer.headers['location']}/media"
    id = until("it is a title", lambda: key.get(arrived).json()["media"])
    (media,) = key.items("media")
    assert media["id"] == id
    assert media["library"] == library["name"]
    assert owner.items("media", library=library["name"]) == []
    (organization,) = sandbox.items("organizations")
    refused = sandbox.delete(f"organizations/{organization['id']}")
    assert refused.status_code == 409 and refused.json()["remedy"] == "Delete its media first."


def test_library_of_a_deleted_organization_is_deleted(studio: ControlPlane, owner: Person) -> None:
    made = owner.make("organizations", name="Short-lived")
    folder = studio.settings.data.resolve() / "libraries" / made["id"]
    assert folder.is_dir()
    assert inside(owner, made["id"]).delete(f"organizations/{made['id']}").status_code == 204
    assert not folder.exists() and studio.rows("library", organization=made["id"]) == []


def test_folder_of_no_organization_is_ignored_and_the_others_stay_watched(studio: ControlPlane, owner: Person) -> None:
    """An upload may arrive just after its organization was deleted, and anyone with the disk can create a folder."""
    made = owner.make("organizations", name="Beside a stray folder")
    folder = studio.settings.data.resolve() / "libraries"
    for name in ("deadbeef0000", "no id", made["id"]):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "tone.wav").write_bytes(name.encode() * 100)
    own = inside(owner, made["id"])
    until("the file is recorded", lambda: own.items("media"))
    (folder / "deadbeef0000" / "later.wav").write_bytes(b"later" * 100)
    (folder / made["id"] / "later.wav").write_bytes(b"own" * 100)
    until("the second file is recorded", lambda: len(own.items("media")) == 2)
    assert studio.rows("file", library="uploads-deadbeef0000") == []
