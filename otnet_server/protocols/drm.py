"""The protocol of DRM providers: content keys, signalling in manifests, licences and certificates.

A provider holds nothing of an organization: its *settings*, an account at the provider with its secrets, come with each
request. The server stores the settings (secrets in its vault), makes the content keys unless the provider issues them,
checks who may have a licence, and asks the provider then.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel

from otnet_server.media.drm import DrmSystem, Scheme, Signalling, TrackClass


@dataclass(frozen=True)
class ContentKey:
    """A content key of 16 bytes and its id of 16 bytes, in the order of a UUID (RFC 9562)."""

    id: bytes
    value: bytes = field(repr=False)
    track_class: TrackClass


@dataclass(frozen=True)
class KeyRequest:
    """Keys for the tracks of one media. `content_id` identifies it at the provider, in letters and digits. The same
    request returns the same keys, unless `generation` is another one."""

    content_id: str
    scheme: Scheme
    track_classes: tuple[TrackClass, ...]
    generation: int
    settings: Any


@dataclass(frozen=True)
class SignallingRequest:
    """What manifests say about the tracks with the key `key_id`. `key_ids` are those of all tracks of the media."""

    content_id: str
    scheme: Scheme
    key_id: bytes
    key_ids: tuple[bytes, ...]
    settings: Any


@dataclass(frozen=True)
class LicenceRequest:
    """A licence for the keys that the viewer may have, `keys`.

    `challenge` is the body as the system makes it: a Widevine challenge, a PlayReady SOAP envelope, a FairPlay SPC, or
    the JSON of Clear Key. `key_id` is the key of a FairPlay request, which is for one. `session` and `viewer` are
    pseudonyms. The licence should end at `expires_at`. `soap_action` is the header of a PlayReady request.
    """

    system: DrmSystem
    challenge: bytes = field(repr=False)
    content_id: str
    scheme: Scheme
    keys: tuple[ContentKey, ...] = field(repr=False)
    session: str
    viewer: str
    expires_at: datetime
    settings: Any
    key_id: bytes | None = None
    soap_action: str = ""


@dataclass(frozen=True)
class LicenceResponse:
    """`body` as the system expects it; for FairPlay the binary CKC."""

    body: bytes = field(repr=False)
    content_type: str = "application/octet-stream"


@dataclass(frozen=True)
class CertificateRequest:
    """The certificate that players need before a challenge: of the application for FairPlay, of the service for
    Widevine."""

    system: DrmSystem
    settings: Any


@dataclass(frozen=True)
class ConnectionTestRequest:
    settings: Any


@runtime_checkable
class DrmProvider(Protocol):
    """A DRM provider. `label` is its name for people. `issues_keys`: content keys come from the provider, and titles
    must be encrypted anew when an organization changes to it."""

    name: str
    label: str
    issues_keys: bool

    @property
    def systems(self) -> tuple[DrmSystem, ...]: ...

    @property
    def settings(self) -> type[BaseModel]:
        """The settings of an organization's account: a pydantic model. Fields of the type `SecretStr` are kept in the
        vault; every field has a description."""
        ...

    async def keys(self, request: KeyRequest) -> tuple[ContentKey, ...]:
        """One key for each of the track classes. Called only if `issues_keys`. Raises DrmError."""
        ...

    def signalling(self, request: SignallingRequest) -> tuple[Signalling, ...]:
        """What manifests say, for each of the systems. Pure: the same request gives the same answer."""
        ...

    async def licence(self, request: LicenceRequest) -> LicenceResponse:
        """The licence. Raises DrmError."""
        ...

    async def certificate(self, request: CertificateRequest) -> bytes | None:
        """The certificate in DER, or None if the system needs none. Raises DrmError."""
        ...

    async def test(self, request: ConnectionTestRequest) -> str:
        """Check the account at the provider; returns a sentence about what was checked. Raises DrmError."""
        ...
