"""What the plugins of DRM providers have in common."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from otnet_server.errors import DrmError
from otnet_server.protection.licensing import (
    ACQUIRE_LICENCE,
    certificate_der,
    check_licence_request,
    derived_key_id,
    fairplay_ckc,
    fairplay_signalling,
    licence_keys,
    playready_headers,
    playready_signalling,
    widevine_signalling,
)
from otnet_server.protocols import (
    ContentKey,
    DrmSystem,
    KeyRequest,
    LicenceRequest,
    SignallingRequest,
    TrackClass,
)
from otnet_server.protocols.drm import Scheme

NOW = datetime(2026, 1, 2, tzinfo=UTC)
KEYS = tuple(ContentKey(bytes([n] * 16), bytes([n + 9] * 16), TrackClass.SD) for n in (1, 2))
REQUEST = LicenceRequest(
    DrmSystem.WIDEVINE, b"\x08\x01", "title", "cbcs", KEYS, "s", "v", NOW + timedelta(hours=1), None
)
CKC = b"\x00\x01\x02ckc"
SYSTEMS = (DrmSystem.WIDEVINE, DrmSystem.FAIRPLAY)


def test_licence_may_last_until_the_session_ends() -> None:
    assert check_licence_request(REQUEST, SYSTEMS, NOW) == 3600


@pytest.mark.parametrize(("changed", "status"), [
    (replace(REQUEST, system=DrmSystem.PLAYREADY), 400), (replace(REQUEST, challenge=b""), 400),
    (replace(REQUEST, challenge=bytes(300_000)), 400), (replace(REQUEST, keys=()), 403),
    (replace(REQUEST, expires_at=NOW), 403),
    (replace(REQUEST, system=DrmSystem.FAIRPLAY, key_id=b"?" * 16), 403),
])  # fmt: skip
def test_licence_requests_that_are_refused(changed: LicenceRequest, status: int) -> None:
    with pytest.raises(DrmError) as refused:
        check_licence_request(changed, SYSTEMS, NOW)
    assert refused.value.status == status


def test_fairplay_licence_has_one_key() -> None:
    assert licence_keys(replace(REQUEST, key_id=KEYS[1].id)) == KEYS
    assert licence_keys(replace(REQUEST, system=DrmSystem.FAIRPLAY, key_id=KEYS[1].id)) == KEYS[1:]


@pytest.mark.parametrize(("action", "sent"), [
    ('"urn:x"', '"urn:x"'), ("", ACQUIRE_LICENCE), ("a\r\nb: c", ACQUIRE_LICENCE), ("ö", ACQUIRE_LICENCE),
])  # fmt: skip
def test_soap_action_of_the_player_is_kept_if_it_is_a_header(action: str, sent: str) -> None:
    assert playready_headers(replace(REQUEST, soap_action=action))["SOAPAction"] == sent


@pytest.mark.parametrize("answer", [
    CKC, base64.b64encode(CKC), b" \r\n" + base64.b64encode(CKC) + b"\n",
    b"<ckc>" + base64.b64encode(CKC) + b"</ckc>\n", b"\n<ckc>\n" + base64.b64encode(CKC) + b"\n</ckc>",
    b'{"ckc": "' + base64.b64encode(CKC) + b'"}',
])  # fmt: skip
def test_ckc_is_binary(answer: bytes) -> None:
    assert fairplay_ckc(answer) == CKC


@pytest.mark.parametrize("answer", [
    b"", b" ", b"{", b"{}", b'{"ckc": 1}', b"<ckc></ckc>", b"<html>", b"abc", b'{"a":' * 50_000,
    b"<ckc>%%</ckc>",
])  # fmt: skip
def test_answers_without_a_ckc(answer: bytes) -> None:
    with pytest.raises(ValueError, match=r"CKC|JSON"):
        fairplay_ckc(answer)


def test_key_ids_follow_from_the_request_and_the_account() -> None:
    request = KeyRequest("title", "cbcs", (TrackClass.SD, TrackClass.HD), 1, None)
    others = (
        request,
        replace(request, generation=2),
        replace(request, scheme="cenc"),
        replace(request, content_id="b"),
    )
    assert derived_key_id("a", request, TrackClass.SD) == derived_key_id("a", replace(request), TrackClass.SD)
    assert len({derived_key_id(a, r, c) for a in ("a", "b") for r in others for c in TrackClass}) == 32


@pytest.mark.parametrize("scheme", ["cbcs", "cenc"])
def test_signalling_of_the_three_systems(scheme: Scheme) -> None:
    request = SignallingRequest("title", scheme, KEYS[0].id, tuple(k.id for k in KEYS), None)
    widevine, playready = widevine_signalling(request), playready_signalling(request)
    assert all(k.id in widevine.pssh for k in KEYS) and playready.playready_object in playready.pssh
    assert widevine.hls and widevine.hls.uri.endswith(base64.b64encode(widevine.pssh).decode())
    assert playready.hls and playready.hls.uri.endswith(base64.b64encode(playready.playready_object).decode())
    fairplay = fairplay_signalling(request)
    assert (fairplay.hls.uri if fairplay.hls else "") == (
        "skd://01010101-0101-0101-0101-010101010101" if scheme == "cbcs" else ""
    )


def test_certificates_are_pem_or_base64() -> None:
    der = b"\x30\x03abc"
    text = base64.b64encode(der).decode()
    pem = f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"
    assert certificate_der(pem.replace("\n", "")) == certificate_der(pem.replace("\n", "\r\n")) == der
    assert certificate_der(text) == certificate_der(pem) == certificate_der(f" {text[:3]}\r\n{text[3:]}") == der
    assert certificate_der("") == b""
    for wrong in ("x", "ключ", base64.b64encode(b"key").decode()):
        with pytest.raises(ValueError, match="certificate"):
            certificate_der(wrong)
