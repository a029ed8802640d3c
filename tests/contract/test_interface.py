"""The reviewed plugin interface: a change here affects every existing plugin."""

from __future__ import annotations

import inspect

import otnet_server
from otnet_server import hookspecs, protocols

INTERFACE = """
    Ask AudioChunk AudioPlan AuthProvider Chunk Command EncodeContext Encoder Event Executor ExportSite Exported
    Exporter Identity Limits MediaEncoding MediaError MediaEvent MediaFailed MediaFound MediaPlanned MediaPlayable
    MediaProbed MediaReady MediaRemoved Metadata MetadataProvider OtnetError PackagedTrack Packager Plan
    ProcessFailed Profile RecordCreated RecordDeleted RecordEvent RecordUpdated Result Run Rung ServerContext
    Storage StorageUnavailable StoredObject Task Timeline VideoChunk VideoPlan hookimpl image_guard input_guard log
"""
METHODS = {
    "AuthProvider": "begin finish",
    "Encoder": "audio_pass choose picture sheet text text_file video_chunk video_pass",
    "Executor": "cancel pending promote start stop submit",
    "Exporter": "export",
    "MetadataProvider": "read",
    "Packager": "package",
    "Storage": "delete free get list path put stat url",
}
HOOKS = {
    "on_event": "server config event",
    "register_auth": "server config",
    "register_encoders": "server config",
    "register_executors": "server config",
    "register_exporters": "server config",
    "register_metadata": "server config",
    "register_packagers": "server config",
    "register_storage": "server config",
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
    assert hookspecs.API == 1, "a change that breaks plugins raises the number"
