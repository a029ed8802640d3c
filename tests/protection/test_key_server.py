"""The key server for encoders of others: SPEKE v2 over HTTP."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree as ET

import httpx
import pytest
from sqlalchemy import update

from otnet_server.db.protection_tables import content_key
from otnet_server.errors import CpixError
from otnet_server.protection.content_keys import MAX_EXCHANGED_KEYS
from otnet_server.protection.cpix import NAMESPACES
from otnet_server.protection.tokens import PlaybackClaims
from otnet_server.protocols import TrackClass
from tests.control.services import ControlPlane, control_plane
from tests.playback.titles import content_in, ready_media
from tests.protection.test_cpix import SOUND, VIDEO, document

SECRET = ".//{urn:ietf:params:xml:ns:keyprov:pskc}PlainValue"


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("speke") / "data") as plane:
        yield plane


def request_for(media: str, **more: str) -> bytes:
    return document(systems="", attributes=f'contentId="{media}" version="2.3"', **more)


def exchange(plane: ControlPlane, body: bytes, authorization: str) -> httpx.Response:
    headers = {"Authorization": authorization, "X-Speke-Version": "2.0", "Content-Type": "application/xml"}
    return plane.anonymous().post("/speke/v2", content=body, headers=headers)


def keys_in(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    elements = ET.fromstring(answer.content).findall("cpix:ContentKeyList/cpix:ContentKey", NAMESPACES)
    return {element.attrib["kid"]: element.findtext(SECRET, "") for element in elements}


def test_same_request_returns_the_same_keys(plane: ControlPlane) -> None:
    media = ready_media(plane, "public", content_in(plane.owner, "public"))
    key = plane.owner.key("content_key:write").secret
    first = exchange(plane, request_for(media), f"Bearer {key}")
    assert first.headers["x-speke-version"] == "2.0" and first.headers["content-type"] == "application/xml"
    keys = keys_in(first)
    assert keys.keys() == {str(VIDEO), str(SOUND)} and len(set(keys.values())) == 2
    assert all(len(base64.b64decode(value)) == 16 for value in keys.values())
    basic = base64.b64encode(f"encoder:{key}".encode()).decode()
    assert keys_in(exchange(plane, request_for(media), f"Basic {basic}")) == keys

    other = ready_media(plane, "members", content_in(plane.owner, "members"))
    taken = exchange(plane, request_for(other), f"Bearer {key}")
    assert (taken.status_code, taken.json()["code"]) == (422, "key_taken")
    with_systems = exchange(plane, document(attributes=f'contentId="{media}" version="2.3"'), f"Bearer {key}")
    assert with_systems.status_code == 422, "Clear Key has no signalling for Widevine"


def test_keys_are_only_for_those_who_may_have_them(plane: ControlPlane) -> None:
    media = ready_media(plane, "private", content_in(plane.owner, "private"))
    key, others = plane.owner.key("content_key:write").secret, plane.owner.key("media:write", "media:read").secret
    assert exchange(plane, request_for(media), f"Bearer {others}").json()["code"] == "scope_missing"
    for authorization in ("", "Bearer x", "Basic x", "Basic " + base64.b64encode(b"a:b").decode(), "Basic \u00e9"):
        raw = authorization.encode("latin-1").decode("latin-1")
        answer = plane.anonymous().post(
            "/speke/v2", content=request_for(media), headers=[(b"authorization", raw.encode("latin-1"))]
        )
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_key"), authorization
    for content_id in ("ffffffffffff", "../x", "0"):
        refused = exchange(plane, request_for(content_id), f"Bearer {key}")
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_content")
    assert exchange(plane, b"<x>", f"Bearer {key}").status_code == 422


def test_requests_and_wrong_credentials_are_limited(tmp_path: Path) -> None:
    """By API key and by address: guesses of one address do not use up what the encoders may send."""
    with control_plane(tmp_path / "data", rate=8) as plane:
        media = ready_media(plane, "public", content_in(plane.owner, "public"))
        key = plane.owner.key("content_key:write").secret

        def ask(authorization: str, address: str) -> tuple[int, str]:
            headers = {"Authorization": authorization, "X-Speke-Version": "2.0", "Content-Type": "application/xml"}
            client = plane.anonymous(address=address)
            answer = client.post("/speke/v2", content=request_for(media), headers=headers)
            assert answer.status_code != 429 or int(answer.headers["retry-after"]) > 0
            return answer.status_code, answer.json()["code"] if answer.status_code != 200 else ""

        basic = base64.b64encode(b"encoder:otk_guess").decode()
        guesses = [ask(("Bearer otk_guess", f"Basic {basic}", "")[n % 3], "198.51.100.1") for n in range(10)]
        assert guesses == [(401, "bad_key")] * 8 + [(429, "too_many_requests")] * 2
        assert ask("Bearer otk_guess", "198.51.100.2") == (401, "bad_key"), "another address"
        answers = [ask(f"Bearer {key}", "198.51.100.1") for _ in range(10)]
        assert answers == [(200, "")] * 8 + [(429, "too_many_requests")] * 2


def test_key_is_signalled_as_the_provider_says_that_issued_it(plane: ControlPlane) -> None:
    """After the organization has chosen another provider: licences of such a key come from the earlier one."""
    media = ready_media(plane, "draft", content_in(plane.owner, "draft"))
    key = plane.owner.key("content_key:write").secret
    others = {str(VIDEO): str(UUID(int=1)), str(SOUND): str(UUID(int=2))}
    alone, with_systems = request_for(media), document(attributes=f'contentId="{media}" version="2.3"')
    for id, other in others.items():
        alone, with_systems = (body.replace(id.encode(), other.encode()) for body in (alone, with_systems))
    assert keys_in(exchange(plane, alone, f"Bearer {key}")).keys() == set(others.values())
    with plane.engine.begin() as c:
        c.execute(update(content_key).where(content_key.c.media == media).values(provider="gone"))
    plane.server.core.protection.keys._remembered.clear()
    refused = exchange(plane, with_systems, f"Bearer {key}")
    assert (refused.status_code, refused.json()["code"]) == (422, "drm_not_enabled"), refused.text
    assert "gone" in refused.json()["title"]
    assert keys_in(exchange(plane, alone, f"Bearer {key}")), "keys without signalling"


def test_media_has_no_more_keys_than_a_playback_token_can_name(plane: ControlPlane) -> None:
    core, organization = plane.server.core.protection, plane.owner.organization
    media = ready_media(plane, "entitled", content_in(plane.owner, "entitled"))
    wanted = [(bytes([9, n]) * 8, TrackClass.SD) for n in range(MAX_EXCHANGED_KEYS)]
    plane.run(core.keys.exchange(organization, media, "cbcs", wanted))
    again = plane.run(core.keys.exchange(organization, media, "cbcs", wanted[:2]))
    assert [key.id for key in again] == [id for id, _ in wanted[:2]]
    with pytest.raises(CpixError, match="at most 64 keys"):
        plane.run(core.keys.exchange(organization, media, "cbcs", [(bytes([8]) * 16, TrackClass.SD)]))
    plane.run(core.keys.protect(organization, media, "cbcs", TrackClass, 1))
    plane.run(core.keys.protect(organization, media, "cbcs", TrackClass, 2))
    ids = plane.run(core.keys.ids_of_media(media))
    claims = PlaybackClaims(organization, media, "s" * 20, "v" * 24, ids, int(time.time()) + 300)
    assert plane.run(core.signing_keys.verify(plane.run(core.signing_keys.sign(claims)))) == claims
