"""CPIX documents: requests of encoders, hostile documents, filled responses, encrypted delivery."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from otnet_server.errors import CpixError
from otnet_server.protection import cpix
from otnet_server.protection.cpix import NAMESPACES, CpixRequest, cpix_key_request, cpix_keys, read_request, response
from otnet_server.protection.cpix_delivery import delivered
from otnet_server.protection.licensing import fairplay_signalling, playready_signalling, widevine_signalling
from otnet_server.protocols import DrmSystem, Signalling, SignallingRequest, TrackClass

VIDEO, SOUND = UUID("98ee5596-cd3e-a20d-163a-e382420c6eff"), UUID("53abdba2-f210-43cb-bc90-f18f9a890a02")
WIDEVINE, PLAYREADY, FAIRPLAY = (
    "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed", "9a04f079-9840-4286-ab92-e65be0885f95",
    "94ce86fb-07ff-4f43-adb8-93d2fa968ca2",
)  # fmt: skip
VALUES = {VIDEO.bytes: bytes(range(16)), SOUND.bytes: bytes(range(16, 32))}
KEYS = "".join(f'<cpix:ContentKey kid="{id}" commonEncryptionScheme="cbcs"/>' for id in (VIDEO, SOUND))
RULES = (
    f'<cpix:ContentKeyUsageRule kid="{VIDEO}" intendedTrackType="SD+HD"><cpix:VideoFilter/></cpix:ContentKeyUsageRule>'
    f'<cpix:ContentKeyUsageRule kid="{SOUND}" intendedTrackType="AUDIO"><cpix:AudioFilter/></cpix:ContentKeyUsageRule>'
)
SYSTEMS = "".join(
    f'<cpix:DRMSystem kid="{id}" systemId="{system}">'
    # In another order than that of the schema.
    '<cpix:HLSSignalingData playlist="media"/><cpix:HLSSignalingData playlist="master"/>'
    "<cpix:ContentProtectionData/><cpix:PSSH/></cpix:DRMSystem>"
    for id in (VIDEO, SOUND) for system in (WIDEVINE, PLAYREADY, FAIRPLAY.upper())
)  # fmt: skip


def document(
    keys: str = KEYS, systems: str = SYSTEMS, rules: str = RULES, delivery: str = "",
    attributes: str = 'contentId="abc123" version="2.3"', head: str = "",
) -> bytes:  # fmt: skip
    namespaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    return (
        f"{head}<cpix:CPIX {namespaces} {attributes}><cpix:ContentKeyUsageRuleList>{rules}</cpix:ContentKeyUsageRuleList>"
        f"<cpix:DRMSystemList>{systems}</cpix:DRMSystemList><cpix:ContentKeyList>{keys}</cpix:ContentKeyList>"
        f"{delivery}</cpix:CPIX>"
    ).encode()


def signalling(request: CpixRequest) -> Mapping[bytes, tuple[Signalling, ...]]:
    ids = tuple(key.id for key in request.keys)
    made = {id: SignallingRequest(request.content_id, "cbcs", id, ids, None) for id in ids}
    return {id: (widevine_signalling(r), playready_signalling(r), fairplay_signalling(r)) for id, r in made.items()}


def filled(body: bytes) -> ET.Element:
    request = read_request(body)
    return ET.fromstring(delivered(request, VALUES, signalling(request)))


def test_request_of_an_encoder_is_read() -> None:
    request = read_request(document())
    assert (request.content_id, request.scheme, request.recipients) == ("abc123", "cbcs", ())
    assert [(UUID(bytes=k.id), k.track_class) for k in request.keys] == [(VIDEO, "HD"), (SOUND, "AUDIO")]
    assert request.systems[VIDEO.bytes] == (DrmSystem.WIDEVINE, DrmSystem.PLAYREADY, DrmSystem.FAIRPLAY)


def test_response_has_keys_and_signalling_in_the_order_of_the_schema() -> None:
    root = filled(document())
    assert root.get("contentId") == "abc123" and root.get("version") == "2.3"
    names = [e.tag.split("}")[1] for e in root]
    assert names == ["ContentKeyList", "DRMSystemList", "ContentKeyUsageRuleList"]
    values = {UUID(e.get("kid", "")).bytes: e.findtext("cpix:Data/pskc:Secret/pskc:PlainValue", "", NAMESPACES)
              for e in root.iterfind(".//cpix:ContentKey", NAMESPACES)}  # fmt: skip
    assert {id: base64.b64decode(value) for id, value in values.items()} == VALUES
    widevine, playready, fairplay, *_ = root.iterfind(".//cpix:DRMSystem", NAMESPACES)
    assert [e.tag.split("}")[1] for e in widevine] == [
        "PSSH", "ContentProtectionData", "HLSSignalingData", "HLSSignalingData"]  # fmt: skip
    pssh = base64.b64decode(widevine.findtext("cpix:PSSH", "", NAMESPACES))
    assert pssh[4:8] == b"pssh" and VIDEO.bytes in pssh
    protection = ET.fromstring(f"<x>{base64.b64decode(playready[1].text or '').decode()}</x>")
    assert [e.tag for e in protection] == ["{urn:mpeg:cenc:2013}pssh", "{urn:microsoft:playready}pro"]
    assert [e.tag.split("}")[1] for e in fairplay] == ["HLSSignalingData"] * 2
    lines = {e.get("playlist"): base64.b64decode(e.text or "").decode() for e in fairplay}
    assert lines["media"] == (
        f'#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://{VIDEO}",KEYFORMAT="com.apple.streamingkeydelivery",'
        'KEYFORMATVERSIONS="1"'
    )
    assert lines["master"].startswith("#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,")


def test_same_request_returns_the_same_document() -> None:
    request = read_request(document())
    assert response(request, VALUES, signalling(request)) == response(request, VALUES, signalling(request))


def test_system_without_elements_gets_all_that_there_is() -> None:
    system = f'<cpix:DRMSystem kid="{VIDEO}" systemId="{PLAYREADY}"/>'
    (element,) = filled(document(systems=system)).iterfind(".//cpix:DRMSystem", NAMESPACES)
    assert [e.tag.split("}")[1] for e in element] == [
        "PSSH", "ContentProtectionData", "URIExtXKey", "HLSSignalingData", "HLSSignalingData",
        "SmoothStreamingProtectionHeaderData",
    ]  # fmt: skip


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(("body", "code"), [
    (b"", "bad_cpix"), (b"<", "bad_cpix"), (b"\xff\xfe", "bad_cpix"), (b"<x/>", "bad_cpix"),
    (b'<?xml version="1.0" encoding="no-such"?><x/>', "bad_cpix"), (b"\x00" * 100, "bad_cpix"),
    (document(head=BOMB), "bad_cpix"), (document(head=EXTERNAL), "bad_cpix"),
    (document(head='<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">'), "bad_cpix"),
    (b"<cpix:CPIX xmlns:cpix='urn:dashif:org:cpix'>" + b" " * cpix.MAX_BYTES + b"</cpix:CPIX>", "cpix_too_long"),
    (b"<a>" * 50_000 + b"</a>" * 50_000, "cpix_too_deep"), (b"<a>" + b"<b/>" * 50_000 + b"</a>", "cpix_too_deep"),
    (document(attributes='version="2.3"'), "missing_content_id"),
    (document(attributes='contentId="a&#10;b" version="2.3"'), "missing_content_id"),
    (document(attributes='contentId="a"'), "bad_version"), (document(attributes='contentId="a" version="9"'), "bad_version"),
    (document(keys=""), "bad_keys"), (document(keys=KEYS * 20), "bad_keys"), (document(keys=KEYS * 2), "bad_keys"),
    (document(keys=KEYS.replace("cbcs", "cbc1")), "bad_scheme"), (document(keys=KEYS.replace("cbcs", "cenc", 1)), "bad_scheme"),
    (document(keys=KEYS.replace(' commonEncryptionScheme="cbcs"', "")), "bad_scheme"),
    (document(keys=KEYS.replace(str(VIDEO), "1")), "bad_key_id"), (document(keys='<cpix:ContentKey/>'), "bad_key_id"),
    (document(rules=""), "missing_usage_rule"),
    (document(systems=SYSTEMS.replace(WIDEVINE, str(VIDEO))), "bad_system"),
    (document(systems=SYSTEMS.replace(str(SOUND), WIDEVINE)), "bad_system"),
    (document(delivery="<cpix:DeliveryDataList><cpix:DeliveryData><cpix:DeliveryKey/></cpix:DeliveryData>"
                       "</cpix:DeliveryDataList>"), "bad_recipient"),
])  # fmt: skip
def test_documents_that_are_refused(body: bytes, code: str) -> None:
    with pytest.raises(CpixError) as refused:
        read_request(body)
    assert refused.value.code == code and "passwd" not in str(refused.value)


def test_key_or_signalling_that_is_missing_is_an_error() -> None:
    request = read_request(document())
    with pytest.raises(CpixError, match="no key"):
        response(request, {}, signalling(request))
    with pytest.raises(CpixError, match="no signalling of widevine"):
        response(request, VALUES, {})


@pytest.mark.parametrize(("attributes", "filters", "expected"), [
    ('intendedTrackType="AUDIO"', "", "AUDIO"), ('intendedTrackType="MULTICHANNEL_AUDIO"', "", "AUDIO"),
    ('intendedTrackType="SD"', "", "SD"), ('intendedTrackType="HD+UHD1"', "", "UHD"), ('intendedTrackType="SD+AUDIO"', "", "SD"),
    ('intendedTrackType="VIDEO"', '<cpix:VideoFilter maxPixels="589824"/>', "SD"), ("", "<cpix:AudioFilter/>", "AUDIO"),
    ("", '<cpix:VideoFilter maxPixels="2073600"/>', "HD"), ("", '<cpix:VideoFilter minPixels="1"/>', "UHD"),
    ("", '<cpix:VideoFilter maxPixels="9" /><cpix:VideoFilter maxPixels="999999"/>', "HD"), ("", "", "UHD"),
    ("", '<cpix:VideoFilter maxPixels="x"/>', "UHD"),
])  # fmt: skip
def test_usage_rules_become_track_classes(attributes: str, filters: str, expected: str) -> None:
    rule = f'<cpix:ContentKeyUsageRule kid="{VIDEO}" {attributes}>{filters}</cpix:ContentKeyUsageRule>'
    key = f'<cpix:ContentKey kid="{VIDEO}" commonEncryptionScheme="cenc"/>'
    assert read_request(document(keys=key, systems="", rules=rule)).keys[0].track_class == expected


def test_key_of_several_rules_is_one_of_the_highest_class() -> None:
    rules = "".join(f'<cpix:ContentKeyUsageRule kid="{VIDEO}" intendedTrackType="{t}"/>' for t in ("SD", "HD", "AUDIO"))
    key = f'<cpix:ContentKey kid="{VIDEO}" commonEncryptionScheme="cenc"/>'
    assert read_request(document(keys=key, systems="", rules=rules)).keys[0].track_class == "HD"


def test_provider_is_asked_for_keys_and_its_answer_is_read() -> None:
    ids = {TrackClass.HD: VIDEO.bytes, TrackClass.AUDIO: SOUND.bytes}
    asked = cpix_key_request('a"<b>', "cbcs", ids, [DrmSystem.WIDEVINE])
    request = read_request(asked)
    assert request.content_id == 'a"<b>' and {k.track_class: k.id for k in request.keys} == ids
    answer = response(request, VALUES, signalling(request))
    assert [(k.id, k.value, k.track_class) for k in cpix_keys(answer, ids)] == [
        (VIDEO.bytes, VALUES[VIDEO.bytes], "HD"), (SOUND.bytes, VALUES[SOUND.bytes], "AUDIO")]  # fmt: skip
    with pytest.raises(CpixError, match="lacks a key"):
        cpix_keys(answer, {TrackClass.SD: bytes(16)})
    with pytest.raises(CpixError, match="Base64"):
        cpix_keys(answer.replace(b"AAECAw", b"%%%%%%"), ids)


@cache
def recipient(bits: int = 2048) -> tuple[rsa.RSAPrivateKey, bytes]:
    key = rsa.generate_private_key(65537, bits)
    return key, certificate(key)


def certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "encoder")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=9))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def delivery(*certificates: bytes) -> str:
    entries = "".join(
        f'<cpix:DeliveryData id="r{n}"><cpix:DeliveryKey><ds:X509Data><ds:X509Certificate>'
        f"{base64.encodebytes(der).decode()}</ds:X509Certificate></ds:X509Data></cpix:DeliveryKey></cpix:DeliveryData>"
        for n, der in enumerate(certificates)
    )
    return f"<cpix:DeliveryDataList>{entries}</cpix:DeliveryDataList>"


def cipher_value(element: ET.Element | None) -> bytes:
    assert element is not None
    return base64.b64decode(element.findtext(".//enc:CipherValue", "", NAMESPACES))


def decrypted_keys(root: ET.Element, data: ET.Element, key: rsa.RSAPrivateKey) -> dict[bytes, bytes]:
    """What a recipient does: unwrap both keys, verify each MAC, decrypt each content key."""
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    document_key = key.decrypt(cipher_value(data.find("cpix:DocumentKey", NAMESPACES)), oaep)
    mac_key = key.decrypt(cipher_value(data.find("cpix:MACMethod/cpix:Key", NAMESPACES)), oaep)
    assert (len(document_key), len(mac_key)) == (32, 64)
    values = {}
    for element in root.iterfind(".//cpix:ContentKey", NAMESPACES):
        encrypted = cipher_value(element)
        mac = base64.b64decode(element.findtext(".//pskc:ValueMAC", "", NAMESPACES))
        assert hmac.compare_digest(mac, hmac.digest(mac_key, encrypted, hashlib.sha512))
        decryptor = Cipher(algorithms.AES(document_key), modes.CBC(encrypted[:16])).decryptor()
        padded = decryptor.update(encrypted[16:]) + decryptor.finalize()
        values[UUID(element.get("kid", "")).bytes] = padded[: -padded[-1]]
    return values


def test_keys_are_encrypted_to_each_recipient() -> None:
    key, der = recipient()
    root = filled(document(delivery=delivery(der, der)))
    assert next(e.tag.split("}")[1] for e in root) == "DeliveryDataList"
    entries = root.findall(".//cpix:DeliveryData", NAMESPACES)
    assert [e.get("id") for e in entries] == ["r0", "r1"]
    for data in entries:
        assert [e.tag.split("}")[1] for e in data] == ["DeliveryKey", "DocumentKey", "MACMethod"]
        assert decrypted_keys(root, data, key) == VALUES
    text = ET.tostring(root).decode()
    assert "PlainValue" not in text and not any(base64.b64encode(v).decode() in text for v in VALUES.values())


def test_recipient_without_a_certificate_never_gets_keys_in_plain_text() -> None:
    der = recipient()[1]
    nobody = "<cpix:DeliveryDataList><cpix:DeliveryData/>"
    for lists in (f"{nobody}</cpix:DeliveryDataList>", delivery(der).replace("<cpix:DeliveryDataList>", nobody)):
        with pytest.raises(CpixError, match=r"no X\.509 certificate"):
            read_request(document(delivery=lists))


def test_signature_of_the_request_is_left_out() -> None:
    root = filled(document(delivery="<ds:Signature><ds:SignatureValue>x</ds:SignatureValue></ds:Signature>"))
    assert root.find("ds:Signature", NAMESPACES) is None


def test_two_responses_use_other_document_keys() -> None:
    der = recipient()[1]
    first, second = (filled(document(delivery=delivery(der))) for _ in range(2))
    assert cipher_value(first.find(".//cpix:ContentKey", NAMESPACES)) != cipher_value(
        second.find(".//cpix:ContentKey", NAMESPACES)
    )


@pytest.mark.parametrize("der", [b"", b"x", certificate(ec.generate_private_key(ec.SECP256R1()))])
def test_recipients_without_a_strong_rsa_key_are_refused(der: bytes) -> None:
    with pytest.raises(CpixError) as refused:
        filled(document(delivery=delivery(der)))
    assert refused.value.code == "bad_recipient"


def test_weak_rsa_keys_and_too_many_recipients_are_refused() -> None:
    for certificates in ((recipient(1024)[1],), (recipient()[1],) * 9):
        with pytest.raises(CpixError) as refused:
            filled(document(delivery=delivery(*certificates)))
        assert refused.value.code == "bad_recipient"
