"""What the plugins of DRM providers have in common. Pure.

Checks of licence requests, key ids, the signalling of Widevine, PlayReady and FairPlay, and the encodings of FairPlay
answers.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid5

from otnet_server.errors import DrmError
from otnet_server.media.pssh import SYSTEM_IDS, playready_object, pssh_box, widevine_data
from otnet_server.protocols import (
    ContentKey,
    DrmSystem,
    HlsKey,
    KeyRequest,
    LicenceRequest,
    Signalling,
    SignallingRequest,
    TrackClass,
)

MAX_CHALLENGE_BYTES = 256 << 10
KEY_ID_NAMESPACE = UUID("6d6b1f0e-6f3c-5c0b-9d0a-2c1c3a7d9b41")
SERVICE_CERTIFICATE_REQUEST = b"\x08\x04"
ACQUIRE_LICENCE = '"http://schemas.microsoft.com/DRM/2007/03/protocols/AcquireLicense"'


def check_licence_request(request: LicenceRequest, systems: Sequence[DrmSystem], now: datetime) -> int:
    """The seconds that the licence may last. Raises DrmError for a system that the provider does not have, a challenge
    that no system makes, and a licence without keys or time."""
    if request.system not in systems:
        raise DrmError(400, "bad_system", f"The provider has no licences of {request.system}.",
                       f"Use one of {', '.join(systems)}.")  # fmt: skip
    if not 0 < len(request.challenge) <= MAX_CHALLENGE_BYTES:
        raise DrmError(400, "bad_challenge", f"The challenge has {len(request.challenge)} bytes.",
                       f"Send the challenge of the player, which has 1 to {MAX_CHALLENGE_BYTES} bytes.")  # fmt: skip
    if not licence_keys(request):
        raise DrmError(403, "not_authorized", "This session may not have these keys.",
                       "Use the key ids of the title's manifest.")  # fmt: skip
    seconds = int((request.expires_at - now).total_seconds())
    if seconds <= 0:
        raise DrmError(403, "licence_expired", "The time in which this session may play is over.",
                       "Start a new playback session.")  # fmt: skip
    return seconds


def licence_keys(request: LicenceRequest) -> tuple[ContentKey, ...]:
    """The keys of the licence: those of the request, of which a FairPlay licence has the one that is asked for."""
    if request.system == DrmSystem.FAIRPLAY and request.key_id is not None:
        return tuple(key for key in request.keys if key.id == request.key_id)
    return request.keys


def playready_headers(request: LicenceRequest) -> dict[str, str]:
    """The headers of a PlayReady licence request: the SOAP action of the player, or that of acquiring a licence."""
    action = request.soap_action
    valid = 0 < len(action) <= 200 and all(" " <= c <= "~" for c in action)
    return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": action if valid else ACQUIRE_LICENCE}


def fairplay_ckc(answer: bytes) -> bytes:
    """The binary CKC of an answer: binary, base64, `<ckc>` with base64, or JSON with `ckc`. Raises ValueError."""
    text = answer.strip()
    if text.startswith(b"{"):
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as e:
            raise ValueError("the answer is not valid JSON") from e
        ckc = document.get("ckc") or document.get("CkcMessage")
        if not isinstance(ckc, str):
            raise ValueError("the answer has no CKC")
        text = ckc.encode()
    elif wrapped := re.fullmatch(rb"<ckc>(.*)</ckc>", text, re.DOTALL | re.IGNORECASE):
        text = wrapped[1]
    elif not re.fullmatch(rb"[A-Za-z0-9+/=\s]+", text):
        if not text or text.startswith(b"<"):
            raise ValueError("the answer has no CKC")
        return answer
    try:
        decoded = base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error as e:
        raise ValueError("the CKC is not valid base64") from e
    if not decoded:
        raise ValueError("the answer has no CKC")
    return decoded


def certificate_der(text: str) -> bytes:
    """The DER of a certificate in PEM or Base64, with or without line breaks; empty for an empty text. Raises
    ValueError."""
    try:
        der = base64.b64decode("".join(re.sub("-----[A-Z ]+-----", "", text).split()), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("must be a certificate in PEM or Base64") from None
    if der and not der.startswith(b"\x30"):
        raise ValueError("must be a certificate in PEM or Base64")
    return der


def connection_test(settings: Any, now: datetime) -> LicenceRequest:
    """A licence request that every Widevine service answers for an account that it accepts: that for the certificate
    of the service."""
    key = ContentKey(KEY_ID_NAMESPACE.bytes, bytes(16), TrackClass.SD)
    expires_at = now + timedelta(minutes=5)
    return LicenceRequest(DrmSystem.WIDEVINE, SERVICE_CERTIFICATE_REQUEST, "otnettest", "cbcs", (key,), "test", "test",
                          expires_at, settings)  # fmt: skip


def needs_hardware(track_class: TrackClass, hardware_from: Literal["", "UHD", "HD"]) -> bool:
    """Whether video of a class plays only where hardware decrypts it, by the setting `hardware_from` of an account."""
    order = list(TrackClass)
    return bool(hardware_from) and order.index(track_class) >= order.index(TrackClass(hardware_from))


def derived_key_id(account: str, request: KeyRequest, track_class: TrackClass) -> bytes:
    """The key id of a track class: the same for the same request (RFC 9562 §5.5), for providers that make the keys of
    the ids that they are given. `account` names the provider and the account there, because others give other keys."""
    name = "\n".join((account, request.content_id, request.scheme, track_class, str(request.generation)))
    return uuid5(KEY_ID_NAMESPACE, name).bytes


def widevine_signalling(request: SignallingRequest, provider: str = "", content_id: bytes = b"") -> Signalling:
    """A `pssh` box with the ids of all keys of the media, so that players ask once for all of them."""
    key_ids = request.key_ids or (request.key_id,)
    pssh = pssh_box(DrmSystem.WIDEVINE, widevine_data(key_ids, request.scheme, provider, content_id))
    uri = f"data:text/plain;base64,{base64.b64encode(pssh).decode()}"
    key_format = f"urn:uuid:{SYSTEM_IDS[DrmSystem.WIDEVINE]}"
    return Signalling(DrmSystem.WIDEVINE, pssh, hls=HlsKey(uri, key_format, key_id=request.key_id))


def playready_signalling(request: SignallingRequest) -> Signalling:
    """A PlayReady object with the key of the tracks."""
    header = playready_object([request.key_id], request.scheme)
    uri = f"data:text/plain;charset=UTF-16;base64,{base64.b64encode(header).decode()}"
    pssh = pssh_box(DrmSystem.PLAYREADY, header)
    return Signalling(DrmSystem.PLAYREADY, pssh, header, HlsKey(uri, "com.microsoft.playready"))


def fairplay_signalling(request: SignallingRequest, uri: str = "") -> Signalling:
    """The key URI of FairPlay, `skd://` and the key id unless the provider has another form. HLS alone has it, and
    only with the scheme cbcs."""
    key = HlsKey(uri or f"skd://{UUID(bytes=request.key_id)}", "com.apple.streamingkeydelivery")
    return Signalling(DrmSystem.FAIRPLAY, hls=key if request.scheme == "cbcs" else None)
