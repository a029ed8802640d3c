"""Every DRM provider from the studio to the licence: six organizations, each with its own provider, on one server.

The providers ask the checking fakes of their own tests, which refuse what the real service would refuse.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, SecretStr

from otnet_server.playback.drm_sessions import KEY_SYSTEMS
from otnet_server.protocols import DrmProvider, DrmSystem, TrackClass
from plugins.drm_axinom import test_drm_axinom as axinom
from plugins.drm_buydrm import test_drm_buydrm as buydrm
from plugins.drm_doverunner import test_drm_doverunner as doverunner
from plugins.drm_drmtoday import test_drm_drmtoday as drmtoday
from plugins.drm_ezdrm import test_drm_ezdrm as ezdrm
from plugins.drm_widevine_cloud import test_drm_widevine_cloud as widevine_cloud
from tests.control.services import Client, Person, control_plane
from tests.playback.titles import REVISION, STATES, content_in, ready_media

PROTECTION = "/api/v1/dashboard/protection"
FAKES: dict[ModuleType, type] = {
    axinom: axinom.FakeAxinom, buydrm: buydrm.FakeKeyOs, doverunner: doverunner.FakeDoveRunner,
    drmtoday: drmtoday.FakeDrmToday, ezdrm: ezdrm.FakeEzdrm, widevine_cloud: widevine_cloud.FakeWidevineCloud,
}  # fmt: skip
WRONG = {
    "axinom": {"communication_key_id": "00000000-0000-0000-0000-000000000000"}, "buydrm": {"public_key_id": "00"},
    "doverunner": {"site_id": "OTHR"}, "drmtoday": {"merchant": "other"}, "ezdrm": {"widevine_profile": "ffffff"},
    "widevine_cloud": {"provider": "other"},
}  # fmt: skip


@dataclass
class House:
    """An organization with an account at one provider, and one protected title."""

    module: ModuleType
    provider: DrmProvider
    owner: Person
    media: str
    settings: dict[str, Any]

    @property
    def account(self) -> str:
        return f"{PROTECTION}/providers/{self.provider.name}"

    @property
    def viewer(self) -> Client:
        """Somebody without an account on the organization's own site."""
        return self.owner.plane.anonymous(headers={"Host": f"{self.provider.name.replace('_', '-')}.example.org"})

    def drm(self) -> dict[str, Any]:
        answer = self.viewer.get(f"/api/v1/playback/{self.media}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["drm"])

    def post(self, path: str, token: str, content: bytes, key_id: str = "") -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", "X-OTNet-Key-Id": key_id}
        headers["SOAPAction"] = '"http://schemas.microsoft.com/DRM/2007/03/protocols/AcquireLicense"'
        return self.viewer.post(path, content=content, headers=headers)


def plain(settings: BaseModel) -> dict[str, Any]:
    """Settings as the studio sends them."""
    values = {name: getattr(settings, name) for name in settings.model_fields_set}
    return {n: v.get_secret_value() if isinstance(v, SecretStr) else v for n, v in values.items()}


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, House]]:
    with control_plane(tmp_path_factory.mktemp("providers") / "data", url="http://studio.test") as plane:
        protection, result = plane.server.core.protection, {}
        providers = {m: m.provider(httpx.MockTransport(fake())) for m, fake in FAKES.items()}
        protection.accounts.providers = {**protection.accounts.providers, **{p.name: p for p in providers.values()}}
        for number, (module, provider) in enumerate(providers.items()):
            owner = plane.organization(provider.label, f"{provider.name}@example.org")
            settings = plain(getattr(module, "ACCOUNT", module.SETTINGS))
            media = ready_media(plane, STATES[number], content_in(owner, "public"))
            house = House(module, provider, owner, media, settings)
            saved = owner.put(house.account, json={"settings": settings})
            assert saved.status_code == 200, saved.text
            chosen = owner.put(PROTECTION, json={"provider": provider.name, "keys": "class"})
            assert chosen.status_code == 200, chosen.text
            plane.set("media", media, organization=owner.organization)
            keys = plane.run(
                protection.keys.protect(owner.organization, media, "cbcs", [TrackClass.AUDIO, TrackClass.SD])
            )
            revision = f"{REVISION[:-1]}{number}"
            plane.set("revision", revision, protection=json.loads(keys.model_dump_json()))
            site = owner.patch(f"organizations/{owner.organization}", json={"host": house.viewer.headers["Host"]})
            assert site.status_code == 200, site.text
            result[provider.name] = house
        yield result


@pytest.fixture(params=[module.provider().name for module in FAKES])
def house(request: pytest.FixtureRequest, houses: dict[str, House]) -> House:
    return houses[request.param]


def test_connection_test_accepts_the_account_and_refuses_a_wrong_one(house: House) -> None:
    """The test of the connection, before the account is used and after it was changed by mistake."""
    assert house.owner.post(f"{house.account}/test", json={}).json()["works"] is True
    house.owner.put(house.account, json={"settings": house.settings | WRONG[house.provider.name]}).raise_for_status()
    try:
        tested = house.owner.post(f"{house.account}/test", json={}).json()
        assert tested["works"] is False and tested["message"], tested
    finally:
        house.owner.put(house.account, json={"settings": house.settings}).raise_for_status()


def test_each_system_gets_its_licence_from_the_provider_of_the_organization(house: House) -> None:
    drm = house.drm()
    assert set(drm["servers"]) == {KEY_SYSTEMS[system] for system in house.provider.systems}
    challenges = getattr(house.module, "CHALLENGES", None) or {DrmSystem.WIDEVINE: b"\x08\x01challenge"}
    key_id = house.owner.plane.rows("content_key", organization=house.owner.organization)[0]["id"]
    for system in house.provider.systems:
        path = drm["servers"][KEY_SYSTEMS[system]]
        answer = house.post(path, drm["token"], challenges[system], key_id if system is DrmSystem.FAIRPLAY else "")
        assert answer.status_code == 200 and answer.content, (system, answer.text)
        refused = house.post(path, drm["token"], b"not a challenge", key_id if system is DrmSystem.FAIRPLAY else "")
        assert 400 <= refused.status_code < 500, (system, refused.text)
        assert refused.headers["content-type"] == "application/problem+json" and refused.json()["code"]


def test_certificate_is_that_of_the_provider(house: House) -> None:
    drm = house.drm()
    assert ("certificate" in drm) is (DrmSystem.FAIRPLAY in house.provider.systems)
    if "certificate" not in drm:
        return
    headers = {"Authorization": f"Bearer {drm['token']}"}
    answer = house.viewer.get(drm["certificate"], headers=headers)
    assert answer.status_code == 200 and answer.content, answer.text


def test_titles_of_all_organizations_play_at_once(houses: dict[str, House]) -> None:
    """The token of one organization is no use for the title or the provider of another one."""
    tokens = {name: house.drm()["token"] for name, house in houses.items()}
    for name, house in houses.items():
        for other in (n for n in houses if n != name):
            key_id = house.owner.plane.rows("content_key", organization=house.owner.organization)[0]["id"]
            answer = house.post("/api/v1/licence/fairplay", tokens[other], b"x", key_id)
            assert answer.status_code in (403, 404), (name, other, answer.text)
