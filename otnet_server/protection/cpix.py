"""CPIX documents (DASH-IF CPIX 2.3), with which encoders ask for content keys (SPEKE v2), and providers answer. Pure.

`read_request` reads the request of an encoder and `response` fills it: the keys, the signalling of each DRM system, in
the order of the XML schema. `cpix_key_request` asks a provider for keys, and `cpix_keys` reads its answer.

Documents are not trusted: entities, long documents and deep ones are refused.
"""

from __future__ import annotations

import base64
import binascii
import copy
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

import defusedxml.ElementTree as ET
from defusedxml.common import DefusedXmlException

from otnet_server.errors import CpixError
from otnet_server.media.drm import Scheme
from otnet_server.media.protection import SCHEMES
from otnet_server.media.pssh import SYSTEM_IDS
from otnet_server.protocols import ContentKey, DrmSystem, Signalling, TrackClass

MAX_BYTES = 512 << 10
MAX_DEPTH = 16
MAX_ELEMENTS = 4096
MAX_KEYS = 32
VERSIONS = ("2.3",)

CPIX = "urn:dashif:org:cpix"
PSKC = "urn:ietf:params:xml:ns:keyprov:pskc"
NAMESPACES = {
    "cpix": CPIX,
    "pskc": PSKC,
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "enc": "http://www.w3.org/2001/04/xmlenc#",
}
for _prefix, _namespace in NAMESPACES.items():
    ElementTree.register_namespace(_prefix, _namespace)
# The order of elements in the XML schema.
ROOT_ORDER = (
    "DeliveryDataList", "ContentKeyList", "DRMSystemList", "ContentKeyPeriodList", "ContentKeyUsageRuleList",
    "UpdateHistoryItemList",
)  # fmt: skip
SYSTEM_ORDER = (
    "PSSH", "ContentProtectionData", "URIExtXKey", "HLSSignalingData", "SmoothStreamingProtectionHeaderData",
    "HDSSignalingData",
)  # fmt: skip
SYSTEMS = {str(id): system for system, id in SYSTEM_IDS.items()}
INTENDED = {TrackClass.AUDIO: "AUDIO", TrackClass.SD: "SD", TrackClass.HD: "HD", TrackClass.UHD: "UHD1"}
MAX_PIXELS = ((TrackClass.SD, 589_824), (TrackClass.HD, 2_073_600))  # of SPEKE, which ends SD at 1024×576


@dataclass(frozen=True)
class RequestedKey:
    """A key that an encoder asks for: its id, the scheme, and the class of the tracks that it encrypts."""

    id: bytes
    scheme: Scheme
    track_class: TrackClass


@dataclass(frozen=True)
class CpixRequest:
    """The request of an encoder. `recipients` are certificates (X.509, DER), to whose owners the keys are encrypted;
    without any, the keys are returned in plain text. `systems` are the DRM systems of each key."""

    content_id: str
    scheme: Scheme
    keys: tuple[RequestedKey, ...]
    systems: Mapping[bytes, tuple[DrmSystem, ...]]
    recipients: tuple[bytes, ...]
    root: Element = field(repr=False)


# Fills the element of a content key with its value.
PutKey = Callable[[Element, bytes], None]


def parsed(document: bytes) -> Element:
    """The root of a document. Raises CpixError for one that is not CPIX, and for malicious XML."""
    if len(document) > MAX_BYTES:
        raise CpixError("cpix_too_long", f"The CPIX document has {len(document)} bytes.",
                        f"Send at most {MAX_BYTES} bytes.")  # fmt: skip
    depth = elements = 0
    try:
        events = ET.iterparse(io.BytesIO(document), events=("start", "end"), forbid_dtd=True)
        for event, element in events:
            depth += 1 if event == "start" else -1
            elements += event == "start"
            if elements == 1 and event == "start":
                root = element
            if depth > MAX_DEPTH or elements > MAX_ELEMENTS:
                raise CpixError("cpix_too_deep", "The CPIX document has too many elements, or too deep ones.",
                                "Ask for fewer keys.")  # fmt: skip
    except (ET.ParseError, DefusedXmlException, LookupError, ValueError) as e:
        raise CpixError("bad_cpix", f"The CPIX document is not valid XML ({type(e).__name__}).",
                        "Send a document of CPIX 2.3 without a document type.") from None  # fmt: skip
    if root.tag != f"{{{CPIX}}}CPIX":
        raise CpixError("bad_cpix", "The document is not a CPIX document.", "Send the element CPIX of CPIX 2.3.")
    result: Element = root
    return result


def read_request(document: bytes) -> CpixRequest:
    """The request of an encoder in SPEKE v2. Raises CpixError."""
    root = parsed(document)
    content_id, version = root.get("contentId", ""), root.get("version", "")
    if not content_id or len(content_id) > 256 or not content_id.isprintable():
        raise CpixError("missing_content_id", "Missing CPIX@contentId.", "Name the content in CPIX@contentId.")
    if version not in VERSIONS:
        missing = "Unsupported" if version else "Missing"
        raise CpixError("bad_version", f"{missing} CPIX@version.", f"Use version {', '.join(VERSIONS)}.")
    elements = root.findall("cpix:ContentKeyList/cpix:ContentKey", NAMESPACES)
    if not 0 < len(elements) <= MAX_KEYS:
        raise CpixError("bad_keys", f"The document asks for {len(elements)} keys.", f"Ask for 1 to {MAX_KEYS} keys.")
    classes = _track_classes(root)
    keys = tuple(_requested_key(element, classes) for element in elements)
    if len({key.id for key in keys}) != len(keys):
        raise CpixError("bad_keys", "The document asks for one key twice.", "Use each ContentKey@kid once.")
    if len({key.scheme for key in keys}) > 1:
        raise CpixError("bad_scheme", "Non compliant ContentKey@commonEncryptionScheme combination.",
                        "Use one scheme for all keys of a document.")  # fmt: skip
    systems: dict[bytes, tuple[DrmSystem, ...]] = {key.id: () for key in keys}
    for element in root.findall("cpix:DRMSystemList/cpix:DRMSystem", NAMESPACES):
        key_id, system = _key_id(element), SYSTEMS.get(element.get("systemId", "").lower())
        if key_id not in systems or system is None:
            raise CpixError("bad_system", "A DRMSystem names a key or a system that is not known.",
                            f"Known systems: {', '.join(SYSTEMS)}.")  # fmt: skip
        systems[key_id] += (system,)
    delivery = root.findall("cpix:DeliveryDataList/cpix:DeliveryData", NAMESPACES)
    recipients = tuple(_certificate(element) for element in delivery)
    return CpixRequest(content_id, keys[0].scheme, keys, systems, recipients, root)


def response(
    request: CpixRequest,
    keys: Mapping[bytes, bytes],
    signalling: Mapping[bytes, Sequence[Signalling]],
    put_key: PutKey | None = None,
    delivery: Sequence[Element] = (),
) -> bytes:
    """The request, filled: the values of `keys` and the `signalling` of the requested systems, both by key id.

    `put_key` and `delivery` are those of `cpix_delivery.encrypted`, for recipients with a certificate. Raises CpixError
    when a key or the signalling of a system is missing.
    """
    root = copy.deepcopy(request.root)
    for element in root.findall("cpix:ContentKeyList/cpix:ContentKey", NAMESPACES):
        key_id = _key_id(element)
        if key_id not in keys:
            raise CpixError("missing_key", f"There is no key with the id {UUID(bytes=key_id)}.", "")
        for data in element.findall("cpix:Data", NAMESPACES):
            element.remove(data)
        (put_key or put_plain_key)(element, keys[key_id])
    for element in root.findall("cpix:DRMSystemList/cpix:DRMSystem", NAMESPACES):
        _fill_system(element, request.scheme, signalling.get(_key_id(element), ()))
    for old, new in zip(root.findall("cpix:DeliveryDataList/cpix:DeliveryData", NAMESPACES), delivery, strict=False):
        old[:] = list(new)
    for signed in root.findall("ds:Signature", NAMESPACES):
        root.remove(signed)  # a signature of the request is not one of the response
    _sort(root, ROOT_ORDER)
    return serialized(root)


def put_plain_key(element: Element, value: bytes) -> None:
    """`Data/Secret/PlainValue` (RFC 6030 §4.2)."""
    secret = child(child(element, CPIX, "Data"), PSKC, "Secret")
    child(secret, PSKC, "PlainValue").text = base64.b64encode(value).decode()


def child(parent: Element, namespace: str, name: str) -> Element:
    """A new child of `parent`."""
    element = parent.makeelement(f"{{{namespace}}}{name}", {})
    parent.append(element)
    return element


def serialized(root: Element) -> bytes:
    """The document with the usual prefixes of namespaces."""
    document: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return document


def cpix_key_request(
    content_id: str,
    scheme: str,
    key_ids: Mapping[TrackClass, bytes],
    systems: Sequence[DrmSystem],
    *,
    with_id: bool = False,
) -> bytes:
    """The request for keys with these ids, in SPEKE v2. `with_id` adds the content id as CPIX@id, where providers read
    it that follow earlier versions."""
    ids = {track_class: str(UUID(bytes=key_id)) for track_class, key_id in key_ids.items()}
    parts = [f'<cpix:ContentKey kid="{id}" commonEncryptionScheme="{scheme}"/>' for id in ids.values()]
    drm_systems = [
        f'<cpix:DRMSystem kid="{id}" systemId="{SYSTEM_IDS[system]}"/>' for id in ids.values() for system in systems
    ]
    rules = [_usage_rule(track_class, id) for track_class, id in ids.items()]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<cpix:CPIX xmlns:cpix="{CPIX}" xmlns:pskc="{PSKC}" version="2.3"'
        f" contentId={quoteattr(content_id)}{f' id={quoteattr(content_id)}' if with_id else ''}>"
        f"<cpix:ContentKeyList>{''.join(parts)}</cpix:ContentKeyList>"
        f"<cpix:DRMSystemList>{''.join(drm_systems)}</cpix:DRMSystemList>"
        f"<cpix:ContentKeyUsageRuleList>{''.join(rules)}</cpix:ContentKeyUsageRuleList></cpix:CPIX>"
    ).encode()


def _usage_rule(track_class: TrackClass, id: str) -> str:
    element = "AudioFilter" if track_class == TrackClass.AUDIO else "VideoFilter"
    return (
        f'<cpix:ContentKeyUsageRule kid="{id}" intendedTrackType="{INTENDED[track_class]}">'
        f"<cpix:{element}/></cpix:ContentKeyUsageRule>"
    )


def cpix_keys(document: bytes, key_ids: Mapping[TrackClass, bytes]) -> tuple[ContentKey, ...]:
    """The keys with these ids in the answer of a provider. Raises CpixError when one is missing."""
    values: dict[bytes, bytes] = {}
    for element in parsed(document).findall("cpix:ContentKeyList/cpix:ContentKey", NAMESPACES):
        plain = element.findtext("cpix:Data/pskc:Secret/pskc:PlainValue", "", NAMESPACES)
        values[_key_id(element)] = _decoded(plain, "PlainValue")
    if any(len(values.get(key_id, b"")) != 16 for key_id in key_ids.values()):
        raise CpixError("missing_key", "The CPIX document lacks a key of 16 bytes.", "")
    return tuple(ContentKey(key_id, values[key_id], track_class) for track_class, key_id in key_ids.items())


def _requested_key(element: Element, classes: Mapping[bytes, TrackClass]) -> RequestedKey:
    key_id = _key_id(element)
    wanted = element.get("commonEncryptionScheme", "")
    scheme = next((scheme for scheme in SCHEMES if scheme == wanted), None)
    if scheme is None:
        missing = "Unsupported" if wanted else "Missing"
        raise CpixError("bad_scheme", f"{missing} ContentKey@commonEncryptionScheme for KID {UUID(bytes=key_id)}.",
                        f"Use {' or '.join(SCHEMES)}.")  # fmt: skip
    if key_id not in classes:
        raise CpixError("missing_usage_rule", f"Missing ContentKeyUsageRule for KID {UUID(bytes=key_id)}.",
                        "Say for each key in one rule which tracks it encrypts.")  # fmt: skip
    return RequestedKey(key_id, scheme, classes[key_id])


def _track_classes(root: Element) -> dict[bytes, TrackClass]:
    """The class of each key; the highest one if several rules name the key."""
    order, classes = list(TrackClass), dict[bytes, TrackClass]()
    for rule in root.findall("cpix:ContentKeyUsageRuleList/cpix:ContentKeyUsageRule", NAMESPACES):
        key_id, track_class = _key_id(rule), track_class_of(rule)
        classes[key_id] = max(classes.get(key_id, track_class), track_class, key=order.index)
    return classes


def track_class_of(rule: Element) -> TrackClass:
    """The class of the tracks of a usage rule: of its intended track type, else of its filters. A key of several
    classes is one of the highest of them, because who has it may watch all of them."""
    order = list(TrackClass)
    intended = {track_class for part in _parts(rule) for track_class in _intended(part)}
    if intended:
        return max(intended, key=order.index)
    filters = rule.findall("cpix:VideoFilter", NAMESPACES)
    if not filters:
        return TrackClass.AUDIO if rule.find("cpix:AudioFilter", NAMESPACES) is not None else TrackClass.UHD
    return max((_class_of_pixels(f.get("maxPixels", "")) for f in filters), key=order.index)


def _parts(rule: Element) -> Iterator[str]:
    yield from rule.get("intendedTrackType", "").upper().split("+")


def _intended(part: str) -> tuple[TrackClass, ...]:
    if "AUDIO" in part:
        return (TrackClass.AUDIO,)
    if "UHD" in part:
        return (TrackClass.UHD,)
    return (TrackClass(part),) if part in ("SD", "HD") else ()


def _class_of_pixels(maximum: str) -> TrackClass:
    if maximum.isascii() and maximum.isdecimal() and len(maximum) < 12:
        return next((name for name, pixels in MAX_PIXELS if int(maximum) <= pixels), TrackClass.UHD)
    return TrackClass.UHD


def _fill_system(element: Element, scheme: str, signallings: Sequence[Signalling]) -> None:
    """Fill the elements that the request has, or all of them if it has none."""
    system = SYSTEMS[element.get("systemId", "").lower()]
    signalling = next((s for s in signallings if s.system == system), None)
    if signalling is None:
        raise CpixError("bad_system", f"There is no signalling of {system}.", "Leave the system out of the request.")
    requested = [(e.tag.removeprefix(f"{{{CPIX}}}"), e.get("playlist", "")) for e in element]
    texts = _system_texts(signalling, scheme)
    element[:] = []
    element.text = None
    for name, playlist in requested or texts:
        if text := texts.get((name, playlist or ("media" if name == "HLSSignalingData" else ""))):
            filled = child(element, CPIX, name)
            filled.text = text
            if playlist:
                filled.set("playlist", playlist)
    _sort(element, SYSTEM_ORDER)


def _system_texts(signalling: Signalling, scheme: str) -> dict[tuple[str, str], str]:
    """The texts of the elements of a DRMSystem, by name and playlist."""
    texts: dict[tuple[str, str], str] = {}
    if signalling.pssh:
        texts["PSSH", ""] = _encoded(signalling.pssh)
        texts["ContentProtectionData", ""] = _encoded(content_protection(signalling).encode())
    if signalling.hls is not None:
        texts["URIExtXKey", ""] = _encoded(signalling.hls.uri.encode())
        for playlist, tag in (("media", "#EXT-X-KEY"), ("master", "#EXT-X-SESSION-KEY")):
            texts["HLSSignalingData", playlist] = _encoded(f"{tag}:{hls_attributes(signalling, scheme)}".encode())
    if signalling.playready_object:
        texts["SmoothStreamingProtectionHeaderData", ""] = _encoded(signalling.playready_object)
    return texts


def content_protection(signalling: Signalling) -> str:
    """The content of the element ContentProtection of DASH (ISO/IEC 23001-7 §11.2)."""
    text = f'<pssh xmlns="urn:mpeg:cenc:2013">{_encoded(signalling.pssh)}</pssh>'
    if signalling.playready_object:
        text += f'<pro xmlns="urn:microsoft:playready">{escape(_encoded(signalling.playready_object))}</pro>'
    return text


def hls_attributes(signalling: Signalling, scheme: str) -> str:
    """The attributes of EXT-X-KEY (RFC 8216 §4.3.2.4)."""
    hls = signalling.hls
    assert hls is not None
    method = "SAMPLE-AES" if scheme == "cbcs" else "SAMPLE-AES-CTR"
    key_id = f",KEYID=0x{hls.key_id.hex()}" if hls.key_id else ""
    return (
        f'METHOD={method},URI="{hls.uri}"{key_id},KEYFORMAT="{hls.key_format}",'
        f'KEYFORMATVERSIONS="{hls.key_format_versions}"'
    )


def _sort(parent: Element, order: Sequence[str]) -> None:
    """Order the children as in the XML schema, which has elements of other namespaces last."""
    names = [f"{{{CPIX}}}{name}" for name in order]
    parent[:] = sorted(parent, key=lambda e: names.index(e.tag) if e.tag in names else len(names))


def _key_id(element: Element) -> bytes:
    try:
        return UUID(element.get("kid", "")).bytes
    except ValueError:
        raise CpixError("bad_key_id", f"“{element.get('kid', '')[:60]}” is not a key id.", "Use a UUID.") from None


def _certificate(element: Element) -> bytes:
    """The certificate of a DeliveryData."""
    text = element.findtext("cpix:DeliveryKey/ds:X509Data/ds:X509Certificate", "", NAMESPACES)
    if not text.strip():
        raise CpixError(
            "bad_recipient", "A DeliveryData has no X.509 certificate.", "Add DeliveryKey/X509Data/X509Certificate."
        )
    return _decoded(text, "X509Certificate")


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str, name: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise CpixError("bad_cpix", f"{name} is not valid Base64.", "") from None
