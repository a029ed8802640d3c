"""The protocols that plugins implement, with the requests that their methods receive.

Providers are objects with a `name` and async methods. They receive everything that they need in the request. A provider
may have the methods `async start()`, which is called before its first use, and `async close()`, called at the end. It
starts processes only with the `Workspace` of a request: in the jail, with limits, with a log. `otnet_server.testing`
has a conformance suite for each protocol.
"""

from otnet_server.media.drm import DrmSystem, HlsKey, Signalling, TrackClass
from otnet_server.protocols.ads import Ad, AdBreakRequest, AdProvider, AiredAd
from otnet_server.protocols.auth import AuthProvider, Identity, SignInRedirect, SignInRequest, SignInResponse
from otnet_server.protocols.catalogue import CatalogueReader
from otnet_server.protocols.drm import (
    CertificateRequest,
    ConnectionTestRequest,
    ContentKey,
    DrmProvider,
    KeyRequest,
    LicenceRequest,
    LicenceResponse,
    SignallingRequest,
)
from otnet_server.protocols.encoders import (
    AudioEncoder,
    AudioRendition,
    AudioRequest,
    Color,
    EncodedAudioChunk,
    EncodedVideoChunk,
    PictureEncoder,
    PictureRequest,
    SheetRequest,
    SourceFile,
    SubtitleConverter,
    SubtitleRequest,
    ThumbnailFormat,
    VideoChunkRequest,
    VideoEncoder,
    VideoEncoderRequest,
    VideoPassRequest,
    VideoRendition,
    VideoRequest,
)
from otnet_server.protocols.entitlement import EntitlementProvider, EntitlementRequest, ViewerGrant
from otnet_server.protocols.executor import Executor, ExecutorRequest, Task
from otnet_server.protocols.exporter import Exported, Exporter, ExportRequest
from otnet_server.protocols.ingest import (
    Ingest,
    IngestContainer,
    IngestHost,
    IngestUrlRequest,
    LiveInput,
    PublishRequest,
    PulledStream,
)
from otnet_server.protocols.key_service import KeyContext, KeyService
from otnet_server.protocols.mailer import Mailer, MailRequest
from otnet_server.protocols.metadata import Metadata, MetadataProvider, MetadataRequest
from otnet_server.protocols.packager import Encryption, PackagedTrack, Packager, PackageRequest, TrackKey
from otnet_server.protocols.policy import EdgePolicy, PolicyDecision, PolicyRequest
from otnet_server.protocols.preview import LiveFrame, LivePreview, PreviewSender, PreviewSession
from otnet_server.protocols.public_site import PublicSite
from otnet_server.protocols.route import Route, RouteAccess, RouteRequest, RouteResponse
from otnet_server.protocols.scheduler import (
    NextTitle,
    ScheduledProgram,
    ScheduledTitle,
    Scheduler,
    ScheduleRequest,
)
from otnet_server.protocols.storage import Storage, StoredObject
from otnet_server.protocols.title_lookup import (
    CreditedPerson,
    TitleDetails,
    TitleDetailsRequest,
    TitleKind,
    TitleLookup,
    TitleMatch,
    TitleSearchRequest,
)
from otnet_server.protocols.workspace import Run, Workspace

__all__ = [
    "Ad",
    "AdBreakRequest",
    "AdProvider",
    "AiredAd",
    "AudioEncoder",
    "AudioRendition",
    "AudioRequest",
    "AuthProvider",
    "CatalogueReader",
    "CertificateRequest",
    "Color",
    "ConnectionTestRequest",
    "ContentKey",
    "CreditedPerson",
    "DrmProvider",
    "DrmSystem",
    "EdgePolicy",
    "EncodedAudioChunk",
    "EncodedVideoChunk",
    "Encryption",
    "EntitlementProvider",
    "EntitlementRequest",
    "Executor",
    "ExecutorRequest",
    "ExportRequest",
    "Exported",
    "Exporter",
    "HlsKey",
    "Identity",
    "Ingest",
    "IngestContainer",
    "IngestHost",
    "IngestUrlRequest",
    "KeyContext",
    "KeyRequest",
    "KeyService",
    "LicenceRequest",
    "LicenceResponse",
    "LiveFrame",
    "LiveInput",
    "LivePreview",
    "MailRequest",
    "Mailer",
    "Metadata",
    "MetadataProvider",
    "MetadataRequest",
    "NextTitle",
    "PackageRequest",
    "PackagedTrack",
    "Packager",
    "PictureEncoder",
    "PictureRequest",
    "PolicyDecision",
    "PolicyRequest",
    "PreviewSender",
    "PreviewSession",
    "PublicSite",
    "PublishRequest",
    "PulledStream",
    "Route",
    "RouteAccess",
    "RouteRequest",
    "RouteResponse",
    "Run",
    "ScheduleRequest",
    "ScheduledProgram",
    "ScheduledTitle",
    "Scheduler",
    "SheetRequest",
    "SignInRedirect",
    "SignInRequest",
    "SignInResponse",
    "Signalling",
    "SignallingRequest",
    "SourceFile",
    "Storage",
    "StoredObject",
    "SubtitleConverter",
    "SubtitleRequest",
    "Task",
    "ThumbnailFormat",
    "TitleDetails",
    "TitleDetailsRequest",
    "TitleKind",
    "TitleLookup",
    "TitleMatch",
    "TitleSearchRequest",
    "TrackClass",
    "TrackKey",
    "VideoChunkRequest",
    "VideoEncoder",
    "VideoEncoderRequest",
    "VideoPassRequest",
    "VideoRendition",
    "VideoRequest",
    "ViewerGrant",
    "Workspace",
]
