"""Two organizations with two DRM providers at once, a switch without a restart, and a provider that fails.

The provider is a server that checks the token of DRMtoday's API with the secret of each merchant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.control.services import ControlPlane, Person, control_plane
from tests.harness import until
from tests.protection.fake_drmtoday import SECRETS, FakeDrmToday
from tests.protection.titles import licence, outcome, play, protected_title

ENABLED = ["local_storage", "ffmpeg_encoder", "shaka_packager", "local_executor", "drm_clearkey", "drm_drmtoday"]


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeDrmToday]:
    with FakeDrmToday() as server:
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory, provider: FakeDrmToday) -> Iterator[ControlPlane]:
    config = {"drm_drmtoday": {"production_url": provider.url}}
    plugins = {"enabled": ENABLED, "config": config}
    with control_plane(tmp_path_factory.mktemp("providers") / "data", plugins=plugins) as plane:
        yield plane


@pytest.fixture(scope="module")
def first(plane: ControlPlane) -> str:
    """The id of a protected media of the first organization that is public."""
    return protected_title(plane, "public")[1]


def choose(person: Person, name: str, merchant: str = "") -> None:
    if merchant:
        settings = {"merchant": merchant, "key_name": "k1", "shared_secret": SECRETS[merchant]}
        saved = person.put("protection/providers/drmtoday", json={"settings": settings})
        assert saved.status_code == 200, saved.text
    assert person.put("protection", json={"provider": name, "keys": "class"}).status_code == 200


def widevine(plane: ControlPlane, token: str, challenge: bytes = b"challenge") -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return plane.anonymous().post("/api/v1/licence/widevine", content=challenge, headers=headers)


def test_each_organization_has_its_provider_and_switches_alone(
    plane: ControlPlane, provider: FakeDrmToday, first: str
) -> None:
    ours = plane.owner
    theirs = plane.organization("Lantern", "lou@example.org")
    choose(ours, "drmtoday", "harbour")
    _, second = protected_title(plane, "public", theirs, revision_of="unlinked")
    core = plane.server

    def token_of(person: Person, media: str) -> str:
        async def make() -> str:
            revision = await core.core.services.revisions.get(plane.rows("media", id=media)[0]["playing"])
            assert revision is not None
            session = await core.playback.sessions.start(media, None, "203.0.113.7")
            assert session is not None
            return await core.playback.drm.token(person.organization, revision, session.id, None, None)

        return plane.run(make())

    tokens = play(plane.anonymous(), first)["drm"]["token"], token_of(theirs, second)
    assert widevine(plane, tokens[0]).content == b"licence of harbour for challenge"
    assert outcome(widevine(plane, tokens[1])) == (404, "system_not_offered"), "theirs is Clear Key"
    assert outcome(licence(plane, tokens[1], second)) == (200, "")
    assert outcome(licence(plane, tokens[0], first)) == (404, "system_not_offered")
    assert outcome(licence(plane, tokens[0], second))[0] != 200, "no token is valid for keys of another organization"

    choose(theirs, "drmtoday", "lantern")
    choose(ours, "clearkey")
    assert widevine(plane, tokens[1]).content == b"licence of lantern for challenge"
    assert outcome(licence(plane, tokens[0], first)) == (200, ""), "without a restart and with the same token"
    assert outcome(widevine(plane, tokens[0])) == (404, "system_not_offered")
    choose(ours, "drmtoday")
    assert widevine(plane, tokens[0]).content == b"licence of harbour for challenge"
    assert widevine(plane, tokens[1]).content == b"licence of lantern for challenge"
    assert provider.merchants == ["harbour", "lantern", "harbour", "lantern"]


@pytest.mark.parametrize(
    ("behaviour", "status", "code"),
    [(500, 502, "provider_failed"), (503, 502, "provider_failed"), (400, 403, "licence_refused"),
     (b"hang up", 504, "provider_unreachable"), (b"", 502, "provider_failed"), (302, 502, "provider_failed")],
)  # fmt: skip
def test_sessions_go_on_while_the_provider_fails(
    plane: ControlPlane, provider: FakeDrmToday, first: str, behaviour: Any, status: int, code: str
) -> None:
    """It is said as documented, without the token that the provider repeats, and passes when it comes back."""
    choose(plane.owner, "drmtoday", "harbour")
    playback = play(plane.anonymous(), first)
    token = playback["drm"]["token"]
    assert widevine(plane, token).status_code == 200
    provider.behaviour = behaviour
    try:
        answer = widevine(plane, token)
        assert outcome(answer) == (status, code), answer.text
        assert "eyJ" not in answer.text
        renewed = plane.anonymous().post(f"{playback['session']['url']}/heartbeat")
        assert renewed.status_code == 200 and renewed.json()["token"]
        assert play(plane.anonymous(), first)["drm"]["token"]
    finally:
        provider.behaviour = None
    assert widevine(plane, renewed.json()["token"]).status_code == 200
    until("the licence is logged", lambda: {code, "granted"} <= {
        entry["outcome"] for entry in plane.owner.get("protection/licences").json()["items"]}, 5)  # fmt: skip
