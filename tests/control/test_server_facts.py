"""Facts about the whole server, such as its disks and folders, are for the administrators of the first organization."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.control.services import ControlPlane, Person, control_plane


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    folder = tmp_path_factory.mktemp("facts")
    root = folder / "elsewhere"
    config = {"config": {"local_storage": {"root": str(root)}}}
    with control_plane(folder / "data", plugins=config) as running:
        yield running


@pytest.fixture(scope="module")
def tenant(studio: ControlPlane) -> Person:
    return studio.organization("Beta", "beta@example.org")


def library(studio: ControlPlane, person: Person, name: str) -> str:
    return studio.put("library", organization=person.organization, name=name, label=name, path="/srv/secret/films",
                      profile="fast")  # fmt: skip


def test_folders_of_libraries_are_for_administrators_of_the_server(studio: ControlPlane, tenant: Person) -> None:
    owner = studio.owner
    ours, theirs = library(studio, owner, "Ours"), library(studio, tenant, "Theirs")
    assert owner.get(f"libraries/{ours}").json()["path"] == "/srv/secret/films"
    for person, id in ((owner.colleague("reader"), ours), (owner.colleague("editor"), ours), (tenant, theirs)):
        for path in (f"libraries/{id}", "libraries", f"libraries/{id}?fields=path", "audit_entries"):
            assert "/srv/secret" not in person.get(path).text, path


def test_sizes_of_the_server_are_for_its_administrators(studio: ControlPlane, tenant: Person) -> None:
    (root,) = [Path(studio.settings.plugins.config["local_storage"]["root"])]
    (root / "film").mkdir(parents=True, exist_ok=True)
    (root / "film" / "segment.m4s").write_bytes(bytes(12_345))
    disk = studio.owner.get("overview").json()["disk"]
    assert disk["media"] == 12_345, "the media are where the storage keeps them"
    assert studio.owner.colleague("admin").get("overview").json()["disk"] is not None
    for person in (studio.owner.colleague("editor"), tenant):
        assert person.get("overview").json()["disk"] is None
    assert tenant.get("overview").json()["viewers"] is None
    assert studio.owner.colleague("reader").get("overview").json()["viewers"] == 0


def test_logs_of_tools_contain_no_folders(studio: ControlPlane) -> None:
    owner, data = studio.owner, studio.settings.data
    media = studio.put("media", organization=owner.organization, library="Films", title="One", present=True, info={},
                       state="failed", role="main")  # fmt: skip
    revision = studio.put("revision", media=media, path="/srv/secret/films/One.mp4", fingerprint="x", state="failed",
                          playable=False, priority=0,
                          error={"code": "x", "stage": "probe", "message": "x", "remedy": ""})  # fmt: skip
    studio.set("media", media, current=revision)
    (data / "logs").mkdir(exist_ok=True)
    (data / "logs" / f"{media}-probe.log").write_text(
        f"Input from file:/srv/secret/films/One.mp4\nwriting {data.absolute()}/work/x.mp4\n"
    )
    log = owner.get(f"media/{media}/pipeline").json()["log"]
    assert "One.mp4" in log and "/srv/secret" not in log and str(data) not in log
