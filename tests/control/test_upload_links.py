"""Upload links: one file by a browser without credentials, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from otnet_server.pipeline.library import fingerprint
from otnet_server.pipeline.rows import FoundFile
from tests.control.services import SCOPES, Client, ControlPlane, Person, control_plane
from tests.harness import make_film

APP = "https://app.example.org"
PAST = "2020-01-01T00:00:00.000Z"
TUS = {"Tus-Resumable": "1.0.0"}


class Site:
    """An organization with a library, and a browser without credentials."""

    def __init__(self, studio: ControlPlane, folder: Path) -> None:
        self.studio, self.folder, self.owner = studio, folder / "library", studio.owner
        self.folder.mkdir()
        self.film = make_film(folder / "film.mp4", 0.2, size="64x36", sound=False).read_bytes()
        self.library = studio.put(
            "library", organization=self.owner.organization, name="L", label="L", path=str(self.folder), profile="fast"
        )
        self.key = self.owner.key("upload_link:read", "upload_link:write")
        self.browser = studio.anonymous(headers={"Origin": APP})

    def link(self, **values: Any) -> dict[str, Any]:
        body = {"library": self.library, "filename": "film.mp4", "origins": [APP]} | values
        return self.key.make("upload_links", **body)

    def state(self, link: dict[str, Any]) -> str:
        return str(self.key.get(f"upload_links/{link['id']}").json()["state"])

    def files(self) -> list[str]:
        return sorted(p.name for p in self.folder.iterdir() if not p.name.startswith("."))

    def create(self, url: str, length: int | None = None, **metadata: str) -> httpx.Response:
        pairs = ",".join(f"{n} {base64.b64encode(v.encode()).decode()}" for n, v in metadata.items())
        size = str(len(self.film) if length is None else length)
        return self.browser.post(url, headers=TUS | {"Upload-Length": size, "Upload-Metadata": pairs})

    def append(self, url: str, data: bytes, offset: int = 0) -> httpx.Response:
        headers = TUS | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        return self.browser.patch(url, headers=headers, content=data)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("links")
    with control_plane(folder / "data") as studio:
        yield Site(studio, folder)


def test_link_is_used_once_on_every_database(db_studio: ControlPlane, tmp_path: Path) -> None:
    site = Site(db_studio, tmp_path)
    link = site.link(external_id="db-1", metadata={"desk": "culture"})
    answers = [site.browser.put(link["url"], content=site.film).status_code for _ in range(2)]
    assert answers == [201, 409] and site.state(link) == "done"
    path = site.folder / "film.mp4"
    digest = fingerprint(path, path.stat().st_size)
    seen = FoundFile(str(path), "L", "film", path.stat().st_size, path.stat().st_mtime_ns, digest)
    (id,) = db_studio.run(db_studio.server.core.services.files.add_files([seen]))
    assert site.owner.get(f"media/{id}").json()["external_id"] == "db-1"
    assert site.key.get(f"upload_links/{link['id']}").json()["media"] == id


@pytest.fixture
def site(made: Site) -> Site:
    for path in made.folder.iterdir():
        path.unlink()
    return made


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# --- creation ---


def test_link_is_shown_once_and_stored_as_a_hash(site: Site) -> None:
    link = site.link()
    token = link["url"].rpartition("/")[2]
    assert link["url"] == f"/api/v1/direct_uploads/{token}" and len(token) >= 40
    shown = site.key.get(f"upload_links/{link['id']}")
    assert token not in shown.text and shown.json()["state"] == "waiting"
    (row,) = site.studio.rows("upload_link", id=link["id"])
    assert row["token_hash"] == hashlib.sha256(token.encode()).hexdigest()
    for table in ("upload_link", "audit_entry", "change", "idempotency"):
        assert token not in str(site.studio.rows(table))


INVALID = [
    ({"valid_minutes": 0}, 422, "valid_minutes"), ({"valid_minutes": 10081}, 422, "valid_minutes"),
    ({"expires_at": "2099-01-01T00:00:00Z"}, 422, "expires_at"), ({"max_mb": 0}, 422, "max_mb"),
    ({"role": "trailer"}, 409, "role"),
    ({"origins": ["*"]}, 422, "origins"), ({"origins": [APP + "/x"]}, 422, "origins"),
    ({"library": "ffffffffffff"}, 409, "library"), ({"state": "done"}, 422, "state"),
    ({"media": "ffffffffffff"}, 422, "media"), ({"token_hash": "x"}, 422, "token_hash"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "status", "field"), INVALID)
def test_invalid_values_are_refused(site: Site, values: dict[str, Any], status: int, field: str) -> None:
    answer = site.key.post("upload_links", json={"library": site.library, **values})
    assert answer.status_code == status and answer.json()["errors"][0]["field"].startswith(field), answer.text


def test_content_of_another_organization_is_refused(site: Site) -> None:
    other = site.studio.organization("Others", "others@example.org")
    theirs = other.make("content", title="Theirs")["id"]
    key = site.owner.key()
    body = {"library": site.library, "content": theirs}
    assert code(key.post("upload_links", json=body)) == (409, "conflict")
    foreign = other.key().post("upload_links", json={"library": site.library})
    assert foreign.json()["errors"][0] == {**foreign.json()["errors"][0], "field": "library", "code": "no_such_record"}


def test_link_for_content_needs_the_permission_to_attach(site: Site) -> None:
    content = site.owner.make("content", title="Film")["id"]
    body = {"library": site.library, "content": content}
    assert code(site.key.post("upload_links", json=body)) == (403, "scope_missing")
    assert site.owner.key("upload_link:write", "media:write").post("upload_links", json=body).status_code == 201


def test_external_id_of_other_media_is_refused(site: Site) -> None:
    site.studio.put("media", organization=site.owner.organization, library="L", title="m", present=True, info={},
                    state="ready", external_id="taken-1")  # fmt: skip
    answer = site.key.post("upload_links", json={"library": site.library, "external_id": "taken-1"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "taken")


def test_other_keys_can_not_create_links(site: Site) -> None:
    key = site.owner.key(*(s for s in SCOPES if not s.startswith("upload_link:")))
    assert code(key.post("upload_links", json={"library": site.library})) == (403, "scope_missing")


def test_link_is_limited_by_the_server_and_by_time(site: Site) -> None:
    link = site.link(max_mb=2**31 - 1, valid_minutes=5)
    assert link["max_mb"] == site.studio.settings.uploads.max_mb == site.link()["max_mb"]
    for made, minutes in ((link, 5), (site.link(), 24 * 60)):
        left = datetime.fromisoformat(made["expires_at"]) - datetime.now(UTC)
        assert timedelta(minutes=minutes - 1) < left <= timedelta(minutes=minutes)


# --- the upload ---


def test_put_delivers_the_file_once(site: Site) -> None:
    link = site.link()
    answer = site.browser.put(link["url"], content=site.film)
    assert (answer.status_code, answer.json()) == (201, {"state": "done"}), answer.text
    assert site.files() == ["film.mp4"] and (site.folder / "film.mp4").read_bytes() == site.film
    assert site.state(link) == "done"
    assert code(site.browser.put(link["url"], content=site.film)) == (409, "link_used")
    assert code(site.create(link["url"])) == (409, "link_used")
    assert code(site.browser.delete(link["url"], headers=TUS)) == (409, "link_used")
    assert site.files() == ["film.mp4"]


def test_tus_delivers_the_file_in_parts(site: Site) -> None:
    link = site.link(filename=None)
    url = link["url"]
    created = site.create(url, filename="mine.mp4", filetype="video/mp4")
    assert (created.status_code, created.headers["location"]) == (201, url), created.text
    assert site.state(link) == "uploading"
    assert site.append(url, site.film[:100]).headers["upload-offset"] == "100"
    offset = site.browser.head(url, headers=TUS)
    assert (offset.headers["upload-offset"], offset.headers["upload-length"]) == ("100", str(len(site.film)))
    assert "upload-metadata" not in offset.headers, "it names the library and the content"
    assert code(site.append(url, b"x", offset=3)) == (409, "upload_offset")
    assert site.append(url, site.film[100:], offset=100).status_code == 204
    assert site.files() == ["mine.mp4"] and site.state(link) == "done"
    assert site.browser.head(url, headers=TUS).headers["upload-offset"] == str(len(site.film))
    assert code(site.create(url, filename="again.mp4")) == (409, "link_used")


def test_creation_is_repeated_after_a_lost_response(site: Site) -> None:
    url = site.link()["url"]
    assert site.create(url).status_code == 201
    site.append(url, site.film[:50])
    again = site.create(url)
    assert (again.status_code, again.headers["upload-offset"]) == (201, "50")
    assert code(site.create(url, 7)) == (409, "link_in_use")
    assert code(site.browser.put(url, content=site.film)) == (409, "link_in_use")
    assert site.browser.delete(url, headers=TUS).status_code == 204
    assert site.browser.put(url, content=site.film).status_code == 201


def test_interrupted_put_leaves_the_link_unused(site: Site) -> None:
    link = site.link()
    headers = {"Content-Length": str(len(site.film))}
    assert code(site.browser.put(link["url"], content=site.film[:-9], headers=headers)) == (400, "interrupted")
    uploads = site.studio.settings.data / "uploads"
    (row,) = site.studio.rows("upload_link", id=link["id"])
    assert list(uploads.glob(f"*/{row['upload']}.*")) == []
    assert site.browser.put(link["url"], content=site.film).status_code == 201


def test_refused_file_leaves_the_link_unused(site: Site) -> None:
    link = site.link()
    assert site.browser.put(link["url"], content=b"no film" * 100).status_code == 415
    assert site.files() == [] and site.browser.put(link["url"], content=site.film).status_code == 201


def test_upload_method_of_forms_is_overridden(site: Site) -> None:
    url = site.link()["url"]
    site.create(url)
    headers = TUS | {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0",
                     "Content-Type": "application/offset+octet-stream"}  # fmt: skip
    assert site.browser.post(url, headers=headers, content=site.film).status_code == 204
    assert site.files() == ["film.mp4"]


# --- attacks ---


def test_unknown_tokens_are_refused(site: Site) -> None:
    url = site.link()["url"]
    for token in ("x", url[:-1], url + "x", "a" * 5000, "%00"):
        path = token if token.startswith("/") else f"/api/v1/direct_uploads/{token}"
        for method in ("PUT", "POST", "PATCH", "HEAD", "OPTIONS", "GET", "DELETE"):
            answer = site.browser.request(method, path, headers=TUS)
            assert answer.status_code in (404, 400), (method, path)
            assert "access-control-allow-origin" not in answer.headers


def test_expired_link_receives_nothing(site: Site) -> None:
    link = site.link()
    url = link["url"]
    site.create(url)
    site.studio.set("upload_link", link["id"], expires_at=PAST)
    assert code(site.append(url, site.film)) == (410, "link_expired")
    assert code(site.browser.put(url, content=site.film)) == (410, "link_expired")
    assert code(site.create(url)) == (410, "link_expired")
    assert site.files() == [] and site.state(link) == "expired"


def test_deleted_link_receives_nothing(site: Site) -> None:
    link = site.link()
    site.create(link["url"])
    assert site.key.delete(f"upload_links/{link['id']}").status_code == 204
    assert code(site.append(link["url"], site.film)) == (404, "unknown_link")
    assert code(site.browser.put(link["url"], content=site.film)) == (404, "unknown_link")


def test_link_that_is_deleted_during_the_upload_delivers_nothing(site: Site) -> None:
    """The request has passed all checks of the link when it is deleted."""
    link = site.link()
    site.create(link["url"])
    (row,) = site.studio.rows("upload_link", id=link["id"])
    owner = f"upload_link:{link['id']}@{site.owner.organization}"
    files = site.studio.server.core.settings.data / "uploads"
    assert site.key.delete(f"upload_links/{link['id']}").status_code == 204
    data = next(files.glob(f"*/{row['upload']}.data"))
    data.write_bytes(site.film)
    from otnet_server.control.arrivals import Arrivals
    from otnet_server.errors import ApiError
    from otnet_server.ingest.targets import Target

    with pytest.raises(ApiError) as refused:
        site.studio.run(Arrivals(site.studio.server.core.db).announce(Target(), owner, data))
    assert refused.value.code == "link_used" and site.files() == []


ORIGINS = [
    (APP, True), (None, True), ("http://studio.test", True), ("https://evil.example", False), ("null", False),
    ("http://app.example.org", False), (APP + ":8443", False), (APP + ".evil.example", False), ("", False),
    ("https://x.app.example.org", False),
]  # fmt: skip


@pytest.mark.parametrize(("origin", "allowed"), ORIGINS)
def test_only_pages_of_the_named_origins_may_use_a_link(site: Site, origin: str | None, allowed: bool) -> None:
    link = site.link()
    browser = site.studio.anonymous(headers={} if origin is None else {"Origin": origin})
    preflight = browser.options(link["url"], headers={"Access-Control-Request-Method": "PUT"})
    answer = browser.put(link["url"], content=site.film)
    assert (preflight.status_code, answer.status_code) == ((204, 201) if allowed else (403, 403))
    assert site.files() == (["film.mp4"] if allowed else [])
    cross = allowed and origin == APP
    for response in (preflight, answer):
        assert response.headers.get("access-control-allow-origin") == (APP if cross else None)
        assert "access-control-allow-credentials" not in response.headers


def test_link_without_origins_is_for_no_other_site(site: Site) -> None:
    link = site.link(origins=[])
    assert code(site.browser.put(link["url"], content=site.film)) == (403, "bad_origin")
    assert site.studio.anonymous().put(link["url"], content=site.film).status_code == 201


def test_preflight_allows_what_tus_clients_send(site: Site) -> None:
    answer = site.browser.options(site.link()["url"])
    allowed = {h.strip().lower() for h in answer.headers["access-control-allow-headers"].split(",")}
    assert {"tus-resumable", "upload-length", "upload-metadata", "upload-offset", "content-type"} <= allowed
    assert {"PUT", "PATCH", "HEAD"} <= set(answer.headers["access-control-allow-methods"].split(", "))
    exposed = answer.headers["access-control-expose-headers"].lower()
    assert "location" in exposed and "upload-offset" in exposed and answer.headers["vary"] == "Origin"


def test_error_can_be_read_by_the_page(site: Site) -> None:
    url = site.link()["url"]
    answer = site.browser.put(url, content=b"no film")
    assert answer.status_code == 415 and answer.headers["access-control-allow-origin"] == APP


def test_files_above_the_limit_are_refused(site: Site) -> None:
    link = site.link(max_mb=1)
    size = (1 << 20) + 1
    assert code(site.create(link["url"], size)) == (413, "too_large")
    assert code(site.browser.put(link["url"], content=b"\0" * size)) == (413, "too_large")
    assert site.browser.options(link["url"]).headers["tus-max-size"] == str(1 << 20)
    site.create(link["url"], 100)
    assert code(site.append(link["url"], b"\0" * 101)) == (413, "beyond_length")
    assert site.files() == [] and site.state(link) != "done"


def test_put_without_a_length_is_refused(site: Site) -> None:
    answer = site.browser.put(site.link()["url"], content=iter([site.film]))
    assert code(answer) == (411, "length_required")


def test_client_can_change_neither_library_nor_content(site: Site) -> None:
    other = site.studio.put(
        "library", organization=site.owner.organization, name="M", label="M", path=str(site.folder.parent),
        profile="fast",
    )  # fmt: skip
    content = site.owner.make("content", title="Not this one")["id"]
    link = site.link()
    created = site.create(link["url"], filename="../../evil.mp4", library=other, content=content, role="main")
    assert created.status_code == 201
    assert site.append(link["url"], site.film).status_code == 204
    assert site.files() == ["film.mp4"] and site.studio.rows("arrival", content=content) == []


def test_file_name_of_the_client_stays_in_the_library(site: Site) -> None:
    link = site.link(filename=None)
    answer = site.browser.put(link["url"] + "?filename=..%2F..%2Fevil.mp4", content=site.film)
    assert answer.status_code == 201 and site.files() == ["evil.mp4"]
    for name in ("evil.sh", "", "film.mp4.html"):
        answer = site.browser.put(site.link(filename=None)["url"], params={"filename": name}, content=site.film)
        assert answer.status_code == 415, name
    assert site.files() == ["evil.mp4"]


def test_token_is_no_credential_elsewhere(site: Site) -> None:
    token = site.link()["url"].rpartition("/")[2]
    bearer = Client(site.studio, headers={"Authorization": f"Bearer {token}"})
    for path in ("content", "upload_links", "uploads", "events"):
        assert bearer.get(f"/api/v1/partner/{path}").status_code == 401
    assert bearer.get(f"/api/v1/dashboard/content?token={token}").status_code == 401


def test_of_simultaneous_uploads_one_is_delivered(site: Site) -> None:
    link = site.link()
    answers: list[int] = []

    def put() -> None:
        answers.append(site.studio.anonymous().put(link["url"], content=site.film).status_code)

    threads = [threading.Thread(target=put) for _ in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert answers.count(201) == 1 and set(answers) <= {201, 409, 404, 410}, answers
    assert site.files() == ["film.mp4"]


def test_upload_of_one_link_is_not_found_by_another(site: Site) -> None:
    first, second = site.link(), site.link()
    site.create(first["url"])
    assert code(site.append(second["url"], site.film)) == (404, "unknown_upload")
    (row,) = site.studio.rows("upload_link", id=first["id"])
    assert site.owner.key().head(f"uploads/{row['upload']}", headers=TUS).status_code == 404


# --- what becomes of the file ---


def test_media_gets_the_external_id_and_metadata_of_the_link(site: Site) -> None:
    content = site.owner.make("content", title="Bound")["id"]
    body = {"library": site.library, "filename": "bound.mp4", "content": content, "external_id": "cms-9",
            "metadata": {"desk": "culture"}}  # fmt: skip
    link = site.owner.key().make("upload_links", **body)
    assert site.studio.anonymous().put(link["url"], content=site.film + b"\0").status_code == 201
    path = site.folder / "bound.mp4"
    stat = path.stat()
    digest = fingerprint(path, stat.st_size)
    seen = FoundFile(str(path), "L", "bound", stat.st_size, stat.st_mtime_ns, digest)
    (id,) = site.studio.run(site.studio.server.core.services.files.add_files([seen]))
    media = site.owner.get(f"media/{id}").json()
    assert (media["content"], media["external_id"], media["metadata"]) == (content, "cms-9", {"desk": "culture"})
    shown = site.owner.get(f"upload_links/{link['id']}", params={"expand": "media"}).json()
    assert (shown["state"], shown["media"], shown["expanded"]["media"]["id"]) == ("done", id, id)


def test_old_links_are_deleted(site: Site) -> None:
    old, new = site.link(), site.link()
    site.studio.set("upload_link", old["id"], expires_at=PAST)
    from otnet_server.control.upload_links import UploadLinks

    site.studio.run(UploadLinks(site.studio.server.core.db).delete_expired())
    assert site.studio.rows("upload_link", id=old["id"]) == []
    assert len(site.studio.rows("upload_link", id=new["id"])) == 1


def test_people_use_upload_links_in_the_studio(site: Site) -> None:
    reader: Person = site.owner.colleague("reader")
    assert reader.get("upload_links").status_code == 200
    refused = reader.post("upload_links", json={"library": site.library})
    assert code(refused) == (403, "role_too_low")
