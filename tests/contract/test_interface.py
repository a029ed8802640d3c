"""The reviewed plugin interface: a change here affects every existing plugin."""

from __future__ import annotations

import inspect
import re
from typing import Any

import otnet_server
from otnet_server import hookspecs, protocols
from tests.harness import ROOT

INTERFACE = """
    Ad AdBreakRequest AdProvider AiredAd AudioEncoder AudioRendition AudioRequest AuthProvider Card CatalogueReader CertificateRequest Chapter Color
    ConnectionTestRequest ContentKey Credit CreditedPerson DrmError DrmProvider DrmSystem EdgePolicy Enclosure
    EncodedAudioChunk EncodedVideoChunk Encryption EntitlementProvider EntitlementRequest Episode Event Executor
    ExecutorRequest ExportRequest Exported Exporter GuideChannel GuideEntry HlsKey Home HomeRow Identity Images Ingest IngestContainer
    IngestHost IngestUrlRequest KeyContext KeyRequest KeyService KeyServiceError LicenceRequest LicenceResponse
    LiveEnded LiveEvent LiveFrame LiveInput LivePreview LiveStarted LookupFailed MailRejected MailRequest Mailer MediaEncoding MediaError MediaEvent MediaFailed MediaFound
    MediaPlanned MediaPlayable MediaProbed MediaReady MediaRemoved Metadata MetadataProvider MetadataRequest NextTitle
    OtnetError PackageRequest PackagedTrack Packager Person PersonCredit PersonLink Picture PictureEncoder
    PictureRequest PolicyDecision PolicyRequest PreviewRefused PreviewSender PreviewSession ProcessFailed ProviderHttp PublicSite PublishEnded PublishRefused
    PublishRequest PulledStream RecordCreated RecordDeleted RecordEvent RecordUpdated Result Route RouteAccess RouteRequest
    RouteResponse RtmpConnection RtmpData RtmpError RtmpPublish RtmpStop SYSTEM_IDS ScheduleRequest ScheduledProgram ScheduledTitle Scheduler Season Series SeriesCard
    SeriesLink ServerContext SheetRequest SignInRedirect SignInRequest SignInResponse Signalling SignallingRequest
    SourceFile Storage StorageUnavailable StoredObject SubtitleConverter SubtitleRequest Task TaxonomyLink
    TaxonomyPage ThumbnailFormat Title TitleCard TitleDetails TitleDetailsRequest TitleLookup TitleMatch
    TitleSearchRequest TrackClass TrackKey Transcript VideoChunkRequest VideoEncoder VideoEncoderRequest
    VideoPassRequest VideoRendition VideoRequest ViewerGrant WhipServer Workspace captions_input_args certificate_der
    check_licence_request common_pssh connection_test cpix_key_request derived_key_id fairplay_signalling hookimpl
    image_guard input_guard licence_keys log needs_hardware playready_headers playready_object playready_signalling
    pssh_box public_http widevine_data widevine_signalling
"""
METHODS = {
    "AdProvider": "ads validate",
    "AudioEncoder": "encode",
    "AuthProvider": "begin finish",
    "CatalogueReader": "all_series category channels enclosure genre guide home person series title",
    "DrmProvider": "certificate keys licence signalling test",
    "EdgePolicy": "decide",
    "EntitlementProvider": "grants",
    "Executor": "cancel pending promote run_tasks stop_tasks submit",
    "Exporter": "export",
    "Ingest": "close start url",
    "IngestHost": "may_watch passphrases publish pull",
    "KeyService": "unwrap wrap",
    "LiveInput": "close write",
    "LivePreview": "close next",
    "Mailer": "send",
    "MetadataProvider": "read",
    "Packager": "package",
    "PictureEncoder": "picture sheet",
    "PreviewSender": "end_preview send_preview",
    "PulledStream": "close",
    "Scheduler": "next_title validate",
    "Storage": "delete free list open path presign put put_file stat",
    "SubtitleConverter": "convert",
    "TitleLookup": "details search",
    "VideoEncoder": "choose encode_chunk encode_pass",
}
HOOKS = {
    "on_event": "server config event",
    "register_ads": "server config",
    "register_audio_encoders": "server config",
    "register_auth": "server config",
    "register_commands": "server config",
    "register_drm": "server config",
    "register_entitlements": "server config",
    "register_executors": "server config",
    "register_exporters": "server config",
    "register_ingest": "server config",
    "register_key_services": "server config",
    "register_mailers": "server config",
    "register_metadata": "server config",
    "register_packagers": "server config",
    "register_picture_encoders": "server config",
    "register_policies": "server config",
    "register_routes": "server config",
    "register_schedulers": "server config",
    "register_storage": "server config",
    "register_subtitle_converters": "server config",
    "register_title_lookups": "server config",
    "register_video_encoders": "server config",
    "shutdown": "server config",
    "startup": "server config",
}


def test_plugin_interface_exports_the_reviewed_names() -> None:
    assert otnet_server.__all__ == INTERFACE.split()
    assert all(hasattr(otnet_server, name) for name in otnet_server.__all__)


def test_protocols_have_the_reviewed_methods() -> None:
    asked = {
        name: " ".join(sorted(m for m, _ in inspect.getmembers(kind, inspect.isfunction) if not m.startswith("_")))
        for name, kind in inspect.getmembers(protocols, inspect.isclass)
        if getattr(kind, "_is_protocol", False) and name not in ("Protocol", "Run")
    }
    assert asked == METHODS


def test_hooks_pass_the_reviewed_arguments() -> None:
    found = {
        name: " ".join(inspect.signature(function).parameters)
        for name, function in inspect.getmembers(hookspecs, inspect.isfunction)
        if hasattr(function, "otnet_spec")
    }
    assert found == HOOKS
    assert hookspecs.API == 2, "a change that breaks plugins raises the number"


def test_documentation_has_the_signature_of_every_hook() -> None:
    """`(server, config) -> list[Storage]` after the heading of each hook, and the plugins of ours that use it."""
    page = (ROOT / "docs" / "plugins.md").read_text("utf-8")
    documented = dict(re.findall(r"^### `(\w+)`\n\n`(?:async )?(\([^`]*)`", page, re.MULTILINE))
    assert documented == {name: _signature(getattr(hookspecs, name)) for name in HOOKS}


def _signature(function: Any) -> str:
    signature = inspect.signature(function)
    returned = re.sub(r"\[\.\.\., None\]", "", str(signature.return_annotation))
    parameters = f"({', '.join(signature.parameters)})"
    return parameters if returned == "None" else f"{parameters} -> {returned}"
