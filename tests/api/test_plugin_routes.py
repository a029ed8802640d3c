"""The HTTP routes of plugins: who may call them, what they receive, and what may be cached."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.control.services import Client, ControlPlane, control_plane

SOURCE = """
import json
from otnet_server import *
name, api = "stranger", 2
async def show(request):
    seen = {n: getattr(request, n) for n in ("method", "user", "role")}
    seen |= {n: dict(getattr(request, n)) for n in ("path_parameters", "query", "headers")}
    seen |= {"site": request.site.name, "body": request.body.decode(), "titles": len(await request.catalogue.all_series())}
    return RouteResponse(json.dumps(seen).encode(), "application/json", headers={"cache-control": "public, max-age=60"})
async def plain(request): return RouteResponse(b"", "text/plain", 204)
async def refuse(request): raise OtnetError("no_weather", "There is no weather.", "Wait for some.")
async def fail(request): return 1 / 0
@hookimpl
def register_routes():
    return [Route(f"{access}/{{id}}", access, show, ("GET", "POST")) for access in
            ("anyone", "viewer", "signed_in", "editor", "admin")] + [
        Route("plain", "anyone", plain), Route("refuse", "anyone", refuse), Route("fail", "anyone", fail),
        Route("two", "anyone", plain), Route("two", "admin", plain, ("DELETE",))]
"""
ROLES = ("audience", "reader", "analyst", "editor", "admin", "owner")
# Who may call a route of each access on a public server.
MAY = {
    "anyone": {"anonymous", *ROLES},
    "viewer": {"anonymous", *ROLES},
    "signed_in": set(ROLES),
    "editor": {"editor", "admin", "owner"},
    "admin": {"admin", "owner"},
}


def plugins(folder: Path) -> dict[str, Any]:
    (folder / "plugins").mkdir()
    (folder / "plugins" / "stranger.py").write_text(SOURCE)
    enabled = ["local_storage", "ffmpeg_encoder", "shaka_packager", "local_executor", "stranger"]
    return {"enabled": enabled, "dir": folder / "plugins"}


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    folder = tmp_path_factory.mktemp("routes")
    with control_plane(folder / "data", plugins=plugins(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def callers(plane: ControlPlane) -> dict[str, Client]:
    people = {role: plane.owner.colleague(role) for role in ROLES}
    return {"anonymous": plane.anonymous(), **people}


@pytest.mark.parametrize("access", MAY)
@pytest.mark.parametrize("caller", ["anonymous", *ROLES])
def test_access_is_checked_before_the_handler_is_called(callers: dict[str, Client], access: str, caller: str) -> None:
    answer = callers[caller].get(f"/plugins/stranger/{access}/7")
    if caller in MAY[access]:
        assert answer.status_code == 200 and answer.json()["path_parameters"] == {"id": "7"}
        assert answer.json()["role"] == (caller if caller != "anonymous" else None)
    else:
        assert answer.status_code == (401 if caller == "anonymous" else 403)
        assert answer.json()["remedy"] and answer.headers["cache-control"] == "no-store"


def test_other_organizations_have_no_role(plane: ControlPlane) -> None:
    rival = plane.organization("Rival Films", "rival@example.org")
    seen = rival.get("/plugins/stranger/signed_in/7").json()
    assert (seen["site"], seen["role"]) == ("Rival Films", "owner")


def test_credentials_are_withheld(plane: ControlPlane) -> None:
    headers = {"Authorization": "Basic c2VjcmV0", "X-CSRF-Token": "secret", "X-Weather": "rain"}
    seen = plane.owner.get("/plugins/stranger/anyone/7?a=1&a=2", headers=headers).json()
    assert seen["query"] == {"a": "2"} and seen["headers"]["x-weather"] == "rain"
    assert not {"cookie", "authorization", "x-csrf-token"} & set(seen["headers"])
    assert "secret" not in json.dumps(seen) and "c2VjcmV0" not in json.dumps(seen)


def test_changes_by_browsers_need_the_csrf_token(plane: ControlPlane) -> None:
    owner = plane.owner
    cookie = {"Cookie": f"otnet_session={owner.cookies['otnet_session']}"}
    forged = plane.anonymous().post(
        "/plugins/stranger/signed_in/7", headers=cookie | {"Origin": "https://evil.example"}
    )
    assert forged.status_code == 403 and forged.json()["code"] == "bad_csrf"
    assert owner.request("POST", "/plugins/stranger/signed_in/7", content=b"hello").json()["body"] == "hello"


def test_large_bodies_are_refused(plane: ControlPlane) -> None:
    answer = plane.anonymous().post("/plugins/stranger/anyone/7", content=bytes((1 << 20) + 1))
    assert answer.status_code == 413 and answer.json()["code"] == "too_large"


def test_what_is_for_users_is_not_cached_for_all(plane: ControlPlane) -> None:
    assert plane.anonymous().get("/plugins/stranger/anyone/7").headers["cache-control"] == "public, max-age=60"
    assert plane.owner.get("/plugins/stranger/signed_in/7").headers["cache-control"] == "private, max-age=60"
    plain = plane.anonymous().get("/plugins/stranger/plain")
    assert (plain.status_code, plain.headers["cache-control"]) == (204, "no-store")


def test_private_server_admits_only_its_people(tmp_path: Path) -> None:
    with control_plane(tmp_path / "data", public=False, plugins=plugins(tmp_path)) as plane:
        assert plane.anonymous().get("/plugins/stranger/viewer/7").status_code == 401
        answer = plane.owner.get("/plugins/stranger/viewer/7")
        assert answer.status_code == 200 and answer.headers["cache-control"] == "private, max-age=60"


def test_methods_of_one_path_have_their_own_access(plane: ControlPlane, callers: dict[str, Client]) -> None:
    assert callers["editor"].get("/plugins/stranger/two").status_code == 204
    assert callers["editor"].delete("/plugins/stranger/two").status_code == 403
    assert plane.anonymous().delete("/plugins/stranger/two").status_code == 401
    assert callers["admin"].delete("/plugins/stranger/two").status_code == 204
    refused = plane.owner.put("/plugins/stranger/two")
    assert refused.status_code == 405 and refused.headers["allow"] == "GET, DELETE"


def test_expected_and_unexpected_errors_are_problems(plane: ControlPlane) -> None:
    refused = plane.anonymous().get("/plugins/stranger/refuse").json()
    assert (refused["status"], refused["code"], refused["remedy"]) == (400, "no_weather", "Wait for some.")
    failed = plane.anonymous().get("/plugins/stranger/fail")
    assert failed.status_code == 500 and failed.json()["code"] == "internal"
    assert "stranger" in failed.json()["title"] and "division" not in failed.text
