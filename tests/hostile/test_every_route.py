"""Every GET route of the server × every kind of caller × every state of publication: what does not exist for a caller
is exactly what a missing title is, in status, body and cache headers, and no list names it.

The routes come from the server's own table, so that a new route is covered as soon as it is declared.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.control.services import SCOPES, Client, control_plane
from tests.playback.test_access_decision import CALLERS, MISSING, STAFF, Deployment, artwork_url, callers_of, expected
from tests.playback.titles import REVISION, STATES, content_in, ready_media
from tests.routes import route_table

DECLARED = route_table().declared
# Routes of other kinds: what checks them, or why nothing of a title is there.
ELSEWHERE = {
    "/media": "tests/playback/test_access_decision.py",
    "/p": "tests/playback/test_playback_sessions.py",
    "/api/v1/media/events": "a stream: tests/playback/test_access_decision.py",
    "/api/v1/dashboard/media/events": "a stream: tests/playback/test_access_decision.py",
    "/mcp": "POST only: tests/docs/test_mcp.py",
    "/ui": "static files",
}
STUDIO_AND_PARTNERS = ("/api/v1/dashboard/", "/api/v1/partner/")
PATHS = sorted(set(DECLARED) - set(ELSEWHERE))
STAFF_PATHS = [path for path in PATHS if path.startswith(STUDIO_AND_PARTNERS)]
VIEWER_PATHS = [path for path in PATHS if not path.startswith(STUDIO_AND_PARTNERS)]
QUERIES = {"/oembed": "?url=http://studio.test/title/{id}", "/api/v1/site/search": "?q=film"}
VALUES = {
    "plural": ("content", "media", "artwork"), "kind": ("m", "a"), "exporter": ("rss",), "number": ("1",),
    "provider": ("oidc",), "code": ("BCDF-GHJK",), "folder": ("partner",), "page": ("content",), "path": ("index.html",),
    "action": ("publish",), "token": ("x",),
}  # fmt: skip
KEYS = tuple(f"key {scope}" for scope in SCOPES)


@dataclass
class Ids:
    """The ids of a title, and the texts that only it has."""

    content: str
    media: str
    artwork: str
    version: str
    title: str

    @property
    def all(self) -> tuple[str, ...]:
        return self.content, self.media, self.artwork

    def named_in(self, text: str) -> list[str]:
        return [secret for secret in (*self.all, self.title) if secret in text]


@dataclass
class Titles(Deployment):
    ids: dict[str, Ids]


@pytest.fixture(scope="module", params=[True, False], ids=["public server", "private server"])
def deployment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Titles]:
    with control_plane(tmp_path_factory.mktemp("routes") / "data", public=request.param) as plane:
        ids = {}
        for state in (s for s in STATES if s != "unlinked"):
            content = content_in(plane.owner, state)
            picture = artwork_url(plane.owner, content=content)
            media = ready_media(plane, state, content)
            ids[state] = Ids(content, media, picture.split("/")[2], Path(picture).stem, f"A {state} film")
        callers = callers_of(plane) | {f"key {scope}": plane.owner.key(scope) for scope in SCOPES}
        yield Titles(plane, request.param, {}, callers, ids)


def addresses(path: str, ids: Ids, state: str) -> list[str]:
    """The addresses that a path has for a title. Ids and slugs are tried with each id of the title."""
    template = path + QUERIES.get(path, "")
    names = re.findall(r"\{(\w+)(?::path)?\}", template)
    if path.endswith("/images/{kind}/{id}/{version}/{name}"):
        revision = f"{REVISION[:-1]}{STATES.index(state)}"
        pictures = f"m/{ids.media}/{revision}/320.jpg", f"a/{ids.artwork}/{ids.version}/320.jpg"
        return [path.partition("{kind}")[0].format(token="x") + picture for picture in pictures]
    if path == "/artwork/{id}/{name}":
        return [f"/artwork/{ids.artwork}/{ids.version}.jpg"]
    if "{plural}/{id}" in path:  # each record as what it is, and one as what it is not
        template = template.replace("{action}", *VALUES["action"])
        of = {"content": ids.content, "media": ids.media, "artwork": ids.artwork}
        return [template.format(plural=plural, id=id) for plural, id in (*of.items(), ("content", ids.media))]
    form = re.sub(r"\{\w+(?::path)?\}", "{}", template)
    return [form.format(*values) for values in itertools.product(*(VALUES.get(name, ids.all) for name in names))]


def hidden(path: str, caller: str, state: str, *, public_server: bool) -> bool:
    """Whether a title in this state does not exist for the caller on a route."""
    viewer = "anonymous" if caller == "key" else caller
    if path.startswith("/api/v1/public/") and viewer in STAFF:
        viewer = "anonymous" if public_server else "token"  # this surface is the same for everybody
    picture = path.startswith(("/images/", "/artwork/"))
    of_all_sites = picture or path.startswith(("/api/v1/media", "/api/v1/public/"))
    return expected(state, viewer, public_server=public_server, picture=picture, site=not of_all_sites) == 404


def comparable(answer: httpx.Response, ids: Ids) -> tuple[int, str, str]:
    """The status, the body without the ids that the request names, and the cache header."""
    text = answer.text
    for id in ids.all:
        text = text.replace(id, MISSING)
    return answer.status_code, text, answer.headers.get("cache-control", "")


class Requests:
    """Sends each request once."""

    def __init__(self, deployment: Titles) -> None:
        self._callers, self._answers = deployment.callers, {}

    def get(self, caller: str, address: str) -> httpx.Response:
        if (caller, address) not in self._answers:
            self._answers[caller, address] = self._callers[caller].get(address, follow_redirects=False)
        return self._answers[caller, address]


@pytest.mark.parametrize("path", VIEWER_PATHS)
def test_what_is_hidden_is_what_is_missing(deployment: Titles, path: str) -> None:
    requests = Requests(deployment)
    for state, caller in itertools.product(deployment.ids, CALLERS):
        if not hidden(path, caller, state, public_server=deployment.public):
            continue
        ids = deployment.ids[state]
        missing = Ids(MISSING, MISSING, MISSING, ids.version, "")
        for address, absent in zip(addresses(path, ids, state), addresses(path, missing, state), strict=True):
            answer = requests.get(caller, address)
            assert not [secret for secret in ids.named_in(answer.text) if secret not in address], (
                caller,
                state,
                address,
            )
            if address != absent:
                without = requests.get(caller, absent)
                assert comparable(answer, ids) == comparable(without, ids), (caller, state, address)


@pytest.mark.parametrize("path", STAFF_PATHS)
def test_studio_and_partner_routes_tell_strangers_nothing(deployment: Titles, path: str) -> None:
    """Not to other organizations, viewers, and keys without the scope. The state of the title makes no difference there:
    one that everybody can see and one that only staff can see are enough. Keys work the same on private servers."""
    requests, partner = Requests(deployment), path.startswith("/api/v1/partner/")
    for state in ("public", "draft"):
        ids = deployment.ids[state]
        for caller in (*CALLERS, *KEYS) if partner and deployment.public else CALLERS:
            for address in addresses(path, ids, state):
                if may_read(caller, address, partner=partner):
                    continue
                answer = requests.get(caller, address)
                leaked = [secret for secret in ids.named_in(answer.text) if secret not in address]
                assert not leaked, (caller, state, address)
                if path.endswith("}") and any(id in address for id in ids.all):
                    assert answer.status_code in (401, 403, 404, 405), (caller, state, address)


def may_read(caller: str, address: str, *, partner: bool) -> bool:
    """Whether a caller may read a title at an address of the studio or of partners."""
    if not partner:
        return caller in (*STAFF, "reader")
    resource = address.split("/")[4].partition("?")[0]
    wanted = {"content": "content:read", "media": "media:read", "artwork": "artwork:read", "events": "event:read"}
    return caller == f"key {wanted.get(resource, f'{resource}:read')}" or caller == "key"


@pytest.mark.parametrize("caller", [c for c in CALLERS if c not in (*STAFF, "reader")])
def test_audience_and_strangers_have_no_studio(deployment: Titles, caller: str) -> None:
    client: Client = deployment.callers[caller]
    for plural in ("content", "media", "artwork", "users"):
        answer = client.get(f"/api/v1/dashboard/{plural}")
        if caller == "other owner":
            assert answer.status_code == 200 and deployment.plane.owner.id not in answer.text
        else:
            assert answer.status_code in (401, 403), (plural, answer.text)
