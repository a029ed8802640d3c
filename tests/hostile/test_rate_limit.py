"""Every route that costs work counts towards the caller's rate limit."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.control.services import Client, ControlPlane, control_plane
from tests.routes import route_table

RATE = 20
MCP = {"Accept": "application/json, text/event-stream"}
LIST_TOOLS = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
COUNTED = (
    "/metrics", "/api/v1/media", "/api/v1/media/000000000000", "/llms.txt", "/llms-full.txt",
    "/docs/recipes/sign-in.md", "/api/v1/public/openapi.json", "/api/v1/site/openapi.json", "/api/v1/site/home",
    "/api/v1/public/content", "/api/v1/auth/session", "/api/v1/partner/content", "/api/v1/dashboard/content",
)  # fmt: skip


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("rate") / "data", rate=RATE) as running:
        yield running


def client(studio: ControlPlane, number: int) -> Client:
    return studio.anonymous(address=f"198.51.100.{number}")


def statuses(ask: Callable[[], httpx.Response], limit: int = RATE) -> list[int]:
    """The statuses of requests until the first 429. The limit refills meanwhile: a slow machine takes more requests."""
    codes: list[int] = []
    while 429 not in codes and len(codes) < 3 * limit:
        codes.append(ask().status_code)
    return codes


@pytest.mark.parametrize("path", COUNTED)
def test_excess_requests_are_refused(studio: ControlPlane, path: str) -> None:
    caller = client(studio, COUNTED.index(path))
    codes = statuses(lambda: caller.get(path))
    assert len(codes) > RATE and codes[-1] == 429
    refused = caller.get(path)
    if refused.status_code == 429:
        assert refused.json()["code"] == "too_many_requests" and int(refused.headers["retry-after"]) >= 1
    assert 429 in statuses(lambda: caller.get("/api/v1/site"), 3), "all routes share the limit"
    assert client(studio, 200).get("/healthz").status_code == 200


@pytest.mark.parametrize(("headers", "first"), [(MCP, 200), ({**MCP, "Authorization": "Bearer otk_wrong"}, 401)])
def test_excess_requests_of_assistants_are_refused(studio: ControlPlane, headers: dict[str, str], first: int) -> None:
    caller = client(studio, 100 + first % 7)
    codes = statuses(lambda: caller.post("/mcp", json=LIST_TOOLS, headers=headers))
    assert codes[0] == first and codes[-1] == 429


def test_files_of_artwork_have_a_higher_limit(studio: ControlPlane) -> None:
    caller = client(studio, 120)
    codes = statuses(lambda: caller.get("/artwork/000000000000/0000.jpg"), RATE * 10)
    assert len(codes) > RATE * 10 and set(codes[:-1]) == {404} and codes[-1] == 429


def test_addresses_of_an_ipv6_network_share_the_limit(studio: ControlPlane) -> None:
    hosts = itertools.count(1)
    codes = statuses(lambda: studio.anonymous(address=f"2001:db8:1::{next(hosts):x}").get("/api/v1/public/content"))
    assert codes[-1] == 429


@pytest.mark.parametrize("path", ["/llms-full.txt", "/docs/partner/content.md", "/api/v1/partner/openapi.json",
                                  "/api/v1/site/openapi.json"])  # fmt: skip
def test_documents_are_revalidated(studio: ControlPlane, path: str) -> None:
    caller = client(studio, 130 + len(path) % 40)
    first = caller.get(path)
    assert first.status_code == 200 and first.headers["etag"]
    again = caller.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = caller.get(path, headers={"If-None-Match": '"other"', "Host": "elsewhere.local"})
    assert other.status_code == 200
    if path.startswith(("/llms", "/docs")):
        assert other.headers["etag"] != first.headers["etag"], "the address of the server is part of the document"


def test_counted_routes_exist() -> None:
    assert {"/mcp", "/metrics", "/api/v1/media", "/llms-full.txt"} <= set(route_table().declared)
