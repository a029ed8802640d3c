"""The authentication XML of KeyOS, with which each licence request is signed. Pure.

The signature is RSA PKCS #1 v1.5 with SHA-1 over the literal text `<Data>…</Data>`, as KeyOS requires it. The text has
therefore no white space between its elements.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5
from xml.sax.saxutils import escape

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from otnet_server import ContentKey, DrmSystem, LicenceRequest, TrackClass, needs_hardware

if TYPE_CHECKING:
    from . import Settings

# How long a document can be used; licences last longer.
VALID_S = 300
MIN_BITS = 2048
PEM = re.compile(r"(-----BEGIN [A-Z ]+-----)([A-Za-z0-9+/=\s]+)(-----END [A-Z ]+-----)")
SOFTWARE, HARDWARE = 1, 5  # security levels of Widevine: SW_SECURE_CRYPTO and HW_SECURE_ALL
MINIMUM_SECURITY_LEVEL = {False: 2000, True: 3000}  # of PlayReady
HDCP = {TrackClass.HD: "HDCP_V1", TrackClass.UHD: "HDCP_V2_2"}
POLICIES = UUID("9f0d6a1c-50a5-4c8d-9b42-2f7d2a0f8e11")


def loaded_key(pem: str, *, validate: bool = True) -> rsa.RSAPrivateKey:
    """The private key of a PEM text, which may have lost its line breaks in a form. Raises ValueError."""
    parts = PEM.search(pem)
    text = f"{parts[1]}\n{''.join(parts[2].split())}\n{parts[3]}\n" if parts else ""
    try:
        key = load_pem_private_key(text.encode(), None, unsafe_skip_rsa_key_validation=not validate)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("must be an RSA private key in PEM without a passphrase") from None
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < MIN_BITS:
        raise ValueError(f"must be an RSA private key of {MIN_BITS} bits or more")
    return key


def signature(pem: str, data: str) -> str:
    """The signature of `<Data>…</Data>`, in Base64."""
    key = loaded_key(pem, validate=False)
    return base64.b64encode(key.sign(data.encode(), padding.PKCS1v15(), SHA1())).decode()  # noqa: S303


def authentication_xml(
    settings: Settings,
    request: LicenceRequest,
    keys: Sequence[ContentKey],
    seconds: int,
    now: datetime,
    unique_id: UUID,
) -> bytes:
    """The signed document for a licence with these keys that lasts for `seconds`."""
    data = authentication_data(settings, request, keys, seconds, now, unique_id)
    signed = signature(settings.private_key.get_secret_value(), data)
    return f"<KeyOSAuthenticationXML>{data}<Signature>{signed}</Signature></KeyOSAuthenticationXML>".encode()


def authentication_data(
    settings: Settings,
    request: LicenceRequest,
    keys: Sequence[ContentKey],
    seconds: int,
    now: datetime,
    unique_id: UUID,
) -> str:
    ends = now + timedelta(seconds=min(VALID_S, seconds))
    ids = "".join(f"<KeyID>{UUID(bytes=key.id)}</KeyID>" for key in keys)
    policy = {
        DrmSystem.WIDEVINE: _widevine,
        DrmSystem.PLAYREADY: _playready,
        DrmSystem.FAIRPLAY: _fairplay,
    }[request.system]
    return (
        f"<Data><GenerationTime>{_time(now)}</GenerationTime><ExpirationTime>{_time(ends)}</ExpirationTime>"
        f"<UniqueId>{unique_id.hex}</UniqueId><RSAPubKeyId>{escape(settings.public_key_id)}</RSAPubKeyId>"
        f"<KeyIDList>{ids}</KeyIDList>{policy(settings, keys, seconds)}</Data>"
    )


def _widevine(settings: Settings, keys: Sequence[ContentKey], seconds: int) -> str:
    specs = "".join(
        f'<WidevineContentKeySpec TrackType="{_track_type(key.track_class)}">{_widevine_level(settings, key)}'
        "</WidevineContentKeySpec>"
        for key in keys
    )
    return (
        '<WidevinePolicy fl_CanPlay="true" fl_CanPersist="false">'
        f"<PlaybackDuration>{seconds}</PlaybackDuration><LicenseDuration>{seconds}</LicenseDuration>"
        f"</WidevinePolicy>{specs}"
    )


def _widevine_level(settings: Settings, key: ContentKey) -> str:
    if not needs_hardware(key.track_class, settings.hardware_from):
        return f"<SecurityLevel>{SOFTWARE}</SecurityLevel>"
    return f"<SecurityLevel>{HARDWARE}</SecurityLevel><RequiredHDCP>{HDCP[key.track_class]}</RequiredHDCP>"


def _track_type(track_class: TrackClass) -> str:
    return "UHD1" if track_class == TrackClass.UHD else track_class


def _playready(settings: Settings, keys: Sequence[ContentKey], seconds: int) -> str:
    """A licence for each key, with the policy of its security level."""
    levels = {key.id: MINIMUM_SECURITY_LEVEL[needs_hardware(key.track_class, settings.hardware_from)] for key in keys}
    licences = "".join(
        f'<License type="simple"><KeyId>{UUID(bytes=key.id)}</KeyId>'
        f"<Policy><Id>{_policy_id(levels[key.id])}</Id></Policy></License>"
        for key in keys
    )
    policies = "".join(
        f'<Policy id="{_policy_id(level)}"><MinimumSecurityLevel>{level}</MinimumSecurityLevel></Policy>'
        for level in sorted(set(levels.values()))
    )
    return licences + policies


def _policy_id(level: int) -> UUID:
    return uuid5(POLICIES, str(level))


def _fairplay(settings: Settings, keys: Sequence[ContentKey], seconds: int) -> str:
    hardware = any(needs_hardware(key.track_class, settings.hardware_from) for key in keys)
    hdcp = "HDCP_TYPE0" if hardware else "HDCP_NONE"
    return f'<FairPlayPolicy persistent="false"><HDCPEnforcement>{hdcp}</HDCPEnforcement></FairPlayPolicy>'


def _time(moment: datetime) -> str:
    """A time of KeyOS, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03}"
