"""KeyOS against a fake that verifies signatures, times, policies and encodings."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import defusedxml.ElementTree as ET
import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA1
from pydantic import SecretStr

from otnet_server import CertificateRequest, DrmError, DrmSystem, KeyRequest, LicenceRequest, TrackClass
from otnet_server.testing import checks, drm, enabled
from plugins.drm_buydrm import Config, KeyOs
from plugins.drm_buydrm.authentication import loaded_key
from plugins.drm_buydrm.test_signature import PRIVATE_KEY, SETTINGS

PUBLIC_KEY = loaded_key(PRIVATE_KEY).public_key()
CERTIFICATE = b"\x30\x82\x01\x01certificate"
SPC, CKC = b"\x00\x00\x00\x01spc", b"\x00\x00\x00\x01ckc"
SOAP = b"<soap:Envelope><soap:Body/></soap:Envelope>"
ACCOUNT = SETTINGS.model_copy(update={"certificate_hash": "00ff"})


class FakeKeyOs:
    """Answers as KeyOS does, and refuses what is not signed or not encoded as it asks."""

    def __init__(self, header: str = "x-keyos-authorization") -> None:
        self.header = header
        self.unique_ids: set[str] = set()
        self.data = ""
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.host == "packager.licensekeyserver.com":
            return self.keys(request)
        system = request.url.host.partition(".")[0]
        if request.url.path == "/api/v4/getCertificate":
            known = system == "fairplay" and request.url.params["certHash"] == "00ff"
            return httpx.Response(200, content=CERTIFICATE) if known else refused(404, "Unknown certificate")
        if (request.method, request.url.path) != ("POST", "/api/v4/getLicense"):
            return refused(404, "Not found")
        problem = self.problem(request) or self.policy_problem(system)
        return refused(403, problem) if problem else getattr(self, system)(request)

    def problem(self, request: httpx.Request) -> str:
        """What is wrong with the authentication XML."""
        document = base64.b64decode(request.headers.get(self.header, ""), validate=True).decode()
        whole = re.fullmatch(
            "<KeyOSAuthenticationXML>(<Data>.*</Data>)<Signature>(.*)</Signature></KeyOSAuthenticationXML>", document
        )
        if not whole:
            return "Authentication XML is missing"
        try:
            PUBLIC_KEY.verify(base64.b64decode(whole[2]), whole[1].encode(), padding.PKCS1v15(), SHA1())
        except InvalidSignature:
            return "Signature is not valid"
        self.data = whole[1]
        now = datetime.now(UTC).replace(tzinfo=None)
        created, ends = (datetime.fromisoformat(self.field(n)) for n in ("GenerationTime", "ExpirationTime"))
        if not created <= now < ends <= now + timedelta(minutes=5):
            return "Authentication XML has expired"
        if self.field("RSAPubKeyId") != SETTINGS.public_key_id:
            return "Unknown public key"
        if not re.fullmatch("[0-9a-f]{32}", self.field("UniqueId")) or self.field("UniqueId") in self.unique_ids:
            return "Authentication XML was used before"
        self.unique_ids.add(self.field("UniqueId"))
        return "" if self.key_ids() else "No key ids"

    def policy_problem(self, system: str) -> str:
        root = ET.fromstring(self.data)
        if system == "widevine":
            right = (
                root.find("WidevinePolicy[@fl_CanPersist='false']") is not None
                and 0 < int(self.field("LicenseDuration")) <= 12 * 3600
                and len(root.findall("WidevineContentKeySpec")) == len(self.key_ids())
            )
        elif system == "playready":
            policies = {p.get("id") for p in root.findall("Policy")}
            right = {e.text for e in root.findall("License/Policy/Id")} == policies != set()
            right = right and {e.text for e in root.findall("License/KeyId")} == set(self.key_ids())
        else:
            right = root.find("FairPlayPolicy[@persistent='false']") is not None
        return "" if right else "Policy is not valid"

    def widevine(self, request: httpx.Request) -> httpx.Response:
        if request.headers["content-type"] != "application/octet-stream" or not request.content.startswith(b"\x08"):
            return refused(403, "Widevine license generation failed (SIGNED_MESSAGE_PARSE_ERROR)")
        return httpx.Response(200, content=b"\x08\x02" + ",".join(self.key_ids()).encode())

    def playready(self, request: httpx.Request) -> httpx.Response:
        right = request.headers["content-type"] == "text/xml; charset=utf-8" and request.content == SOAP
        if not right or not request.headers["soapaction"].startswith('"http://schemas.microsoft.com/'):
            return refused(403, "SOAP message is not valid")
        return httpx.Response(200, content=b"<soap:Envelope>licence</soap:Envelope>")

    def fairplay(self, request: httpx.Request) -> httpx.Response:
        form = parse_qs(request.content.decode(), strict_parsing=True)
        if base64.b64decode(form["spc"][0], validate=True) != SPC or form["assetId"] != self.key_ids():
            return refused(403, "SPC is not valid")
        return httpx.Response(200, content=b"<ckc>" + base64.b64encode(CKC) + b"</ckc>")

    def keys(self, request: httpx.Request) -> httpx.Response:
        if request.headers["soapaction"] != '"http://tempuri.org/ISmoothPackager/RequestEncryptionInfo"':
            return refused(500, "Unknown action")
        envelope = ET.fromstring(request.content)
        server_key = envelope.findtext(".//{http://tempuri.org/}ServerKey")
        document = ET.fromstring(envelope.findtext(".//{http://tempuri.org/}RequestXml") or "")
        status = "0" if (server_key, document.findtext("UserKey")) == ("server-key-1", "user-key-1") else "1001"
        key_id = UUID(document.findtext("KeyID") or "")
        assert UUID(document.findtext("ContentID") or "")
        value = base64.b64encode(hashlib.sha256(key_id.bytes).digest()[:16]).decode()
        inner = (
            f"<KeyOSEncryptionInfoResponse><Status>{status}</Status><LogId>1</LogId><APIVersion>5</APIVersion>"
            f"<KeyID>{str(key_id).upper()}</KeyID><ContentKey>{value}</ContentKey></KeyOSEncryptionInfoResponse>"
        )
        escaped = inner.replace("<", "&lt;").replace(">", "&gt;")
        return httpx.Response(200, text=(
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><RequestEncryptionInfoResponse '
            f'xmlns="http://tempuri.org/"><RequestEncryptionInfoResult>{escaped}</RequestEncryptionInfoResult>'
            "</RequestEncryptionInfoResponse></s:Body></s:Envelope>"
        ))  # fmt: skip

    def field(self, name: str) -> str:
        return str(ET.fromstring(self.data).findtext(f".//{name}") or "")

    def key_ids(self) -> list[str]:
        return [e.text or "" for e in ET.fromstring(self.data).findall("KeyIDList/KeyID")]


def refused(status: int, message: str) -> httpx.Response:
    return httpx.Response(status, json={"errorcode": 371000005, "errormsg": message, "errorid": "e" * 32})


def provider(transport: httpx.AsyncBaseTransport | None = None) -> KeyOs:
    return KeyOs(Config(), transport or httpx.MockTransport(FakeKeyOs()))


CHALLENGES = {DrmSystem.WIDEVINE: b"\x08\x01challenge", DrmSystem.PLAYREADY: SOAP, DrmSystem.FAIRPLAY: SPC}
CASE = drm.DrmCase(provider, ACCOUNT, CHALLENGES, provider)


@pytest.mark.parametrize("check", checks(drm), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any]) -> None:
    await check(CASE)


def licence_request(system: DrmSystem, settings: Any = ACCOUNT) -> LicenceRequest:
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    return LicenceRequest(system, CHALLENGES[system], "title", "cbcs", drm.KEYS, "s", "v", expires_at, settings,
                          drm.KEYS[1].id)  # fmt: skip


async def test_licences_name_the_allowed_keys_alone() -> None:
    fake = FakeKeyOs()
    key_os = provider(httpx.MockTransport(fake))
    await key_os.licence(licence_request(DrmSystem.WIDEVINE))
    assert fake.key_ids() == [str(UUID(bytes=key.id)) for key in drm.KEYS]
    response = await key_os.licence(licence_request(DrmSystem.FAIRPLAY))
    assert fake.key_ids() == [str(UUID(bytes=drm.KEYS[1].id))] and response.body == CKC
    response = await key_os.licence(licence_request(DrmSystem.PLAYREADY))
    assert response.content_type == "text/xml; charset=utf-8" and b"licence" in response.body


async def test_licence_ends_with_the_session() -> None:
    fake = FakeKeyOs()
    request = replace(licence_request(DrmSystem.WIDEVINE), expires_at=datetime.now(UTC) + timedelta(seconds=60))
    await provider(httpx.MockTransport(fake)).licence(request)
    assert 58 <= int(fake.field("LicenseDuration")) <= 60


@pytest.mark.parametrize("header", ["x-keyos-authorization", "customdata"])
async def test_header_is_that_of_the_account(header: str) -> None:
    settings = ACCOUNT.model_copy(update={"header": header})
    await provider(httpx.MockTransport(FakeKeyOs(header))).licence(licence_request(DrmSystem.WIDEVINE, settings))


async def test_refusals_are_said_with_the_message_of_key_os() -> None:
    request = replace(licence_request(DrmSystem.WIDEVINE), challenge=b"no protobuf")
    with pytest.raises(DrmError, match="SIGNED_MESSAGE_PARSE_ERROR") as failed:
        await provider().licence(request)
    assert failed.value.status == 403


@pytest.mark.parametrize("changed", [{"public_key_id": "another"}, {"private_key": None}])
async def test_the_fake_refuses_other_accounts(changed: dict[str, Any]) -> None:
    if "private_key" in changed:
        from cryptography.hazmat.primitives.asymmetric import rsa
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        pem = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        changed = {"private_key": SecretStr(pem.decode())}
    with pytest.raises(DrmError, match=r"Signature is not valid|Unknown public key"):
        await provider().licence(licence_request(DrmSystem.WIDEVINE, ACCOUNT.model_copy(update=changed)))


async def test_keys_need_the_keys_of_the_account() -> None:
    settings = ACCOUNT.model_copy(update={"user_key": SecretStr("another")})
    with pytest.raises(DrmError, match="check the server key") as failed:
        await provider().keys(KeyRequest("title", "cbcs", (TrackClass.SD,), 1, settings))
    assert failed.value.status == 502


async def test_certificate_of_fairplay_needs_its_hash() -> None:
    assert await provider().certificate(CertificateRequest(DrmSystem.FAIRPLAY, ACCOUNT)) == CERTIFICATE
    assert await provider().certificate(CertificateRequest(DrmSystem.FAIRPLAY, SETTINGS)) is None
    assert await provider().certificate(CertificateRequest(DrmSystem.WIDEVINE, ACCOUNT)) is None


def test_the_plugin_registers_key_os(tmp_path: Path) -> None:
    assert list(enabled("drm_buydrm", data=tmp_path).drm()) == ["buydrm"]
